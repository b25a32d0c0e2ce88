import type { Fault } from '../thing.ts';

/** A run of mono PCM samples of fixed length. */
export interface PcmFrame {
  /** Belongs to the receiver. */
  readonly samples: Int16Array;
  /** Milliseconds of CLOCK_MONOTONIC when the first sample was captured. */
  readonly time: number;
}

/** What a source of PCM tells. None of these may throw. */
export interface PcmSourceEvents {
  frame(frame: PcmFrame): void;
  /** No sound comes, for this reason; the source tries again by itself. Told once per reason. */
  fault(fault: Fault): void;
  /** Sound comes again; frames follow. */
  recovered(): void;
}

/** What became of the sound, counted since the source was made. */
export type PcmCounters = {
  /** Frames delivered. */
  readonly frames: number;
  /** Frames thrown away because the daemon was too slow to take them while they were fresh. */
  readonly dropped: number;
  /** Times ALSA lost samples because its buffer was full. */
  readonly overruns: number;
  /** Times the PCM was opened, or tried. */
  readonly opened: number;
};

/** Where PCM comes from: a capture device, or a generator behind the same interface. */
export interface PcmSource {
  readonly simulated: boolean;
  readonly counters: PcmCounters;
  /** Begins capturing. Called again only after `stop`. */
  start(events: PcmSourceEvents): void;
  /** Ends capturing; resolves when the device is truly released. No event follows. Safe to call twice. */
  stop(): Promise<void>;
}
