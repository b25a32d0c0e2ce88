/** Longest line kept, bytes without its end. */
export const longestLine = 4096;

const carriageReturn = 0x0d;
const lineFeed = 0x0a;

/** One line as it came. */
export interface Line {
  readonly text: string;
  /** It is the first since the port was opened: its beginning may be missing. */
  readonly first: boolean;
}

/**
 * Cuts bytes into lines, at carriage returns and line feeds alike; empty lines are none. A line that grows
 * too long is dropped up to its end and counted. Use a new one for each opening of a port: what was cut off by
 * an unplugging must not be joined with what follows.
 */
export class LineSplitter {
  readonly #decoder = new TextDecoder();
  #parts: Uint8Array[] = [];
  #length = 0;
  #first = true;
  #tooLong = 0;

  /** Lines that were longer than `longestLine` and were dropped. */
  get tooLong(): number {
    return this.#tooLong;
  }

  /** Takes the next bytes; returns the lines that end in them. */
  push(bytes: Uint8Array): Line[] {
    const lines: Line[] = [];
    let start = 0;
    for (let at = 0; at < bytes.length; at++) {
      if (bytes[at] !== lineFeed && bytes[at] !== carriageReturn) continue;
      this.#keep(bytes.subarray(start, at));
      start = at + 1;
      const text = this.#end();
      if (text !== undefined) lines.push({ text, first: this.#first });
      this.#first = false;
    }
    this.#keep(bytes.subarray(start));
    return lines;
  }

  #keep(part: Uint8Array): void {
    this.#length += part.length;
    if (this.#length > longestLine) this.#parts = [];
    else if (part.length > 0) this.#parts.push(part.slice());
  }

  /** The line that ends here, unless it is empty or too long. */
  #end(): string | undefined {
    const length = this.#length;
    const parts = this.#parts;
    this.#length = 0;
    this.#parts = [];
    if (length > longestLine) this.#tooLong++;
    if (length === 0 || length > longestLine) return undefined;
    return this.#decoder.decode(parts.length === 1 ? parts[0] : Buffer.concat(parts));
  }
}
