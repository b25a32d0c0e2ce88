import { read } from 'node:fs';
import { promisify } from 'node:util';
import type { SerialPort } from 'serialport';

const readSome = promisify(read);

/** What `serialport` opens on Unix. */
interface UnixPort {
  /** Null once it is closed. */
  readonly fd: number | null;
  readonly poller: { once(event: 'readable', ready: (error: Error | null) => void): unknown };
}

/**
 * Makes an open port take the end of file for what it is, a hang-up: the device was unplugged (a hung-up terminal
 * reads as ended, termios(3)). Of itself `serialport` 13 reads again at once, and so on for ever when it happens to
 * be reading at that moment: it never says `close`, and takes a processor and all memory
 * (serialport/bindings-cpp issue 162).
 */
export function endAtHangup({ port }: SerialPort): void {
  if (!port || !('poller' in port)) return;
  port.read = (buffer: Buffer, offset: number, length: number) => readOnce(port, buffer, offset, length);
}

/** Resolves with at least one byte. Rejects with `canceled` set where the port was closed meanwhile. */
async function readOnce(port: UnixPort, buffer: Buffer, offset: number, length: number) {
  while (port.fd !== null) {
    try {
      const { bytesRead } = await readSome(port.fd, buffer, offset, length, null);
      if (bytesRead === 0) throw new Error('the port was hung up');
      return { buffer, bytesRead };
    } catch (error) {
      if (!isTryAgain(error)) throw error;
    }
    // The poller of a port that was closed while it was read is gone: touching it ends the process.
    if (port.fd !== null) await readable(port);
  }
  throw Object.assign(new Error('the port is closed'), { canceled: true });
}

function readable({ poller }: UnixPort): Promise<void> {
  return new Promise((resolve, reject) => {
    poller.once('readable', (error) => (error ? reject(error) : resolve()));
  });
}

function isTryAgain(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'EAGAIN' || error.code === 'EINTR');
}
