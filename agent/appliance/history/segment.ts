import { readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import {
  decodeLine,
  type Entry,
  encodeEntry,
  encodeNote,
  isEntry,
  linesOf,
  linesWith,
  type Note,
  noteSchema,
} from './segment-line.ts';

const spanSchema = z.object({
  count: z.number(),
  firstSeq: z.number(),
  lastSeq: z.number(),
  /** Of the segment's boot, ms. */
  oldest: z.number(),
  newest: z.number(),
});

/** What a segment holds of one property. */
export type Span = z.output<typeof spanSchema>;

const summarySchema = z.object({
  size: z.number(),
  note: noteSchema,
  spans: z.record(z.string(), spanSchema),
});

/**
 * A file of readings in the order they were taken, and what is in it. A finished one has its summary in a file
 * beside it, so that starting does not read through everything; where that is missing, it is made anew.
 */
export class Segment {
  readonly number: number;
  readonly path: string;
  readonly spans = new Map<string, Span>();
  note: Note = {};
  size = 0;
  /** Lines that cannot be read; the last, which is torn where writing was cut off, is not one of them. */
  damaged = 0;
  #summarised = false;

  constructor(directory: string, number: number) {
    this.number = number;
    this.path = join(directory, `${String(number).padStart(8, '0')}.log`);
  }

  /** The number in the name of a segment's file; undefined for other files. */
  static numberIn(name: string): number | undefined {
    const [, digits] = /^(\d{8,15})\.log$/.exec(name) ?? [];
    return digits === undefined ? undefined : Number(digits);
  }

  /** Finds out what is in it. Never rejects: what cannot be read is damaged. */
  static async load(directory: string, number: number): Promise<Segment> {
    const segment = new Segment(directory, number);
    if (await segment.#loadSummary()) return segment;
    try {
      segment.#scan(await readFile(segment.path));
    } catch {
      segment.damaged++;
    }
    return segment;
  }

  get newest(): number {
    return Math.max(-Infinity, ...[...this.spans.values()].map(({ newest }) => newest));
  }

  get readings(): number {
    return [...this.spans.values()].reduce((sum, { count }) => sum + count, 0);
  }

  /** The bytes that add entries and a note to it; `took` once they are written. */
  static encode(entries: readonly Entry[], note?: Note): Buffer {
    return Buffer.from(entries.map(encodeEntry).join('') + (note ? encodeNote(note) : ''));
  }

  took(entries: readonly Entry[], note: Note | undefined, size: number): void {
    for (const entry of entries) this.#count(entry);
    this.note = merged(this.note, note);
    this.size += size;
  }

  /** All entries of a property, in order. Empty where the file is gone or cannot be read. */
  async entries(key: string): Promise<Entry[]> {
    const entries: Entry[] = [];
    for (const line of linesWith(key, await readFile(this.path).catch(() => Buffer.alloc(0)))) {
      const entry = decodeLine(line);
      if (entry && isEntry(entry)) entries.push(entry);
    }
    return entries;
  }

  /** Nothing follows: keeps the summary, where there is none yet. */
  async finish(): Promise<void> {
    if (this.#summarised) return;
    const { size, note, spans } = this;
    const draft = `${this.#summaryPath}.part`;
    await writeFile(draft, JSON.stringify({ size, note, spans: Object.fromEntries(spans) }));
    await rename(draft, this.#summaryPath);
    this.#summarised = true;
  }

  async remove(): Promise<void> {
    await rm(this.path, { force: true });
    await rm(this.#summaryPath, { force: true });
  }

  get #summaryPath(): string {
    return this.path.replace(/\.log$/, '.summary');
  }

  async #loadSummary(): Promise<boolean> {
    try {
      const { size, note, spans } = summarySchema.parse(
        JSON.parse(await readFile(this.#summaryPath, 'utf8')),
      );
      if ((await stat(this.path)).size !== size) return false;
      this.size = size;
      this.note = note as Note;
      for (const [key, span] of Object.entries(spans)) this.spans.set(key, span);
      this.#summarised = true;
      return true;
    } catch {
      return false;
    }
  }

  #scan(bytes: Buffer): void {
    for (const { line, whole } of linesOf(bytes)) {
      const found = decodeLine(line);
      if (!found) this.damaged += whole ? 1 : 0;
      else if (isEntry(found)) this.#count(found);
      else this.note = merged(this.note, found);
    }
    this.size = bytes.length;
  }

  #count({ key, seq, ms }: Entry): void {
    const span = this.spans.get(key);
    if (!span) {
      this.spans.set(key, { count: 1, firstSeq: seq, lastSeq: seq, oldest: ms, newest: ms });
      return;
    }
    span.count++;
    span.firstSeq = Math.min(span.firstSeq, seq);
    span.lastSeq = Math.max(span.lastSeq, seq);
    span.oldest = Math.min(span.oldest, ms);
    span.newest = Math.max(span.newest, ms);
  }
}

function merged(note: Note, newer: Note | undefined): Note {
  if (!newer) return note;
  if (newer.ended) return { ...note, ...newer };
  const counts = { ...note.counts };
  for (const [key, count] of Object.entries(newer.counts ?? {}))
    counts[key] = Math.max(count, counts[key] ?? 0);
  return { ...note, ...newer, counts };
}
