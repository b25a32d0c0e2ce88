import { setPriority } from 'node:os';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { systemTime } from '../../agent/time/system-time.ts';
import { sampleRate, samplesPerMs } from '../../devices/sound/pcm.ts';
import { AlsaSink } from '../../devices/speaker/alsa-sink.ts';
import { aplay } from '../../devices/speaker/aplay.ts';
import { speakerDriver } from '../../devices/speaker/driver.ts';
import { periodMs, periodSamples } from '../../devices/speaker/pcm-sink.ts';
import type { Fault } from '../../devices/thing.ts';
import { childrenOf } from '../support/child-processes.ts';
import { judged } from '../support/judged.ts';
import { levelOf, sine, toneShare } from '../support/virtual-microphone.ts';
import { pureTenths } from '../support/virtual-microphone-signal.ts';
import { PulseSpeaker } from '../support/virtual-speaker.ts';

const tone = { hz: 440, dbfs: -20 };
/** A machine too busy to run us for as long as the buffer of the device lasts hears a gap, as it must, but not each time. */
const tries = 8;

let speaker: PulseSpeaker;
beforeAll(async () => {
  // As sound programs run on real machines, where that is allowed.
  preferred(-10);
  speaker = await PulseSpeaker.start();
  vi.stubEnv('ALSA_CONFIG_PATH', speaker.env.ALSA_CONFIG_PATH);
});
afterAll(async () => {
  preferred(0);
  await speaker?.stop();
});

/** A sink of the real aplay that is given what the test wants; undefined is silence. */
class Player {
  readonly faults: Fault[] = [];
  recoveries = 0;
  next: () => Int16Array | undefined = () => undefined;
  readonly sink: AlsaSink;

  constructor(device: string) {
    this.sink = new AlsaSink({ device, backends: [aplay] }, systemTime);
    this.sink.start({
      next: () => this.next(),
      fault: (fault) => void this.faults.push(fault),
      recovered: () => void this.recoveries++,
    });
    onTestFinished(() => this.sink.stop());
  }

  /** Plays the tone for `ms`, or for ever; tells when the device asked for the beginning of it. */
  playTone(ms = Number.POSITIVE_INFINITY): Promise<number> {
    this.sink.wake();
    let position = 0;
    return new Promise((began) => {
      this.next = () => {
        if (position === 0) began(performance.now());
        if (position >= ms * samplesPerMs) return undefined;
        const sound = sine(tone.hz, tone.dbfs, periodSamples, position);
        position += periodSamples;
        return sound;
      };
    });
  }
}

function preferred(niceness: number): void {
  try {
    setPriority(niceness);
  } catch {
    // Only root may.
  }
}

const isSound = (sample: number) => Math.abs(sample) > 300;

/** The part of `heard` from the first to the last of its sound. */
function sounding(heard: Int16Array): Int16Array {
  return heard.subarray(heard.findIndex(isSound), heard.findLastIndex(isSound) + 1);
}

/** Longest silence within, ms: at 440 Hz a zero crossing lasts less than one. */
function longestGap(sound: Int16Array): number {
  let [longest, since] = [0, 0];
  for (const [index, sample] of sound.entries()) {
    if (!isSound(sample)) continue;
    longest = Math.max(longest, index - since);
    since = index;
  }
  return longest / samplesPerMs;
}

describe('playing through ALSA', () => {
  it('plays a tone in its pitch, loudness and length, without a gap', async () => {
    const player = new Player(speaker.device);
    const play = async () => {
      await settled(player);
      speaker.forget();
      await player.playTone(2000);
      await speaker.until((heard) => heard.findLastIndex(isSound) > 1.8 * sampleRate);
      await speaker.until((heard) => heard.length - heard.findLastIndex(isSound) > 0.3 * sampleRate);
      return sounding(speaker.heard).slice();
    };
    await judged(tries, play, (sound, late) => {
      expect(Math.abs(sound.length / samplesPerMs - 2000)).toBeLessThan(5 + late);
      expect(longestGap(sound)).toBeLessThan(2 + late);
      const pure = pureTenths(sound, tone.hz);
      expect(pure.length / samplesPerMs).toBeGreaterThan(1899 - late);
      if (pure.length === 0) return;
      expect(toneShare(pure, tone.hz)).toBeGreaterThan(0.95);
      expect(Math.abs(levelOf(pure) - tone.dbfs)).toBeLessThan(0.5);
    });
  });

  it('is heard soon after it was asked for, and no later as time goes on', async () => {
    const player = new Player(speaker.device);
    const play = async () => {
      await settled(player);
      const first = await delayOf(player);
      await player.playTone();
      await speaker.next(4000);
      const later = await delayOf(player);
      console.log(
        `    heard ${first.toFixed(0)} ms after it was asked for; 5 s later ${later.toFixed(0)} ms`,
      );
      return { first, later };
    };
    await judged(tries, play, ({ first, later }, late) => {
      expect(first).toBeLessThan(300 + late);
      expect(later - first).toBeLessThan(40 + late);
    });
  });

  it('asks for sound as fast as it is played, and no faster', async () => {
    const player = new Player(speaker.device);
    const play = async () => {
      await settled(player);
      const [before, begin] = [player.sink.counters, performance.now()];
      await player.playTone();
      await speaker.next(2500);
      const { played, silent, underruns } = player.sink.counters;
      return {
        elapsed: performance.now() - begin,
        asked: (played + silent - before.played - before.silent) * periodMs,
        underruns: underruns - before.underruns,
      };
    };
    await judged(tries, play, ({ elapsed, asked, underruns }, late) => {
      expect(Math.abs(asked - elapsed)).toBeLessThan(150 + late);
      // One takes at least a period without us.
      expect(underruns).toBeLessThanOrEqual(late / periodMs);
    });
  });

  it('closes the device when nobody speaks, and opens it when somebody does', async () => {
    const player = new Player(speaker.device);
    await settled(player);
    expect(player.sink.counters.opened).toBeGreaterThan(0);
    await expect.poll(() => childrenOf(process.pid)).not.toContain('aplay');
    const { opened } = player.sink.counters;
    speaker.forget();
    await player.playTone(500);
    await speaker.until((heard) => sounding(heard).length > 0.45 * sampleRate);
    expect(player.sink.counters.opened).toBe(opened + 1);
    expect(player.faults).toEqual([]);
  });

  it('tells when the device goes, and plays to it again when it is back', async () => {
    const player = new Player(speaker.device);
    await settled(player);
    await player.playTone();
    await speaker.unplug();
    await expect.poll(() => player.faults.at(-1)?.code).toBe('ALLO_E_SPEAKER_MISSING');
    expect(player.faults.at(-1)?.reason).toContain(`${speaker.device} cannot be opened`);
    const begin = performance.now();
    await speaker.plugIn();
    await speaker.until((heard) => heard.some(isSound));
    console.log(`    plugged in again: plays after ${((performance.now() - begin) / 1e3).toFixed(1)} s`);
    await speaker.nextTone(tone.hz, 1);
    expect(player.recoveries).toBe(1);
  });

  it('refuses a PCM that nothing paces, at once', async () => {
    const player = new Player('null');
    await expect.poll(() => player.faults.at(-1)?.code).toBe('ALLO_E_SPEAKER_FLOOD');
    expect(player.sink.counters.silent).toBeLessThan(1000);
  });
});

describe('the speaker driver', () => {
  it('probes a PCM by playing silence for a moment', async () => {
    const works = await speakerDriver.probe(speakerDriver.schema.parse({ device: speaker.device }));
    expect(works).toEqual({ ok: true, detail: 'virtual_speaker takes 48 kHz mono' });
    const missing = await speakerDriver.probe(speakerDriver.schema.parse({ device: 'nowhere' }));
    expect(missing).toMatchObject({ ok: false, detail: expect.stringMatching(/^nowhere cannot be opened/) });
    // It takes sound as fast as it comes: on a machine that stalls just then, not faster than a real one.
    const flood = () => speakerDriver.probe(speakerDriver.schema.parse({ device: 'null' }));
    await expect
      .poll(flood)
      .toMatchObject({ ok: false, detail: expect.stringContaining('faster than any clock') });
  });
});

/** Waits until the device takes silence evenly; opens it again where a slow machine had it closed before it did. */
async function settled(player: Player): Promise<void> {
  const { sink } = player;
  player.next = () => undefined;
  const { silent } = sink.counters;
  const taken = () => {
    sink.wake();
    return sink.counters.silent;
  };
  await expect.poll(taken).toBeGreaterThan(silent + 30);
}

/** How long after the device asked for a tone it is heard, ms; after 200 ms of silence. */
async function delayOf(player: Player): Promise<number> {
  player.next = () => undefined;
  await speaker.until((heard) => heard.length > 0 && !heard.subarray(-0.2 * sampleRate).some(isSound));
  speaker.forget();
  const asked = await player.playTone();
  await speaker.until((heard) => heard.some(isSound));
  return performance.now() - asked;
}
