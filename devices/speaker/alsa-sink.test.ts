import { beforeEach, describe, expect, it } from 'vitest';
import { VirtualTime } from '../../agent/time/virtual-time.ts';
import { type ScriptedSound, type SoundScript, scripted } from '../../test/devices/scripted-sound.ts';
import type { Fault } from '../thing.ts';
import { AlsaSink } from './alsa-sink.ts';
import { aplay } from './aplay.ts';
import { periodSamples } from './pcm-sink.ts';

let time: VirtualTime;
beforeEach(() => {
  time = new VirtualTime(1e6);
});

/** A card: takes a piece in the time it lasts. */
const card =
  (samples: number, speed = 1): SoundScript =>
  (playing) =>
    playing.every(samples / 48 / speed, () => playing.take(samples));

const sound = () => new Int16Array(periodSamples).fill(1);
const installed = { ...aplay, installed: async () => true };

function play(
  scripts: [SoundScript, ...SoundScript[]],
  { next = sound as () => Int16Array | undefined, backend = installed } = {},
) {
  const sink = new AlsaSink(
    { device: 'dac', backends: [backend], startSound: scripted(time, ...scripts) },
    time,
  );
  const faults: Fault[] = [];
  const state = { recoveries: 0 };
  sink.start({
    next,
    fault: (fault) => void faults.push(fault),
    recovered: () => void state.recoveries++,
  });
  /** Lets time go by until it holds; says how long that was, ms. */
  const until = async (holds: () => boolean) => {
    const begin = time.now();
    while (!holds() && time.now() - begin < 30_000) await time.advance(5);
    expect(holds()).toBe(true);
    return time.now() - begin;
  };
  return { sink, faults, state, until };
}

describe('AlsaSink', () => {
  it('writes a period when the device took the one before, so that nothing piles up', async () => {
    let playing: ScriptedSound | undefined;
    const { sink, until } = play([
      (started) => {
        playing = started;
        card(960)(started);
      },
    ]);
    await until(() => sink.counters.played > 30);
    expect(playing?.most).toBe(960);
  });

  it('suits a device that takes larger pieces than periods', async () => {
    const { sink, faults, until } = play([
      (playing) => {
        playing.say('period_size  : 1500');
        card(1500)(playing);
      },
    ]);
    await until(() => sink.counters.played > 30);
    expect(faults).toEqual([]);
  });

  it('fills the buffer of a device with silence, and not with sound that is still to come', async () => {
    const { sink, until } = play([
      (playing) => {
        for (let n = 0; n < 4; n++) time.after(n * 2, () => playing.take(960));
        card(960)(playing);
      },
    ]);
    await until(() => sink.counters.played > 10);
    expect(sink.counters.silent).toBeGreaterThan(1);
    expect(sink.counters.silent).toBeLessThan(10);
  });

  it('opens again after an end, and names its reason once', async () => {
    const died: SoundScript = (playing) => {
      playing.say('aplay: pcm_write:2127: write error: No such device');
      playing.exit(1);
    };
    const { sink, faults, state, until } = play([died, died, card(960)]);
    await until(() => state.recoveries > 0);
    expect(faults).toEqual([{ code: 'ALLO_E_SPEAKER_LOST', reason: 'dac: write error: No such device' }]);
    expect(sink.counters.opened).toBe(3);
    await until(() => sink.counters.played > 0);
  });

  it('takes a second in which nothing is taken for a stall, and opens again', async () => {
    const stalls: SoundScript = (playing) => void time.after(200, () => playing.take(960));
    const { sink, faults, until } = play([stalls, card(960)]);
    const noticed = await until(() => faults.length > 0);
    expect(noticed).toBeGreaterThanOrEqual(1_200);
    expect(noticed).toBeLessThan(1_300);
    expect(faults[0]).toEqual({ code: 'ALLO_E_SPEAKER_STALLED', reason: 'dac: takes no sound any more' });
    await until(() => sink.counters.played > 10);
  });

  it('refuses a device that takes sound faster than any clock', async () => {
    const { sink, faults, until } = play([card(960, 1000)]);
    await until(() => faults.length > 0);
    expect(faults[0]?.code).toBe('ALLO_E_SPEAKER_FLOOD');
    expect(sink.counters.opened).toBe(1);
  });

  it('counts underruns and goes on', async () => {
    const { sink, faults, until } = play([
      (playing) => {
        playing.say('underrun!!! (at least 3.1 ms long)');
        card(960)(playing);
      },
    ]);
    await until(() => sink.counters.played > 5);
    expect(sink.counters.underruns).toBe(1);
    expect(faults).toEqual([]);
  });

  it('names the program that is not installed', async () => {
    const { faults, until } = play([card(960)], { backend: { ...aplay, installed: async () => false } });
    await until(() => faults.length > 0);
    expect(faults[0]).toEqual({ code: 'ALLO_E_SPEAKER_BACKEND', reason: 'aplay is not installed' });
  });

  it('asks for nothing once stopped, and plays again when it is started', async () => {
    let asked = 0;
    const { sink, until } = play([card(960)], {
      next: () => {
        asked++;
        return sound();
      },
    });
    await until(() => asked > 0);
    await sink.stop();
    const before = asked;
    sink.wake();
    await time.advance(1_000);
    expect(asked).toBe(before);
    expect(sink.counters.opened).toBe(1);
    sink.start({ next: () => void asked++, fault: () => undefined, recovered: () => undefined });
    await until(() => asked > before + 5);
  });
});
