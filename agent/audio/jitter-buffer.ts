import { ArrivalDelay } from './arrival-delay.ts';
import { packetMs } from './opus-packet.ts';

/** What to play next. */
export type Next =
  /** Nothing for `ms`, as far as is known: nobody speaks, or what has arrived is not due yet. */
  | { readonly kind: 'silence'; readonly ms: number }
  /** Something to stand in for what has not arrived. `last`: nothing but silence follows. */
  | { readonly kind: 'conceal'; readonly ms: number; readonly last: boolean }
  | {
      readonly kind: 'packet';
      readonly packet: Uint8Array;
      readonly ms: number;
      /** What was lost just before this packet and has not been concealed yet, ms. */
      readonly lostMs: number;
      /** How much later it is played than it should be, ms: to be caught up with, or waited for where negative. */
      readonly excessMs: number;
    };

interface Waiting {
  readonly packet: Uint8Array;
  readonly ms: number;
  readonly arrivedAtMs: number;
  /** Where it lies in the stream of the sender, ms, as far as is known. */
  positionMs: number;
}

/** Sound that is missing is made up in pieces of this length, ms. */
const pieceMs = 10;
/** Longer than this nothing is made up: it would not be what was said. */
const longestConcealmentMs = 80;
/** Packets this much later than expected begin anew: the sender had paused, or nothing made up would be true, ms. */
const pauseMs = 120;
/** So much too late is not caught up with by playing faster: packets are dropped, ms. */
const hopelessMs = 200;
/** What is kept of the longest lead with each packet, and the longest that is waited for, ms. */
const leadKept = 0.99;
const mostLeadMs = 200;
/** Sound that may wait, and packets, whatever a sender sends. */
const mostWaitingMs = 1_000;
const mostWaitingPackets = 200;
/** This share of a packet's length too late, and all that follow too: it was not late, one before it was lost. */
const lossShare = 0.75;
/** However short packets are, the network varies by this, ms. */
const leastLossMs = 7.5;

/**
 * Packets of one track, from their arrival to the moment they are played. Pure: the time is passed in, ms.
 *
 * What can be known: packets on the wire have neither a number nor a time, but they arrive in the order they were
 * sent, as ENet drops what was overtaken. So the stream is taken to go on without gaps, and arrival times tell the
 * rest. A packet was lost if all that arrived since are late by about its length; if some arrived in time, the first
 * was merely late. That is judged when the packet after the gap is due, when most is known. Judged wrongly, it costs
 * a little sound or a little delay, never the order.
 *
 * Playing lags behind the fastest arrival possible by a target that follows the network (`ArrivalDelay`). Too much
 * lag, from lateness that has passed or a sender whose clock is fast, is reported with each packet, for the
 * player to catch up; with too little, packets begin to be missing, and what is made up for them restores it.
 */
export class JitterBuffer {
  readonly #delay: ArrivalDelay;
  readonly #waiting: Waiting[] = [];
  #state: 'silent' | 'filling' | 'playing' = 'silent';
  /** Made up since the last packet was played, ms. */
  #concealedMs = 0;
  /** Where the next packet lies in the stream, ms. */
  #endMs = 0;
  #depthMs = 0;
  #lagMs = 0;
  /** How long before it is played sound has been asked for of late, ms: so much earlier it must be there. */
  #leadMs = 0;
  /** Packets that were never played: too many at once. */
  dropped = 0;

  /** `leastTargetMs`: the shortest lag that is aimed at, 20 to 200 ms. */
  constructor(leastTargetMs?: number) {
    this.#delay = new ArrivalDelay(leastTargetMs);
  }

  /** Sound that waits to be played, ms. */
  get depthMs(): number {
    return this.#depthMs;
  }

  /** How long after the fastest arrival possible packets should be played, ms. */
  get targetMs(): number {
    return this.#delay.targetMs + this.#leadMs;
  }

  /** How long after it the last one was, ms. */
  get lagMs(): number {
    return this.#lagMs;
  }

  /** Whether sound is played, or about to be. */
  get active(): boolean {
    return this.#state !== 'silent' || this.#waiting.length > 0;
  }

  /** Takes a packet, in the order of arrival. False where it is no Opus packet. */
  push(packet: Uint8Array, arrivedAtMs: number): boolean {
    const ms = packetMs(packet);
    if (ms === undefined) return false;
    if (this.#state === 'silent') this.#begin(arrivedAtMs);
    this.#waiting.push({ packet, ms, arrivedAtMs, positionMs: this.#endMs });
    this.#endMs += ms;
    this.#depthMs += ms;
    while (this.#depthMs > mostWaitingMs || this.#waiting.length > mostWaitingPackets) this.#drop();
    return true;
  }

  /** What to play at `dueMs`, asked for at `nowMs`. To be asked again for the time when that has been played. */
  next(dueMs: number, nowMs = dueMs): Next {
    this.#leadMs = Math.min(Math.max(dueMs - nowMs, this.#leadMs * leadKept), mostLeadMs);
    if (this.#state === 'playing' && this.#waiting.length === 0) return this.#conceal();
    const judged = this.#waiting[0];
    const lostMs = this.#state === 'playing' ? this.#lostBefore() : 0;
    if (lostMs >= pauseMs) return this.#pause();
    const head = this.#catchUp(dueMs);
    if (!head) return { kind: 'silence', ms: Number.POSITIVE_INFINITY };
    const earlyMs = this.targetMs - this.#lag(head, dueMs);
    if (this.#state === 'filling' && earlyMs > 0) return { kind: 'silence', ms: earlyMs };
    this.#state = 'playing';
    this.#take();
    this.#delay.add(head.arrivedAtMs - head.positionMs, head.arrivedAtMs, head.ms);
    this.#delay.addLoss(lostMs, head.ms);
    const missingMs = head === judged ? Math.max(0, lostMs - this.#concealedMs) : 0;
    this.#concealedMs = 0;
    this.#lagMs = dueMs + missingMs - this.#floorMs - head.positionMs;
    const { packet, ms } = head;
    return { kind: 'packet', packet, ms, lostMs: missingMs, excessMs: this.#lagMs - this.targetMs };
  }

  #begin(nowMs: number): void {
    this.#state = 'filling';
    this.#concealedMs = 0;
    this.#delay.restart();
    this.#endMs = nowMs;
  }

  /** What waits came after a pause: it begins anew, after what was before it has faded. */
  #pause(): Next {
    this.#state = 'filling';
    this.#concealedMs = 0;
    this.#delay.restart();
    return { kind: 'conceal', ms: pieceMs, last: true };
  }

  /** Nothing has arrived in time. */
  #conceal(): Next {
    this.#concealedMs += pieceMs;
    const last = this.#concealedMs >= longestConcealmentMs;
    if (last) this.#state = 'silent';
    return { kind: 'conceal', ms: pieceMs, last };
  }

  /** What was lost before the first packet that waits, ms; it and those after it move on by that. */
  #lostBefore(): number {
    const floor = this.#delay.floorMs;
    const head = this.#waiting[0];
    if (floor === undefined || !head) return 0;
    const lateMs = this.#leastWaiting() - floor;
    if (lateMs < Math.max(lossShare * head.ms, leastLossMs)) return 0;
    const lostMs = Math.round(lateMs / head.ms) * head.ms;
    for (const waiting of this.#waiting) waiting.positionMs += lostMs;
    this.#endMs += lostMs;
    return lostMs;
  }

  /** The first packet that waits, after dropping what is hopelessly late. */
  #catchUp(dueMs: number): Waiting | undefined {
    const [head] = this.#waiting;
    if (head && this.#lag(head, dueMs) > this.targetMs + hopelessMs)
      while (this.#waiting.length > 1 && this.#lag(this.#waiting[0]!, dueMs) > this.targetMs) this.#drop();
    return this.#waiting[0];
  }

  #drop(): void {
    this.#take();
    this.dropped++;
  }

  #take(): void {
    this.#depthMs -= this.#waiting.shift()?.ms ?? 0;
  }

  #lag({ positionMs }: Waiting, dueMs: number): number {
    return dueMs - this.#floorMs - positionMs;
  }

  /** The least delay that is known, of packets played and waiting. */
  get #floorMs(): number {
    return Math.min(this.#delay.floorMs ?? Number.POSITIVE_INFINITY, this.#leastWaiting());
  }

  #leastWaiting(): number {
    let least = Number.POSITIVE_INFINITY;
    for (const { arrivedAtMs, positionMs } of this.#waiting)
      least = Math.min(least, arrivedAtMs - positionMs);
    return least;
  }
}
