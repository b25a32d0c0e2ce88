import type { Quality, Value } from '../../../devices/thing.ts';
import type { CountedReading } from '../property.ts';

/** A reading as it is remembered. */
export interface PastReading {
  readonly seq: number;
  /**
   * Milliseconds of the local monotonic clock, less than nought where it was taken before this machine started;
   * undefined where nobody can say when it was.
   */
  readonly time: number | undefined;
  readonly value: Value | null;
  readonly quality: Quality;
}

/** What is known of a span of time. */
export interface Past {
  /** Oldest first. */
  readonly readings: readonly (PastReading & { readonly time: number })[];
  /** False where there were more than asked for, or some may have been forgotten or cannot be dated. */
  readonly complete: boolean;
}

/** Which readings are wanted one after the other. */
export interface Following {
  /** Only those with a greater number. */
  readonly afterSeq: number;
  /** Only those not older than this, ms of the local monotonic clock. */
  readonly from?: number;
}

/** Why readings are not kept as they should be, for people. */
export interface HistoryFault {
  readonly code: string;
  readonly reason: string;
}

/** The readings of all properties, as far back as they are kept, and the count of each property's readings. */
export interface History {
  /** Present while readings are not kept as they should be. */
  readonly fault: HistoryFault | undefined;
  readonly counters: Readonly<Record<string, number>>;
  /** Finds out where the counts of the properties `keys` go on. Never rejects. */
  open(keys: readonly string[]): Promise<void>;
  /** The number of the next reading of a property: one more than the last, and none is given twice. */
  nextSeq(key: string): number;
  add(key: string, reading: CountedReading): void;
  /** The newest `limit` readings with a value and `from <= time <= to`. Rejects with ALLO_E_HISTORY_BUSY. */
  between(key: string, from: number, to: number, limit: number): Promise<Past>;
  /** The first `limit` of those that are wanted, oldest first, without a value too. Rejects with ALLO_E_HISTORY_BUSY. */
  following(key: string, wanted: Following, limit: number): Promise<PastReading[]>;
  /** Everything is kept by then. Never rejects. */
  close(): Promise<void>;
}

/** Whether a reading is one of a curve: those without a value, or with the last one before a fault, are not. */
export const hasValue = ({ value, quality }: PastReading): boolean => value !== null && quality !== 'fault';
