import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** So many starts that did not last, within so long, ms, are too many. */
export const mostBadStarts = 5;
/** So many, those in safe mode included, and the little that safe mode still did is too much. */
export const mostBadSafeStarts = 8;
export const badStartWindow = 10 * 60_000;
/** A start that has lasted so long was a good one, ms: longer than the watchdog takes to end one that hangs. */
export const goodAfter = 120_000;

/**
 * The starts of this boot that have not turned out well yet, as moments of CLOCK_MONOTONIC, in a file of the
 * runtime directory: memory, so that a crash loop does not wear the card, and gone with the next boot.
 */
export class StartRecord {
  readonly #file: string;

  /** `directory`: what systemd keeps over restarts, `RUNTIME_DIRECTORY`. */
  constructor(directory: string) {
    this.#file = join(directory, 'starts');
  }

  /** Enters this start. Returns how many before it went badly within the window. */
  begin(nowMs: number): number {
    const bad = this.#read().filter((start) => start <= nowMs && nowMs - start <= badStartWindow);
    // More than are ever asked for are not kept.
    const kept = [...bad, nowMs].slice(-mostBadSafeStarts - 1);
    mkdirSync(join(this.#file, '..'), { recursive: true });
    writeFileSync(this.#file, kept.map((start) => `${start}\n`).join(''));
    return bad.length;
  }

  /**
   * This start was a good one: it has lasted, or was ended on purpose. Where that cannot be noted, the count is the
   * worse for it, which is no reason to hold up a stop.
   */
  clear(): void {
    try {
      rmSync(this.#file, { force: true });
    } catch {
      // A directory that cannot be written to any more.
    }
  }

  #read(): number[] {
    try {
      const lines = readFileSync(this.#file, 'utf8').split('\n');
      return lines.filter((line) => /^\d+(\.\d+)?$/.test(line)).map(Number);
    } catch {
      return [];
    }
  }
}
