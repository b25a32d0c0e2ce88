import { samplesPerMs } from '../../devices/sound/pcm.ts';
import { JitterBuffer, type Next } from './jitter-buffer.ts';
import type { OpusDecoder } from './opus.ts';
import { findRepetition, lengthen, shorten } from './time-stretch.ts';

/** What became of a track's packets, counted since the decoder was made. */
export interface TrackDecoderCounters {
  /** Packets decoded and played. */
  readonly packets: number;
  /** Packets that were no Opus. */
  readonly broken: number;
  /** Packets left out, to catch up. */
  readonly dropped: number;
  /** Sound made up for packets that did not arrive, ms. */
  readonly concealedMs: number;
  /** Sound of lost packets that the next one carried a copy of, ms. */
  readonly recoveredMs: number;
  /** Sound that waits to be played, ms. */
  readonly depthMs: number;
  /** How long after the fastest arrival possible the last packet was played, ms: what the buffer adds to the delay. */
  readonly lagMs: number;
}

/** Playing that is off by less is left alone, ms. */
const toleratedLateMs = 20;
const toleratedEarlyMs = 5;
/** Off by more than this, it is corrected at every packet, however it sounds, ms. */
const urgentMs = 80;
/** Else no more often than this, ms. */
const correctionPauseMs = 100;
/** Sound this alike to what follows it can be left out, or repeated, unheard. */
const unheardLikeness = 0.7;
/** Root mean square below which a packet may be left out as a whole: -50 dBFS. */
const quiet = 104;

/**
 * Packets of one track to sound that goes on for ever: whatever arrives, `pull` has as much as is asked for. Mono,
 * 48 kHz, 16 bits. Synchronous, without timers: who plays it sets the pace.
 */
export class TrackDecoder {
  readonly #decoder: OpusDecoder;
  readonly #buffer: JitterBuffer;
  /** Decoded, to be played next. */
  #ready: Int16Array = new Int16Array(0);
  #counters = { packets: 0, broken: 0, concealedMs: 0, recoveredMs: 0 };
  #sinceCorrectionMs = 0;
  /** 1 while catching up, -1 while falling back, until playing is neither late nor early. */
  #correcting = 0;

  /**
   * `decoder` is this one's from now on: closed with it. `leastLagMs`: the shortest lag that is aimed at, 20 to 200 ms,
   * by default 20; who is in no hurry, as a recording, misses less with more.
   */
  constructor(decoder: OpusDecoder, { leastLagMs }: { leastLagMs?: number } = {}) {
    this.#decoder = decoder;
    this.#buffer = new JitterBuffer(leastLagMs);
  }

  get counters(): TrackDecoderCounters {
    const { dropped, depthMs, lagMs } = this.#buffer;
    return { ...this.#counters, dropped, depthMs, lagMs };
  }

  /** Whether there is sound to play, or about to be: while not, `pull` returns silence. */
  get active(): boolean {
    return this.#ready.length > 0 || this.#buffer.active;
  }

  /** Takes a packet in the order of arrival. `arrivedAtMs`: of the same monotonic clock as the time of `pull`. */
  push(packet: Uint8Array, arrivedAtMs: number): void {
    if (!this.#buffer.push(packet, arrivedAtMs)) this.#counters.broken++;
  }

  /**
   * The next `samples` to play, from `nowMs` on. To be called as evenly as it is played, 10 to 20 ms a call: who asks
   * for more at a time asks for what has not arrived yet, and that is made up.
   */
  pull(samples: number, nowMs: number): Int16Array {
    const sound = new Int16Array(samples);
    let filled = 0;
    while (filled < samples) {
      if (this.#ready.length === 0) {
        const next = this.#buffer.next(nowMs + filled / samplesPerMs, nowMs);
        if (next.kind === 'silence') {
          filled += Math.ceil(next.ms * samplesPerMs);
          continue;
        }
        this.#ready = next.kind === 'conceal' ? this.#madeUp(next) : this.#decoded(next);
      }
      const part = this.#ready.subarray(0, samples - filled);
      sound.set(part, filled);
      filled += part.length;
      this.#ready = this.#ready.subarray(part.length);
    }
    return sound;
  }

  close(): void {
    this.#decoder.close();
  }

  #madeUp({ ms, last }: Next & { kind: 'conceal' }): Int16Array {
    this.#counters.concealedMs += ms;
    const sound = this.#decoder.conceal(ms);
    if (last) for (let n = 0; n < sound.length; n++) sound[n]! *= 1 - n / sound.length;
    return sound;
  }

  #decoded({ packet, ms, lostMs, excessMs }: Next & { kind: 'packet' }): Int16Array {
    const before = lostMs > 0 ? this.#lost(packet, ms, lostMs) : undefined;
    const sound = this.#decoder.decode(packet);
    if (sound) this.#counters.packets++;
    else this.#counters.broken++;
    const corrected = this.#correct(sound ?? this.#decoder.conceal(ms), excessMs);
    return before ? joined(before, corrected) : corrected;
  }

  /** What was lost before `next`; the end of it from the copy that one may carry. */
  #lost(next: Uint8Array, nextMs: number, lostMs: number): Int16Array {
    const recovered = lostMs >= nextMs ? this.#decoder.recover(next, lostMs) : undefined;
    if (recovered) {
      this.#counters.recoveredMs += nextMs;
      this.#counters.concealedMs += lostMs - nextMs;
      return recovered;
    }
    this.#counters.concealedMs += lostMs;
    return this.#decoder.conceal(lostMs);
  }

  /** Shortens or lengthens the sound of a packet, where playing is later or earlier than it should be. */
  #correct(sound: Int16Array, excessMs: number): Int16Array {
    const lengthMs = sound.length / samplesPerMs;
    this.#sinceCorrectionMs += lengthMs;
    if (excessMs > toleratedLateMs || excessMs < -toleratedEarlyMs) this.#correcting = Math.sign(excessMs);
    else if (excessMs * this.#correcting <= 0) this.#correcting = 0;
    if (this.#correcting === 0) return sound;
    if (isQuiet(sound)) {
      if (excessMs >= lengthMs) return sound.subarray(0, 0);
      if (excessMs <= -lengthMs) return joined(sound, sound);
    }
    const urgent = Math.abs(excessMs) > urgentMs;
    if (!urgent && this.#sinceCorrectionMs < correctionPauseMs) return sound;
    const repetition = findRepetition(sound);
    if (!repetition || (!urgent && repetition.likeness < unheardLikeness)) return sound;
    this.#sinceCorrectionMs = 0;
    return excessMs > 0 ? shorten(sound, repetition) : lengthen(sound, repetition);
  }
}

function joined(first: Int16Array, second: Int16Array): Int16Array {
  const whole = new Int16Array(first.length + second.length);
  whole.set(first);
  whole.set(second, first.length);
  return whole;
}

function isQuiet(sound: Int16Array): boolean {
  let energy = 0;
  for (const sample of sound) energy += sample * sample;
  return energy < quiet * quiet * sound.length;
}
