/** What is to be known of one output after a restart of the daemon, in milliseconds of the local monotonic clock. */
export interface OutputRecord {
  /** Since when it is on, so far as is known. */
  readonly onSince?: number;
  readonly pulseFrom?: number;
  /** Since when it is off. */
  readonly offSince?: number;
  /** Since when nobody knows whether it is off. */
  readonly lostSince?: number;
  /** `on_start` is still to switch it on. */
  readonly starting?: boolean;
}

export type OutputRecords = ReadonlyMap<string, OutputRecord>;

/** What is known of the outputs from before this start of the daemon. */
export interface Remembered {
  /** By property key; of this boot of the machine, for their times mean nothing in another. */
  readonly outputs: OutputRecords;
  /** Nobody can tell whether the machine has just been started: every output is taken as it is found. */
  readonly asFound: boolean;
}

/** Why outputs are not remembered, for people. */
export interface MemoryFault {
  readonly code: 'ALLO_E_OUTPUT_MEMORY';
  readonly reason: string;
}

/** Where outputs are remembered from one daemon to the next. Neither call throws. */
export interface OutputMemory {
  readonly fault: MemoryFault | undefined;
  load(): Remembered;
  /** What is saved is there for the next daemon once this returns, however this one ends. */
  save(outputs: OutputRecords): void;
}

/** Remembers nothing: every start is the first. */
export const noMemory: OutputMemory = {
  fault: undefined,
  load: () => ({ outputs: new Map(), asFound: false }),
  save: () => {},
};
