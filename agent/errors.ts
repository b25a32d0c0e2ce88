/** What each error of the agent means and how it is mended. Printed, logged and documented from here. */
export const errors = {
  ALLO_E_PLACE_URL: {
    meaning: 'The place URL cannot be understood.',
    mend: 'Write it as alloplace://host or alloplace://host:port, with an IPv6 host in brackets.',
  },
  ALLO_E_PLACE_NAME: {
    meaning: 'The host name of the place has no address.',
    mend: 'Check the spelling of place.url and that the machine has a working DNS resolver.',
  },
  ALLO_E_PLACE_UNREACHABLE: {
    meaning: 'Nothing answers where the place should be.',
    mend: 'Check that the place runs, and that UDP on its port is let through.',
  },
} as const satisfies Record<string, { meaning: string; mend: string }>;

export type ErrorCode = keyof typeof errors;

/** An error with a stable code. `message` says what happened here; the table says what it means in general. */
export class AlloError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'AlloError';
    this.code = code;
  }

  get meaning(): string {
    return errors[this.code].meaning;
  }

  get mend(): string {
    return errors[this.code].mend;
  }
}
