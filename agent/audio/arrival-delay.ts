/** Delays younger than this tell how fast the network can be, ms: in so short a time clocks do not drift apart. */
const floorWindowMs = 3_000;
/** What happened this long ago counts a third of what happens now, ms. */
const memoryMs = 3_000;
/** Share of the packets that are to arrive in time. */
const coverage = 0.97;
const binMs = 5;
/** Share of lost packets from which on their copies are worth waiting for. */
const worthwhileLoss = 0.01;
const defaultLeastTargetMs = 20;
const mostTargetMs = 200;
const firstTargetMs = 60;

/**
 * How late packets arrive, measured against the fastest of the last seconds, and how long to wait for them.
 * The delay of a packet is its arrival (ms, our clock) less its place in the stream (ms, the sender's clock): it is
 * known but for a constant.
 */
export class ArrivalDelay {
  /** Of the last seconds, those that no later one undercuts: the first is the least. */
  #least: { readonly atMs: number; readonly delayMs: number }[] = [];
  /** Share of the packets by how late they were, the newest weighing most. */
  readonly #lateness = new Float64Array(mostTargetMs / binMs + 1);

  #lossShare = 0;
  #packetMs = 0;

  readonly #leastTargetMs: number;

  /** `leastTargetMs`: who is in no hurry waits longer, and misses less. */
  constructor(leastTargetMs = defaultLeastTargetMs) {
    this.#leastTargetMs = leastTargetMs;
    this.#lateness[firstTargetMs / binMs - 1] = 1;
  }

  /** The least delay of late; undefined before the first packet. */
  get floorMs(): number | undefined {
    return this.#least[0]?.delayMs;
  }

  /**
   * How long after the fastest possible arrival to play, so that most packets are there, 20 to 200 ms. Where packets
   * get lost, so long that the one after a lost one is there, with its copy of that.
   */
  get targetMs(): number {
    const waitMs = this.#latenessMs + (this.#lossShare > worthwhileLoss ? this.#packetMs : 0);
    return Math.min(Math.max(waitMs, this.#leastTargetMs), mostTargetMs);
  }

  /** Takes the delay of a packet that arrived at `atMs` and holds `lengthMs` of sound. */
  add(delayMs: number, atMs: number, lengthMs: number): void {
    const least = this.#least;
    while (least.length > 0 && least.at(-1)!.delayMs >= delayMs) least.pop();
    least.push({ atMs, delayMs });
    while (least[0]!.atMs < atMs - floorWindowMs) least.shift();
    this.#learn(delayMs - least[0]!.delayMs, Math.min(lengthMs / memoryMs, 1));
  }

  /** Takes that before a packet of `lengthMs` so much was lost, ms. */
  addLoss(lostMs: number, lengthMs: number): void {
    this.#packetMs = lengthMs;
    const share = lostMs / (lostMs + lengthMs);
    this.#lossShare += (share - this.#lossShare) * Math.min((lostMs + lengthMs) / memoryMs, 1);
  }

  /** The stream begins anew: its delays have nothing to do with those before, but how they vary has. */
  restart(): void {
    this.#least = [];
  }

  get #latenessMs(): number {
    let share = 0;
    let bin = 0;
    while (bin < this.#lateness.length - 1) {
      share += this.#lateness[bin++]!;
      if (share >= coverage) break;
    }
    return bin * binMs;
  }

  #learn(latenessMs: number, weight: number): void {
    const bin = Math.min(Math.floor(latenessMs / binMs), this.#lateness.length - 1);
    for (let n = 0; n < this.#lateness.length; n++) this.#lateness[n]! *= 1 - weight;
    this.#lateness[bin]! += weight;
  }
}
