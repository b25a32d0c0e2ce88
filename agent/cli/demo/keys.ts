import type { ReadStream } from 'node:tty';

export interface KeyHandlers {
  quit(): void;
  /** 1 to 9. */
  digit(number: number): void;
}

/** Ctrl-C, which a terminal in raw mode passes on as a character. */
const interrupt = '\x03';

/** Hears single keys, where somebody sits at a terminal. Returns what gives the terminal back. */
export function readKeys(stdin: ReadStream, { quit, digit }: KeyHandlers): () => void {
  if (!stdin.isTTY) return () => {};
  const press = (keys: Buffer) => {
    for (const key of keys.toString()) {
      if (key === 'q' || key === interrupt) quit();
      else if (key >= '1' && key <= '9') digit(Number(key));
    }
  };
  stdin.setRawMode(true).on('data', press).resume();
  return () => {
    stdin.setRawMode(false).off('data', press).pause();
  };
}
