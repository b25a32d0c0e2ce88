import { fstatSync } from 'node:fs';

/** Where finished lines go. */
export interface LogSink {
  write(line: string): void;
  /** Calls `done` when everything is out, or will not be: at once where nothing waits, at the latest in 200 ms. */
  flush(done: () => void): void;
}

const largestBacklog = 1024 * 1024;
const flushWithinMs = 200;

/**
 * Standard output, which never holds up the daemon: for a reader that does not read 1 MiB is kept and the rest
 * dropped, and a reader that is gone is no reason to end.
 */
export function stdoutSink(): LogSink & { readonly dropped: number } {
  const { stdout } = process;
  stdout.on('error', () => {});
  let dropped = 0;
  return {
    /** Lines that nobody read. */
    get dropped() {
      return dropped;
    },
    write(line) {
      if (stdout.writableLength > largestBacklog) dropped++;
      else stdout.write(line);
    },
    flush(done) {
      if (stdout.writableLength === 0 || stdout.destroyed) return done();
      const timer = setTimeout(done, flushWithinMs);
      // Called in turn, once all that was written before is out; never, where that fails.
      stdout.write('', (error) => {
        if (error) return;
        clearTimeout(timer);
        done();
      });
    },
  };
}

/** `text` for people, `json` for programs, `journal` for systemd: JSON behind the priority that it reads. */
export type LogFormat = 'text' | 'json' | 'journal';

/** What standard output is: systemd names the stream of its journal in JOURNAL_STREAM as `device:inode`. */
export function stdoutFormat(): LogFormat {
  if (process.stdout.isTTY) return 'text';
  try {
    const { dev, ino } = fstatSync(process.stdout.fd);
    return process.env.JOURNAL_STREAM === `${dev}:${ino}` ? 'journal' : 'json';
  } catch {
    return 'json';
  }
}
