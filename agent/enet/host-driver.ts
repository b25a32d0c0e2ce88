import type { DatagramSocket } from './datagram-socket.ts';
import { Host, type HostOptions } from './host.ts';
import type { Time } from './time.ts';

/**
 * Runs a host on a socket and a clock. What a turn brings about is sent at its end; beside that, one timer
 * waits for the host's next deadline. Nothing is polled.
 */
export class HostDriver {
  readonly host: Host;
  readonly socket: DatagramSocket;
  readonly time: Time;
  #cancelTurn: (() => void) | undefined;
  #cancelTimer: (() => void) | undefined;
  #timerDue = Number.POSITIVE_INFINITY;
  #closed = false;

  /** Throws ALLO_E_ENET_OPTION. */
  constructor(socket: DatagramSocket, time: Time, options: HostOptions = {}) {
    this.socket = socket;
    this.time = time;
    this.host = new Host(
      {
        transmit: (datagram, to) => socket.send(datagram, to),
        wake: () => this.#endOfTurn(),
      },
      options,
    );
    socket.onMessage = (datagram, from) => this.host.receive(datagram, from, time.now());
    socket.onError = () => this.host.drop('socket-error');
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Says goodbye to every peer and closes the socket. Calling it again changes nothing. */
  async close(data = 0): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.host.close(data);
    this.socket.onMessage = undefined;
    this.#cancelTurn?.();
    this.#cancelTimer?.();
    await this.socket.close();
  }

  #endOfTurn(): void {
    if (this.#cancelTurn || this.#closed) return;
    this.#cancelTurn = this.time.after(0, () => {
      this.#cancelTurn = undefined;
      this.#flush();
    });
  }

  #flush(): void {
    this.host.flush(this.time.now());
    if (this.#closed) return;
    const due = this.host.deadline;
    if (due === this.#timerDue && this.#cancelTimer) return;
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#timerDue = due;
    if (due === Number.POSITIVE_INFINITY) return;
    this.#cancelTimer = this.time.after(Math.max(due - this.time.now(), 0.001), () => {
      this.#cancelTimer = undefined;
      // Not at once: what arrived while the process was busy is read first, and may make repeating needless.
      this.#endOfTurn();
    });
  }
}
