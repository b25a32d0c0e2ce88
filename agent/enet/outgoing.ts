import { encodedSize } from './command-codec.ts';
import type { DatagramBuilder } from './datagram-builder.ts';
import type { OutgoingChannel } from './outgoing-channel.ts';
import type { Command } from './protocol.ts';
import { Queue } from './queue.ts';
import type { RoundTrip } from './round-trip.ts';
import { THROTTLE_SCALE, type Throttle } from './throttle.ts';

export interface TimeoutSettings {
  /** A command sent this often without an answer, counted as a power of two, is given up after `minimum`. */
  readonly limit: number;
  /** Milliseconds. */
  readonly minimum: number;
  /** Milliseconds after which any unanswered command ends the connection. */
  readonly maximum: number;
}

export const DEFAULT_TIMEOUTS: TimeoutSettings = { limit: 32, minimum: 5000, maximum: 30_000 };

/** A command on its way out, and what became of it so far. */
interface Outgoing {
  readonly command: Command;
  /** Order of queueing over both queues. */
  readonly order: number;
  readonly size: number;
  /** Bytes it adds to the data in flight. */
  readonly length: number;
  attempts: number;
  sentTime: number;
  timeout: number;
  /** Sent, not known to be lost, not acknowledged. */
  inFlight: boolean;
  acknowledged: boolean;
}

/** What the queues need to know of the peer they belong to; read anew at every datagram. */
export interface SendingTerms {
  readonly mtu: number;
  readonly windowSize: number;
  readonly roundTrip: RoundTrip;
  readonly throttling: Throttle;
  readonly channels: readonly OutgoingChannel[];
  readonly exemptChannels: ReadonlySet<number>;
  readonly timeouts: TimeoutSettings;
  /** Counts a packet that the throttle held back. */
  drop(reason: 'throttled'): void;
  retransmitted(): void;
}

/** First what is sent again, then what was never sent. */
class Line {
  readonly again = new Queue<Outgoing>();
  readonly fresh = new Queue<Outgoing>();

  peek(): Outgoing | undefined {
    for (let next = this.again.peek(); next !== undefined; next = this.again.peek()) {
      if (!next.acknowledged) return next;
      this.again.shift();
    }
    return this.fresh.peek();
  }

  shift(): void {
    if (this.again.length > 0) this.again.shift();
    else this.fresh.shift();
  }

  clear(): void {
    this.again.clear();
    this.fresh.clear();
  }
}

/** Everything one peer still has to send, and everything sent that waits for an acknowledgement. */
export class OutgoingCommands {
  readonly #terms: SendingTerms;
  /** Reliable packets, which wait for room in the window, */
  readonly #reliable = new Line();
  /** and everything else, which overtakes them while they do. */
  readonly #other = new Line();
  /** By channel and number. In the order of first sending. */
  readonly #unacknowledged = new Map<number, Outgoing>();
  #order = 0;
  #queuedBytes = 0;
  #bytesInFlight = 0;
  #inFlight = 0;
  /** Never later than the first retransmission; sometimes earlier, when its command was acknowledged. */
  #nextTimeout = Number.POSITIVE_INFINITY;
  /** When the oldest command that went unanswered was sent. */
  #unansweredSince: number | undefined;

  constructor(terms: SendingTerms) {
    this.#terms = terms;
  }

  /** Nothing to send and nothing unacknowledged. */
  get idle(): boolean {
    return (
      this.#unacknowledged.size === 0 &&
      this.#reliable.peek() === undefined &&
      this.#other.peek() === undefined
    );
  }

  get anythingInFlight(): boolean {
    return this.#inFlight > 0;
  }

  get bytesInFlight(): number {
    return this.#bytesInFlight;
  }

  /** Payload bytes queued or unacknowledged. */
  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  get nextTimeout(): number {
    return this.#nextTimeout;
  }

  queue(command: Command): void {
    const length = 'payload' in command ? command.payload.length : 0;
    const line = command.acknowledge && 'payload' in command ? this.#reliable : this.#other;
    line.fresh.push({
      command,
      order: this.#order++,
      size: encodedSize(command),
      length,
      attempts: 0,
      sentTime: 0,
      timeout: 0,
      inFlight: false,
      acknowledged: false,
    });
    this.#queuedBytes += length;
  }

  clear(): void {
    this.#reliable.clear();
    this.#other.clear();
    this.#unacknowledged.clear();
    this.#queuedBytes = 0;
    this.#bytesInFlight = 0;
    this.#inFlight = 0;
    this.#nextTimeout = Number.POSITIVE_INFINITY;
  }

  /** When the command that an acknowledgement names was last sent; undefined if there is no such command. */
  sentTime(channel: number, sequence: number): number | undefined {
    return this.#unacknowledged.get(key(channel, sequence))?.sentTime;
  }

  /** Any acknowledgement shows that the peer lives. */
  heard(): void {
    this.#unansweredSince = undefined;
  }

  /** Takes a command off the books; returns it unless it was not there. */
  acknowledge(channel: number, sequence: number): Command | undefined {
    const id = key(channel, sequence);
    const outgoing = this.#unacknowledged.get(id);
    if (outgoing === undefined) return undefined;
    this.#unacknowledged.delete(id);
    outgoing.acknowledged = true;
    this.#terms.channels[channel]?.windows.acknowledged(sequence);
    this.#queuedBytes -= outgoing.length;
    if (outgoing.inFlight) this.#leaveFlight(outgoing);
    if (this.#inFlight === 0) this.#nextTimeout = Number.POSITIVE_INFINITY;
    return outgoing.command;
  }

  /** Lines up again what was not acknowledged in time. False when the peer must be taken for gone. */
  checkTimeouts(now: number): boolean {
    if (now < this.#nextTimeout) return true;
    const { minimum, maximum } = this.#terms.timeouts;
    let next = Number.POSITIVE_INFINITY;
    for (const outgoing of this.#unacknowledged.values()) {
      if (!outgoing.inFlight) continue;
      const due = this.#due(outgoing);
      if (now < due) {
        next = Math.min(next, due);
        continue;
      }
      this.#unansweredSince = Math.min(this.#unansweredSince ?? outgoing.sentTime, outgoing.sentTime);
      const unanswered = now - this.#unansweredSince;
      if (unanswered >= maximum || (this.#triedEnough(outgoing) && unanswered >= minimum)) return false;
      outgoing.timeout *= 2;
      this.#leaveFlight(outgoing);
      (isReliablePacket(outgoing) ? this.#reliable : this.#other).again.push(outgoing);
      this.#terms.retransmitted();
    }
    this.#nextTimeout = next;
    return true;
  }

  /**
   * Fills a datagram with what may be sent now.
   * `more`: there was something left that did not fit; `reliable`: something reliable went in or wanted to.
   */
  fill(datagram: DatagramBuilder, now: number): { more: boolean; reliable: boolean } {
    let reliableBlocked = false;
    let reliable = false;
    for (;;) {
      const packet = reliableBlocked ? undefined : this.#reliable.peek();
      const other = this.#other.peek();
      const outgoing = packet && (!other || packet.order < other.order) ? packet : other;
      if (outgoing === undefined) return { more: false, reliable };
      if (outgoing === packet && !this.#mayFly(outgoing)) {
        reliableBlocked = true;
        continue;
      }
      if (outgoing.command.acknowledge) reliable = true;
      if (!datagram.fits(outgoing.size)) return { more: true, reliable };
      (outgoing === packet ? this.#reliable : this.#other).shift();
      if (outgoing.command.acknowledge) this.#enterFlight(outgoing, now);
      else {
        this.#queuedBytes -= outgoing.length;
        if (!this.#passesThrottle(outgoing)) continue;
      }
      datagram.add(outgoing.command);
    }
  }

  #mayFly({ command, attempts, length }: Outgoing): boolean {
    const { windowSize, throttling, mtu, channels } = this.#terms;
    if (attempts === 0 && channels[command.channel]?.windows.blocks(command.reliableSequence)) return false;
    const window = Math.floor((throttling.value * windowSize) / THROTTLE_SCALE);
    return this.#bytesInFlight + length <= Math.max(window, mtu);
  }

  #enterFlight(outgoing: Outgoing, now: number): void {
    const { channel, reliableSequence } = outgoing.command;
    if (outgoing.attempts === 0) {
      this.#terms.channels[channel]?.windows.sent(reliableSequence);
      this.#unacknowledged.set(key(channel, reliableSequence), outgoing);
      outgoing.timeout = this.#terms.roundTrip.retransmissionTimeout;
    }
    outgoing.attempts++;
    outgoing.sentTime = now;
    outgoing.inFlight = true;
    this.#inFlight++;
    this.#bytesInFlight += outgoing.length;
    this.#nextTimeout = Math.min(this.#nextTimeout, this.#due(outgoing));
  }

  /**
   * When an unanswered command is looked at. Retransmissions lie ever further apart; the moment from which silence
   * means that the peer is gone is not left to where the next one falls, which may be twice as late.
   */
  #due(outgoing: Outgoing): number {
    const { sentTime, timeout } = outgoing;
    const gone = (this.#unansweredSince ?? Number.POSITIVE_INFINITY) + this.#terms.timeouts.minimum;
    const due = sentTime + timeout;
    return sentTime < gone && this.#triedEnough(outgoing) ? Math.min(due, gone) : due;
  }

  #triedEnough({ attempts }: Outgoing): boolean {
    return 2 ** (attempts - 1) >= this.#terms.timeouts.limit;
  }

  #leaveFlight(outgoing: Outgoing): void {
    outgoing.inFlight = false;
    this.#inFlight--;
    this.#bytesInFlight -= outgoing.length;
  }

  /** A fragmented packet passes or is dropped as a whole. */
  #passesThrottle({ command }: Outgoing): boolean {
    if (!('payload' in command)) return true;
    if (command.type === 'send-unreliable-fragment' && command.fragmentNumber > 0) return true;
    if (this.#terms.exemptChannels.has(command.channel) || this.#terms.throttling.admits()) return true;
    this.#terms.drop('throttled');
    for (let next = this.#other.peek(); next !== undefined; next = this.#other.peek()) {
      const fragment = next.command;
      if (fragment.type !== 'send-unreliable-fragment' || fragment.fragmentNumber === 0) break;
      this.#other.shift();
      this.#queuedBytes -= next.length;
    }
    return false;
  }
}

function isReliablePacket({ command }: Outgoing): boolean {
  return 'payload' in command;
}

function key(channel: number, sequence: number): number {
  return (channel << 16) | sequence;
}
