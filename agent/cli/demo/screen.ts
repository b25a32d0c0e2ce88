import type { WriteStream } from 'node:tty';

const hideCursor = '\x1b[?25l';
const showCursor = '\x1b[?25h';
/** Lines wider than the terminal are cut by it, not wrapped. */
const noWrap = '\x1b[?7l';
const wrap = '\x1b[?7h';
const home = '\x1b[H';
const clearLine = '\x1b[K';
const clearBelow = '\x1b[J';

/** Draws lines in place on a terminal, over and over. */
export class Screen {
  readonly #out: WriteStream;

  constructor(out: WriteStream) {
    this.#out = out;
    out.write(`${hideCursor}${noWrap}\x1b[2J`);
  }

  draw(lines: readonly string[]): void {
    const text = lines.slice(0, this.#out.rows - 1).map((line) => `${line}${clearLine}\n`);
    this.#out.write(home + text.join('') + clearBelow);
  }

  /** Leaves the last picture standing and gives the terminal back as it was. */
  close(): void {
    this.#out.write(wrap + showCursor);
  }
}
