/** What people are doing to a row at the moment; the row shows it. */
export interface Touch {
  /** Somebody points at it. */
  readonly pointed: boolean;
  /** Somebody holds it down. */
  readonly pressed: boolean;
  /** Why the last poke did nothing, in words; present for as long as it is to be read. */
  readonly refusal?: string;
}

/** A row nobody is near. */
export const untouched: Touch = { pointed: false, pressed: false };

/** Whoever knows of touches tells them here, `key` being that of the property; the last one counts. */
export interface TouchShown {
  touched(key: string, touch: Touch): void;
}
