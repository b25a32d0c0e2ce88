import { setTimeout as delay } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import { systemTime } from '../../agent/time/system-time.ts';
import { VirtualTime } from '../../agent/time/virtual-time.ts';
import { SourceRecorder } from '../../test/audio/source-recorder.ts';
import { type SoundScript, scripted } from '../../test/devices/scripted-sound.ts';
import { HeldUpTime } from '../../test/support/held-up-time.ts';
import { timed } from '../../test/support/lateness.ts';
import type { SoundBackend } from '../sound/sound-backend.ts';
import { AlsaSource } from './alsa-source.ts';
import { arecord } from './arecord.ts';

let time: VirtualTime;
let daemon: HeldUpTime;
beforeEach(() => {
  time = new VirtualTime(1e6);
  daemon = new HeldUpTime(time);
});

const frame = new Uint8Array(1920);
/** Paced silence: a frame of 20 ms every 20 ms. */
const silence: SoundScript = (capturing) => capturing.every(20, () => capturing.give(frame));
const installed: SoundBackend = { ...arecord, installed: async () => true };

describe('AlsaSource', () => {
  it('opens again after an end, and names its reason', async () => {
    const died: SoundScript = (capturing) => {
      capturing.say('arecord: pcm_read:2221: read error: No such device');
      capturing.exit(1);
    };
    const heard = start(died, silence);
    await heard.until(() => heard.frames.length > 0);
    expect(heard.faults).toEqual([
      { code: 'ALLO_E_MICROPHONE_LOST', reason: 'mic: read error: No such device' },
    ]);
    expect(heard.recoveries).toBe(1);
  });

  it('tells a reason once, however often it comes', async () => {
    const heard = start((capturing) => {
      capturing.say('arecord: main:831: audio open error: Device or resource busy');
      capturing.exit(1);
    });
    await heard.until(() => heard.source.counters.opened >= 3);
    expect(heard.faults.map(({ code }) => code)).toEqual(['ALLO_E_MICROPHONE_BUSY']);
  });

  it('takes a second without sound for a stall, and opens again', async () => {
    const falling: SoundScript = (capturing) => capturing.give(new Uint8Array(19_200));
    const heard = start(falling, silence);
    const noticed = await heard.until(() => heard.faults.length > 0);
    expect(heard.faults[0]).toEqual({
      code: 'ALLO_E_MICROPHONE_STALLED',
      reason: 'mic: gives no sound any more',
    });
    expect(noticed).toBeGreaterThanOrEqual(1_000);
    expect(noticed).toBeLessThan(1_100);
    await heard.until(() => heard.source.counters.frames > 0);
  });

  it('does not take its own hold-up for a stall of the device', async () => {
    let waiting = 0;
    const heard = start((capturing) => {
      capturing.every(20, () => {
        for (waiting++; waiting > 0; waiting--) capturing.give(frame);
      });
    });
    await heard.until(() => heard.frames.length > 10);
    waiting = 75;
    daemon.holdUp(1500);
    const before = heard.frames.length;
    await heard.until(() => heard.frames.length > before + 10);
    expect(heard.faults).toEqual([]);
    expect(heard.source.counters.opened).toBe(1);
    expect(heard.source.counters.dropped).toBeGreaterThan(0);
  });

  it('puts frames together from bytes cut anywhere', async () => {
    const bytes = new Uint8Array(Int16Array.from({ length: 960 * 50 }, (_, n) => n % 30_000).buffer);
    let at = 0;
    const heard = start((capturing) => {
      capturing.every(19, () => {
        const size = 1901 + (at % 7);
        capturing.give(bytes.subarray(at, at + size));
        at += size;
      });
    });
    await heard.until(() => heard.frames.length >= 30);
    const samples = [...heard.sound];
    const first = samples[0] ?? -1;
    expect(first % 960).toBe(0);
    expect(samples).toEqual(samples.map((_, n) => (first + n) % 30_000));
  });

  it('counts overruns and goes on', async () => {
    const heard = start((capturing) => {
      capturing.say('overrun!!! (at least 3.141 ms long)');
      silence(capturing);
    });
    await heard.until(() => heard.frames.length > 5);
    expect(heard.source.counters.overruns).toBe(1);
    expect(heard.faults).toEqual([]);
  });

  it('refuses a flood, and nothing of it is heard', async () => {
    const heard = start((capturing) => {
      capturing.every(0.02, () => capturing.give(frame));
    });
    await heard.until(() => heard.faults.length > 0);
    expect(heard.faults[0]?.code).toBe('ALLO_E_MICROPHONE_FLOOD');
    await time.advance(1_000);
    expect(heard.frames).toEqual([]);
    expect(heard.source.counters.opened).toBe(1);
  });

  it('ends a process that floods at once, so that memory stays flat', async () => {
    const before = process.memoryUsage().rss;
    const heard = startProcess('exec cat /dev/zero');
    await expect.poll(() => heard.faults.length).toBeGreaterThan(0);
    expect(heard.faults[0]?.code).toBe('ALLO_E_MICROPHONE_FLOOD');
    await delay(300);
    expect(heard.source.counters.opened).toBe(1);
    expect(process.memoryUsage().rss - before).toBeLessThan(50e6);
  });

  it('refuses another rate, of which arecord only warns', async () => {
    const heard = start((capturing) => {
      capturing.say('Warning: rate is not accurate (requested = 48000Hz, got = 44100Hz)');
      silence(capturing);
    });
    await heard.until(() => heard.faults.length > 0);
    expect(heard.faults[0]?.code).toBe('ALLO_E_MICROPHONE_FORMAT');
    expect(heard.frames).toEqual([]);
  });

  it('ends a process that does not want to end', async () => {
    const heard = startProcess(
      "trap '' TERM PIPE; while head -c 1920 /dev/zero; do sleep 0.02; done; while :; do sleep 0.1; done",
    );
    await expect.poll(() => heard.frames.length).toBeGreaterThan(0);
    const { took, late } = await timed(() => heard.source.stop());
    expect(took - late).toBeLessThan(2000);
  });

  it('is quiet once stopped, and starts again', async () => {
    const heard = start(silence);
    await heard.until(() => heard.frames.length > 0);
    await heard.source.stop();
    const before = heard.frames.length;
    await time.advance(100);
    expect(heard.frames.length).toBe(before);
    heard.start();
    await heard.until(() => heard.frames.length > before);
  });

  it('names the program that is not installed, or cannot be started', async () => {
    const heard = record({ ...arecord, installed: async () => false });
    await expect.poll(() => heard.faults.length).toBeGreaterThan(0);
    expect(heard.faults[0]).toEqual({
      code: 'ALLO_E_MICROPHONE_BACKEND',
      reason: 'arecord is not installed',
    });

    const other = record({ ...installed, command: () => ({ file: '/nowhere/arecord', args: [] }) });
    await expect.poll(() => other.faults.length).toBeGreaterThan(0);
    expect(other.faults[0]?.code).toBe('ALLO_E_MICROPHONE_BACKEND');
    expect(other.faults[0]?.reason).toContain('ENOENT');
  });
});

/** Captures, in virtual time, from what stands in for arecord: one script for each time the PCM is opened. */
function start(...scripts: [SoundScript, ...SoundScript[]]) {
  const startSound = scripted(time, ...scripts);
  const source = new AlsaSource({ device: 'mic', frameMs: 20, backends: [installed], startSound }, daemon);
  const recorder = new SourceRecorder(source);
  /** Lets time go by until it holds; says how long that was, ms. */
  const until = async (holds: () => boolean) => {
    const begin = time.now();
    while (!holds() && time.now() - begin < 30_000) await time.advance(5);
    expect(holds()).toBe(true);
    return time.now() - begin;
  };
  return Object.assign(recorder, { until });
}

/** Captures, in real time, from a shell that stands in for arecord. */
function startProcess(script: string): SourceRecorder {
  return record({ ...installed, command: () => ({ file: 'sh', args: ['-c', script] }) });
}

function record(backend: SoundBackend): SourceRecorder {
  return new SourceRecorder(new AlsaSource({ device: 'mic', frameMs: 20, backends: [backend] }, systemTime));
}
