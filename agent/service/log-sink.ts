import { fstatSync } from 'node:fs';
import { pino } from 'pino';

/** Where finished lines go. */
export interface LogSink {
  write(line: string): void;
  /** Blocks until everything is out: the last thing a process does. */
  flush(): void;
}

/**
 * Standard output, written without ever holding up the daemon: behind a reader that does not read, at most
 * 1 MiB waits and the rest is dropped; a reader that is gone is no reason to end.
 */
export function stdoutSink(): LogSink {
  const stream = pino.destination({ fd: process.stdout.fd, sync: false, maxLength: 1024 * 1024 });
  stream.on('error', () => {});
  return {
    write: (line) => void stream.write(line),
    flush: () => {
      try {
        stream.flushSync();
      } catch {
        // Nobody reads any more.
      }
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
