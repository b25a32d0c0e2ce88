import type { DatagramBuilder } from './datagram-builder.ts';
import type { Acknowledge } from './protocol.ts';
import { Queue } from './queue.ts';

/** The acknowledgement of a command, by its channel, its number, and when its datagram said it was sent. */
export function acknowledgement(channel: number, sequence: number, sentTime: number): Acknowledge {
  return {
    type: 'acknowledge',
    acknowledge: false,
    unsequenced: false,
    channel,
    reliableSequence: sequence,
    receivedSequence: sequence,
    receivedSentTime: sentTime,
  };
}

/** What one peer's next datagrams acknowledge. */
export class Acknowledgements {
  readonly #waiting = new Queue<{ command: Acknowledge; disconnect: boolean }>();

  get empty(): boolean {
    return this.#waiting.length === 0;
  }

  /** `disconnect`: it is a DISCONNECT that is acknowledged. */
  push(command: Acknowledge, disconnect: boolean): void {
    this.#waiting.push({ command, disconnect });
  }

  clear(): void {
    this.#waiting.clear();
  }

  /** Adds as many as fit; true when that of a DISCONNECT is among them, after which nothing else matters. */
  addTo(datagram: DatagramBuilder): boolean {
    for (let next = this.#waiting.peek(); next; next = this.#waiting.peek()) {
      if (!datagram.add(next.command)) return false;
      this.#waiting.shift();
      if (next.disconnect) return true;
    }
    return false;
  }
}
