import { samplesPerMs } from '../sound/pcm.ts';
import type { Fault } from '../thing.ts';

/** Sound is asked for and played in periods of this length. */
export const periodMs = 20;
export const periodSamples = periodMs * samplesPerMs;

/** Silence after which a device is closed, so that others may use it, ms. */
export const lingerMs = 3000;

/** What a sink of PCM asks and tells. None of these may throw. */
export interface PcmSinkEvents {
  /** The next period of sound, `periodSamples` long; undefined for silence. Asked at the pace of the device. */
  next(): Int16Array | undefined;
  /** Nothing can be played, for this reason; the sink tries again by itself. Told once per reason. */
  fault(fault: Fault): void;
  /** It plays again. */
  recovered(): void;
}

/** What became of the sound, counted since the sink was made. */
export type PcmSinkCounters = {
  /** Periods of sound given to the device. */
  readonly played: number;
  /** Periods of silence given to it: while nobody spoke, and to fill its buffer. */
  readonly silent: number;
  /** Times the device had nothing to play. */
  readonly underruns: number;
  /** Times the PCM was opened, or tried. */
  readonly opened: number;
};

/** Where PCM goes: a playback device, or nowhere behind the same interface. */
export interface PcmSink {
  readonly simulated: boolean;
  readonly counters: PcmSinkCounters;
  /** Opens the device, if only to find out whether it works. Called again only after `stop`. */
  start(events: PcmSinkEvents): void;
  /** There is sound: opens the device where it was closed for want of it. */
  wake(): void;
  /** Ends playing; resolves when the device is truly released. No event follows. Safe to call twice. */
  stop(): Promise<void>;
}
