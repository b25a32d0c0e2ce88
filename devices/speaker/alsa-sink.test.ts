import { describe, expect, it, onTestFinished } from 'vitest';
import { systemTime } from '../../agent/time/system-time.ts';
import type { SoundBackend } from '../sound/sound-backend.ts';
import type { Fault } from '../thing.ts';
import { AlsaSink } from './alsa-sink.ts';
import { aplay } from './aplay.ts';
import { periodSamples } from './pcm-sink.ts';

/**
 * A stand-in for aplay, for what no virtual device can be made to do: a script that takes standard input as the test
 * wants, one for each time the PCM is opened, the last for all further.
 */
function scripted(...scripts: string[]): SoundBackend {
  let opened = 0;
  return {
    name: 'aplay',
    installed: async () => true,
    command: () => ({
      file: process.execPath,
      args: ['-e', `${prelude}${scripts[Math.min(opened++, scripts.length - 1)]}`],
    }),
    read: aplay.read,
  };
}

/** `take(samples)`: takes them, and says so, once they are there. */
const prelude = `
  let waiting = 0, most = 0;
  process.stdin.on('data', (bytes) => { waiting += bytes.length / 2; most = Math.max(most, waiting); });
  const say = (line) => process.stderr.write(line + '\\n');
  const take = (samples) => {
    if (waiting < samples) return false;
    waiting -= samples;
    say('Max peak (' + samples + ' samples): 0x00000000 # 0%');
    return true;
  };
`;
/** A card: a piece in the time it lasts, whatever the delay of timers. */
const card = (samples: number, speed = 1) => `
  const begin = performance.now();
  let taken = 0;
  setInterval(() => {
    while (taken < (performance.now() - begin) * 48 * ${speed} && take(${samples})) taken += ${samples};
  }, 5);`;

const sound = () => new Int16Array(periodSamples).fill(1);

function play(backend: SoundBackend, next: () => Int16Array | undefined = sound) {
  const sink = new AlsaSink({ device: 'dac', backends: [backend] }, systemTime);
  const faults: Fault[] = [];
  const state = { recoveries: 0 };
  sink.start({
    next,
    fault: (fault) => void faults.push(fault),
    recovered: () => void state.recoveries++,
  });
  onTestFinished(() => sink.stop());
  const until = (holds: () => boolean) => expect.poll(holds, { timeout: 15_000, interval: 10 }).toBe(true);
  return { sink, faults, state, until };
}

describe('AlsaSink', () => {
  it('writes a period when the device took the one before, so that nothing piles up', async () => {
    const full = `say('most ' + most);`;
    const lines: string[] = [];
    const backend = {
      ...scripted(`${card(960)} setTimeout(() => { ${full} }, 700);`),
      read: (line: string) => {
        lines.push(line);
        return aplay.read(line);
      },
    };
    const { until } = play(backend);
    await until(() => lines.includes('most 960'));
  });

  it('suits a device that takes larger pieces than periods', async () => {
    const { sink, faults, until } = play(scripted(`say('  period_size  : 1500'); ${card(1500)}`));
    await until(() => sink.counters.played > 30);
    expect(faults).toEqual([]);
  });

  it('fills the buffer of a device with silence, and not with sound that is still to come', async () => {
    const { sink, until } = play(
      scripted(`for (let n = 0; n < 4; n++) setTimeout(() => take(960), n * 2); ${card(960)}`),
    );
    await until(() => sink.counters.played > 10);
    expect(sink.counters.silent).toBeGreaterThan(1);
    expect(sink.counters.silent).toBeLessThan(10);
  });

  it('opens again after an end, and names its reason once', async () => {
    const died = `say('aplay: pcm_write:2127: write error: No such device'); process.exit(1);`;
    const { sink, faults, state, until } = play(scripted(died, died, card(960)));
    await until(() => state.recoveries > 0);
    expect(faults).toEqual([{ code: 'ALLO_E_SPEAKER_LOST', reason: 'dac: write error: No such device' }]);
    expect(sink.counters.opened).toBe(3);
    await until(() => sink.counters.played > 0);
  });

  it('takes a second in which nothing is taken for a stall, and opens again', async () => {
    const stalls = `setTimeout(() => take(960), 200); setInterval(() => {}, 1000);`;
    const { sink, faults, until } = play(scripted(stalls, card(960)));
    await until(() => faults.length > 0);
    expect(faults[0]).toEqual({ code: 'ALLO_E_SPEAKER_STALLED', reason: 'dac: takes no sound any more' });
    await until(() => sink.counters.played > 10);
  });

  it('refuses a device that takes sound faster than any clock', async () => {
    const { sink, faults, until } = play(scripted(card(960, 1000)));
    await until(() => faults.length > 0);
    expect(faults[0]?.code).toBe('ALLO_E_SPEAKER_FLOOD');
    expect(sink.counters.opened).toBe(1);
  });

  it('counts underruns and goes on', async () => {
    const { sink, faults, until } = play(scripted(`say('underrun!!! (at least 3.1 ms long)'); ${card(960)}`));
    await until(() => sink.counters.played > 5);
    expect(sink.counters.underruns).toBe(1);
    expect(faults).toEqual([]);
  });

  it('names the program that is not installed', async () => {
    const { faults, until } = play({ ...scripted(''), installed: async () => false });
    await until(() => faults.length > 0);
    expect(faults[0]).toEqual({ code: 'ALLO_E_SPEAKER_BACKEND', reason: 'aplay is not installed' });
  });

  it('asks for nothing once stopped, and plays again when it is started', async () => {
    let asked = 0;
    const { sink, until } = play(scripted(card(960)), () => {
      asked++;
      return sound();
    });
    await until(() => asked > 0);
    await sink.stop();
    const before = asked;
    sink.wake();
    expect(sink.counters.opened).toBe(1);
    sink.start({ next: () => void asked++, fault: () => undefined, recovered: () => undefined });
    await until(() => asked > before + 5);
  });
});
