import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';

/** A Unix socket on which both sides talk in lines. */
export class LineSocket {
  readonly #socket: Socket;
  readonly #lines: AsyncIterator<string>;

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.#lines = createInterface({ input: socket })[Symbol.asyncIterator]();
    // What is lost is told by the next line that does not come.
    socket.on('error', () => {});
  }

  /** Waits up to `patience` ms for somebody to listen at `path`. */
  static async connect(path: string, patience = 20_000): Promise<LineSocket> {
    const deadline = Date.now() + patience;
    for (;;) {
      const socket = connect(path);
      try {
        await once(socket, 'connect');
        return new LineSocket(socket);
      } catch (error) {
        if (Date.now() > deadline) throw error;
        await pause(100);
      }
    }
  }

  send(line: string): void {
    this.#socket.write(`${line}\n`);
  }

  /** The next line. Rejects where the other side has gone. */
  async receive(): Promise<string> {
    const { value, done } = await this.#lines.next();
    if (done) throw new Error('the other side of the socket is gone');
    return value as string;
  }

  close(): void {
    this.#socket.destroy();
  }
}
