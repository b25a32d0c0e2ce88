import { fdatasyncSync, writeSync } from 'node:fs';
import { type FileHandle, mkdir, open, readdir } from 'node:fs/promises';
import type { Time } from '../../time/time.ts';
import { lockDirectory } from './directory-lock.ts';
import { Segment } from './segment.ts';
import { type Entry, encodeNote, type Note } from './segment-line.ts';

/** Into how many segments a full history is parted: what is dropped goes a segment at a time. */
const parts = 32;
const smallestSegment = 64 * 1024;
/** A question reads whole segments: none may take long. */
const largestSegment = 1024 * 1024;
/** Every start begins a segment, however small the one before. */
const mostSegments = 1024;

export interface SegmentLimits {
  /** Bytes of all segments together. */
  readonly size: number;
  /** How long readings are kept, ms. */
  readonly keepMs: number;
}

/** The segments of one folder, of which the newest is written. What cannot be written rejects, and may be tried again. */
export class SegmentFolder {
  readonly #directory: string;
  readonly #limits: SegmentLimits;
  readonly #segmentSize: number;
  readonly #time: Time;
  #segments: Segment[] = [];
  #loaded = false;
  #unlock: (() => void) | undefined;
  #file: FileHandle | undefined;
  #begunAt = 0;

  constructor(directory: string, limits: SegmentLimits, time: Time) {
    this.#directory = directory;
    this.#limits = limits;
    this.#segmentSize = Math.max(smallestSegment, Math.min(largestSegment, Math.floor(limits.size / parts)));
    this.#time = time;
  }

  /** Oldest first. */
  get segments(): readonly Segment[] {
    return this.#segments;
  }

  get size(): number {
    return this.#segments.reduce((sum, { size }) => sum + size, 0);
  }

  /** Whether a note could be written at once. */
  get writable(): boolean {
    return this.#file !== undefined;
  }

  /**
   * Takes the folder for this process and finds what is in it. Where it cannot be written it may still be read.
   * Rejects as the file system does, or with ALLO_E_HISTORY_LOCKED: then nothing is known of it.
   */
  async open(): Promise<void> {
    if (this.#unlock) return;
    try {
      await mkdir(this.#directory, { recursive: true, mode: 0o700 });
      this.#unlock = lockDirectory(this.#directory);
    } catch (error) {
      const refused = ['EROFS', 'EACCES', 'ENOSPC', 'EPERM'].includes(codeOf(error));
      if (refused && !this.#loaded) await this.#load();
      throw error;
    }
    await this.#load();
    for (const segment of this.#segments) await segment.finish().catch(() => {});
  }

  /** `header` is what a new segment begins with, where one is begun. */
  async append(
    entries: readonly Entry[],
    note: Note | undefined,
    header: () => Note,
    sync: boolean,
  ): Promise<void> {
    await this.#makeRoom(header);
    const segment = this.#segments.at(-1)!;
    const bytes = Segment.encode(entries, note);
    try {
      await this.#file!.appendFile(bytes);
      if (sync) await this.#file!.datasync();
      segment.took(entries, note, bytes.length);
    } catch (error) {
      await this.#abandon(segment);
      throw error;
    }
  }

  /** Returns when the note is on the disk. Throws where it cannot be. */
  appendNow(note: Note): void {
    const { fd } = this.#file!;
    // A line of its own even where a write that is under way has got as far as half of one.
    const bytes = Buffer.from(`\n${encodeNote(note)}`);
    if (writeSync(fd, bytes) < bytes.length) throw new Error('the disk took half a line');
    fdatasyncSync(fd);
    this.#segments.at(-1)!.took([], note, bytes.length);
  }

  /** Removes the oldest segments beyond the limits. Returns how many readings went with them. */
  async prune(isTooOld: (segment: Segment) => boolean): Promise<number> {
    let dropped = 0;
    while (this.#segments.length > 1) {
      const [oldest] = this.#segments as [Segment];
      const fits = this.size <= this.#limits.size && this.#segments.length <= mostSegments;
      if (fits && !isTooOld(oldest)) break;
      await oldest.remove();
      this.#segments.shift();
      dropped += oldest.readings;
    }
    return dropped;
  }

  /** Lets the folder go. */
  async close(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    if (file) await finish(file, this.#segments.at(-1));
    this.#unlock?.();
    this.#unlock = undefined;
  }

  async #load(): Promise<void> {
    const numbers = (await readdir(this.#directory))
      .map((name) => Segment.numberIn(name))
      .filter((number) => number !== undefined)
      .sort((a, b) => a - b);
    const segments: Segment[] = [];
    for (const number of numbers) segments.push(await Segment.load(this.#directory, number));
    this.#segments = segments;
    this.#loaded = true;
  }

  async #makeRoom(header: () => Note): Promise<void> {
    const newest = this.#segments.at(-1);
    const old = this.#time.now() - this.#begunAt > this.#limits.keepMs / parts;
    if (this.#file && newest && newest.size < this.#segmentSize && !(old && newest.readings > 0)) return;
    const segment = new Segment(this.#directory, (newest?.number ?? 0) + 1);
    const file = await open(segment.path, 'ax', 0o600);
    try {
      const note = header();
      const bytes = Segment.encode([], note);
      await file.appendFile(bytes);
      await file.datasync();
      segment.took([], note, bytes.length);
    } catch (error) {
      await file.close().catch(() => {});
      await segment.remove().catch(() => {});
      throw error;
    }
    const before = this.#file;
    this.#file = file;
    this.#segments.push(segment);
    this.#begunAt = this.#time.now();
    if (before) await finish(before, newest);
  }

  /** The end of what was written is unknown: goes on in another segment. */
  async #abandon(segment: Segment): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.truncate(segment.size).catch(() => {});
    await file?.close().catch(() => {});
  }
}

/** Everything of it is on the disk, and nothing follows. */
async function finish(file: FileHandle, segment: Segment | undefined): Promise<void> {
  await file.datasync();
  await file.close();
  await segment?.finish();
}

const codeOf = (error: unknown): string => String((error as { code?: unknown }).code);
