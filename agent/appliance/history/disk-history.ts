import { AlloError } from '../../errors.ts';
import type { Cancel, Time } from '../../time/time.ts';
import type { Log } from '../log.ts';
import type { CountedReading } from '../property.ts';
import { type BootAnchors, bootShift } from './boot-shift.ts';
import { Counts } from './counts.ts';
import {
  type Following,
  type History,
  type HistoryFault,
  hasValue,
  type Past,
  type PastReading,
} from './history.ts';
import type { Segment } from './segment.ts';
import { SegmentFolder } from './segment-folder.ts';
import type { Entry, Note, PlaceOffset } from './segment-line.ts';
import type { WallClock } from './wall-clock.ts';

/** From one write to the next, ms: memory cards wear by writes, not by bytes. */
const writeEvery = 1_000;
/** From a write that failed to the next try, ms. */
const retryEvery = 10_000;
/** Most readings that wait in memory while they cannot be written. */
const waitingLimit = 20_000;
/** Most questions that wait for their turn. */
const questionLimit = 32;
/** Clocks are noted where they are seen to differ by more than this, ms. */
const anchorResolution = 50;

export interface DiskHistoryOptions {
  /** A folder of its own. */
  readonly directory: string;
  /** Bytes it may take. */
  readonly size: number;
  /** How long readings are kept, ms. */
  readonly keepMs: number;
  readonly time: Time;
  readonly wall: WallClock;
  /** How the clock of the place stands beside the monotonic one; undefined while that is not known. */
  readonly placeOffset: () => PlaceOffset | undefined;
  readonly log: Log;
}

/**
 * Readings in a folder of append-only segments, written once a second. After a power cut or SIGKILL it goes on with
 * what was written; while it cannot write, it keeps the newest in memory, says so, and tries again.
 */
export class DiskHistory implements History {
  readonly #options: DiskHistoryOptions;
  readonly #folder: SegmentFolder;
  readonly #counts = new Counts();
  #keys: readonly string[] = [];
  /** What was noted of this boot. */
  #here: BootAnchors;
  #opened = false;
  #waiting: Entry[] = [];
  #writing: Entry[] = [];
  #writes: Promise<void> = Promise.resolve();
  #cancelWrite: Cancel | undefined;
  #closed = false;
  #fault: HistoryFault | undefined;
  /** Properties that count in numbers which could not be reserved. */
  readonly #unreserved = new Set<string>();
  /** When the newest reading was taken that was dropped from memory. */
  #lostUntil: number | undefined;
  #questions: Promise<unknown> = Promise.resolve();
  #asked = 0;
  readonly #counters = { written: 0, dropped: 0, lost: 0, failures: 0 };

  constructor(options: DiskHistoryOptions) {
    const { directory, size, keepMs, time, wall } = options;
    this.#options = options;
    this.#folder = new SegmentFolder(directory, { size, keepMs }, time);
    this.#here = { boot: wall.bootId };
  }

  get fault(): HistoryFault | undefined {
    return this.#fault;
  }

  /** `dropped`: beyond what is to be kept; `lost`: more than memory holds while nothing could be written. */
  get counters(): Readonly<Record<string, number>> {
    return { ...this.#counters, size_bytes: this.#folder.size, waiting: this.#waiting.length };
  }

  async open(keys: readonly string[]): Promise<void> {
    this.#keys = keys;
    await this.#write();
    this.#schedule();
  }

  nextSeq(key: string): number {
    if (this.#counts.ready(key) || this.#unreserved.has(key) || this.#reserveNow(key))
      return this.#counts.take(key);
    // Beyond all that was ever given: nobody reads a property a thousand times a second for years.
    this.#unreserved.add(key);
    return this.#counts.take(key, Math.floor(this.#options.wall.now()));
  }

  add(key: string, { seq, time, value, quality }: CountedReading): void {
    if (this.#closed) return;
    this.#waiting.push({ key, seq, ms: time, value, quality });
    this.#forgetBeyondLimit();
    this.#schedule();
  }

  between(key: string, from: number, to: number, limit: number): Promise<Past> {
    return this.#inTurn(async () => {
      const found: (PastReading & { time: number })[] = [];
      for await (const { time, ...reading } of this.#newestFirst(key, from, to)) {
        if (time === undefined || time < from || time > to || !hasValue({ time, ...reading })) continue;
        found.push({ time, ...reading });
        if (found.length > limit) break;
      }
      const complete = found.length <= limit && !this.#mayMiss(key, from);
      return { readings: found.slice(0, limit).reverse(), complete };
    });
  }

  following(key: string, { afterSeq, from = -Infinity }: Following, limit: number): Promise<PastReading[]> {
    return this.#inTurn(async () => {
      const found: PastReading[] = [];
      let last = afterSeq;
      for await (const reading of this.#oldestFirst(key, afterSeq)) {
        if (reading.seq <= last || (reading.time !== undefined ? reading.time < from : from >= 0)) continue;
        last = reading.seq;
        if (found.push(reading) === limit) break;
      }
      return found;
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelWrite?.();
    await this.#write(() => ({ counts: this.#counts.given, ended: true }));
    await this.#folder.close().catch((error: unknown) => this.#failed(error));
    const { length } = this.#waiting;
    if (length > 0)
      this.#options.log.warn({ ...this.#fault, readings: length }, 'readings were never written');
  }

  #schedule(): void {
    if (this.#closed || this.#cancelWrite || (this.#waiting.length === 0 && !this.#fault)) return;
    this.#cancelWrite = this.#options.time.after(this.#fault ? retryEvery : writeEvery, () => {
      this.#cancelWrite = undefined;
      void this.#write().then(() => this.#schedule());
    });
  }

  /** One after the other. Never rejects. */
  #write(farewell?: () => Note): Promise<void> {
    this.#writes = this.#writes.then(() => this.#writeNow(farewell));
    return this.#writes;
  }

  async #writeNow(farewell?: () => Note): Promise<void> {
    this.#writing = this.#waiting;
    this.#waiting = [];
    try {
      await this.#openFolder();
      const counts = farewell
        ? undefined
        : this.#counts.due(new Set([...this.#keys, ...this.#counts.keys()]));
      const note: Note = { ...this.#newAnchors(), ...(counts && { counts }), ...farewell?.() };
      const something = Object.keys(note).length > 0 ? note : undefined;
      if (this.#writing.length > 0 || something) {
        const header = () => ({ ...this.#here, counts: this.#counts.reserved });
        await this.#folder.append(this.#writing, something, header, note.counts !== undefined);
      }
      if (counts) this.#reserved(counts);
      this.#counters.written += this.#writing.length;
      this.#writing = [];
      this.#recovered();
      await this.#prune();
    } catch (error) {
      this.#waiting = [...this.#writing, ...this.#waiting];
      this.#writing = [];
      this.#forgetBeyondLimit();
      this.#failed(error);
    }
  }

  async #openFolder(): Promise<void> {
    if (this.#opened) return;
    try {
      await this.#folder.open();
    } finally {
      this.#restoreCounts();
    }
    this.#opened = true;
    this.#reportDamage();
  }

  #restoreCounts(): void {
    const { segments } = this.#folder;
    const newest = segments.at(-1);
    for (const { note } of newest?.note.ended ? [newest] : segments)
      for (const [key, given] of Object.entries(note.counts ?? {})) this.#counts.restore(key, given);
    for (const { spans } of segments)
      for (const [key, { lastSeq }] of spans) this.#counts.restore(key, lastSeq);
    // What was reserved last may have stood in a line that is lost.
    if (newest && newest.damaged > 0)
      for (const key of this.#keys) this.#counts.restore(key, Math.floor(this.#options.wall.now()));
  }

  #reportDamage(): void {
    const lines = this.#folder.segments.reduce((sum, { damaged }) => sum + damaged, 0);
    if (lines === 0) return;
    const code = 'ALLO_E_HISTORY_DAMAGED';
    this.#options.log.warn({ code, lines }, 'part of the history cannot be read, and is left out');
  }

  #reserveNow(key: string): boolean {
    if (!this.#opened || !this.#folder.writable) return false;
    const counts = this.#counts.due([key]);
    if (!counts) return true;
    try {
      this.#folder.appendNow({ counts });
    } catch (error) {
      this.#failed(error);
      return false;
    }
    this.#reserved(counts);
    return true;
  }

  #reserved(counts: Readonly<Record<string, number>>): void {
    this.#counts.reserve(counts);
    for (const key of Object.keys(counts)) this.#unreserved.delete(key);
  }

  /** What there is to say of this boot's clocks that is not noted yet. */
  #newAnchors(): BootAnchors {
    const { time, wall, placeOffset } = this.#options;
    const differs = (a: number | undefined, b: number) =>
      a === undefined || Math.abs(a - b) > anchorResolution;
    const utcOffset = wall.synchronised() ? Math.round(wall.now() - time.now()) : undefined;
    const place = placeOffset();
    const news: BootAnchors = {
      ...(utcOffset !== undefined && differs(this.#here.utcOffset, utcOffset) && { utcOffset }),
      ...(place &&
        (place.url !== this.#here.place?.url || differs(this.#here.place.offset, place.offset)) && { place }),
    };
    this.#here = { ...this.#here, ...news };
    return news;
  }

  async #prune(): Promise<void> {
    const shifts = this.#shifts();
    const oldest = this.#options.time.now() - this.#options.keepMs;
    const isTooOld = (segment: Segment) => segment.newest + (shifts.get(segment) ?? Infinity) < oldest;
    this.#counters.dropped += await this.#folder.prune(isTooOld);
  }

  #forgetBeyondLimit(): void {
    const beyond = this.#waiting.length - waitingLimit;
    if (beyond <= 0) return;
    this.#lostUntil = this.#waiting[beyond - 1]!.ms;
    this.#waiting.splice(0, beyond);
    this.#counters.lost += beyond;
  }

  /** What brings the times of each segment into this boot, where that is known. */
  #shifts(): Map<Segment, number | undefined> {
    const boots = new Map<string | undefined, BootAnchors & { newest: number }>();
    for (const { note, newest } of this.#folder.segments) {
      const boot = boots.get(note.boot);
      boots.set(note.boot, { ...boot, ...note, newest: Math.max(newest, boot?.newest ?? -Infinity) });
    }
    return new Map(
      this.#folder.segments.map((segment) => {
        const boot = boots.get(segment.note.boot)!;
        return [segment, bootShift(this.#here, boot, boot.newest)];
      }),
    );
  }

  async *#newestFirst(key: string, from: number, to: number): AsyncGenerator<PastReading> {
    const unwritten = this.#unwritten(key);
    let last = unwritten[0]?.seq ?? Infinity;
    for (const entry of unwritten.reverse()) yield past(entry, 0);
    for (const [segment, shift] of [...this.#shifts()].reverse()) {
      const span = segment.spans.get(key);
      if (!span || shift === undefined || span.newest + shift < from || span.oldest + shift > to) continue;
      for (const entry of (await segment.entries(key)).reverse()) {
        // Written twice where the end of a write was unknown, or since we began.
        if (entry.seq >= last) continue;
        last = entry.seq;
        yield past(entry, shift);
      }
    }
  }

  async *#oldestFirst(key: string, afterSeq: number): AsyncGenerator<PastReading> {
    const unwritten = this.#unwritten(key);
    for (const [segment, shift] of this.#shifts()) {
      if ((segment.spans.get(key)?.lastSeq ?? 0) <= afterSeq) continue;
      for (const entry of await segment.entries(key)) yield past(entry, shift);
    }
    for (const entry of unwritten) yield past(entry, 0);
  }

  #unwritten(key: string): Entry[] {
    return [...this.#writing, ...this.#waiting].filter((entry) => entry.key === key);
  }

  /** Whether there may have been readings since `from` that are gone, or that nobody can date. */
  #mayMiss(key: string, from: number): boolean {
    if (this.#lostUntil !== undefined && this.#lostUntil >= from) return true;
    const shifts = [...this.#shifts()].filter(([{ spans }]) => spans.has(key));
    // Those without a date are of boots before this one.
    if (from < 0 && shifts.some(([, shift]) => shift === undefined)) return true;
    const [oldest] = shifts;
    if (!oldest) return false;
    const [segment, shift = -Infinity] = oldest;
    const span = segment.spans.get(key)!;
    return span.firstSeq > 1 && span.oldest + shift > from;
  }

  /** One question at a time: each may read a whole segment, and more. */
  #inTurn<T>(answer: () => Promise<T>): Promise<T> {
    if (this.#asked >= questionLimit)
      return Promise.reject(
        new AlloError('ALLO_E_HISTORY_BUSY', 'too many questions about the past at once'),
      );
    this.#asked++;
    const answered = this.#questions.then(answer).finally(() => this.#asked--);
    this.#questions = answered.catch(() => {});
    return answered;
  }

  #failed(error: unknown): void {
    const reason = (error as Error).message;
    const code = error instanceof AlloError ? error.code : 'ALLO_E_HISTORY_WRITE';
    this.#counters.failures++;
    if (this.#fault?.reason !== reason)
      this.#options.log.warn({ code, reason }, 'readings are kept in memory only');
    this.#fault = { code, reason };
  }

  #recovered(): void {
    if (!this.#fault) return;
    this.#fault = undefined;
    this.#options.log.info({}, 'readings are kept on disk again');
  }
}

const past = ({ seq, ms, value, quality }: Entry, shift: number | undefined): PastReading => ({
  seq,
  time: shift === undefined ? undefined : ms + shift,
  value,
  quality,
});
