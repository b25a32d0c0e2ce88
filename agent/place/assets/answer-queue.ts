import type { AssetRange } from '../../wire/asset.ts';

/** Ranges of one asset that may wait to be answered, */
const MOST_OF_ONE = 16;
/** and of all assets. */
const MOST_OF_ALL = 256;

interface WaitingRange extends AssetRange {
  /** Whether somebody waits for it: not where it is pushed. */
  asked: boolean;
}

export interface Answer extends Readonly<WaitingRange> {
  readonly id: string;
}

/**
 * Ranges to be sent. Who asked is not known, only for what: so assets take turns, and many requests for one do not
 * keep another waiting.
 */
export class AnswerQueue {
  /** By asset, in the order of their turns. No list is empty. */
  readonly #waiting = new Map<string, WaitingRange[]>();
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** False where too much waits already. What waits once need not wait twice. */
  push({ id, start, length, asked }: Answer): boolean {
    const ranges = this.#waiting.get(id) ?? [];
    const same = ranges.find((range) => range.start === start && range.length >= length);
    if (same) {
      same.asked ||= asked;
      return true;
    }
    if (ranges.length >= MOST_OF_ONE || this.#length >= MOST_OF_ALL) return false;
    ranges.push({ start, length, asked });
    this.#waiting.set(id, ranges);
    this.#length++;
    return true;
  }

  shift(): Answer | undefined {
    const next = this.#waiting.entries().next().value;
    if (!next) return undefined;
    const [id, ranges] = next;
    const range = ranges.shift()!;
    this.#length--;
    this.#waiting.delete(id);
    if (ranges.length > 0) this.#waiting.set(id, ranges);
    return { id, ...range };
  }

  /** Forgets what waits of an asset. */
  remove(id: string): void {
    this.#length -= this.#waiting.get(id)?.length ?? 0;
    this.#waiting.delete(id);
  }

  clear(): void {
    this.#waiting.clear();
    this.#length = 0;
  }
}
