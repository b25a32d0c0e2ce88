import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { systemTime } from '../../agent/time/system-time.ts';
import { SourceRecorder } from '../../test/audio/source-recorder.ts';
import type { SoundBackend } from '../sound/sound-backend.ts';
import { AlsaSource } from './alsa-source.ts';
import { arecord } from './arecord.ts';

/**
 * A stand-in for arecord, for what no virtual device can be made to do: a shell that says and gives what the
 * test wants, one script for each time the PCM is opened, the last for all further.
 */
function scripted(...scripts: string[]): SoundBackend {
  let opened = 0;
  return {
    name: 'arecord',
    installed: async () => true,
    command: () => ({ file: 'sh', args: ['-c', scripts[Math.min(opened++, scripts.length - 1)] ?? ''] }),
    read: arecord.read,
  };
}

/** Paced silence: a frame of 20 ms every 20 ms. */
const silence = 'while head -c 1920 /dev/zero; do sleep 0.02; done';

describe('AlsaSource', () => {
  it('opens again after an end, and names its reason', async () => {
    const died = 'echo "arecord: pcm_read:2221: read error: No such device" >&2; exit 1';
    const heard = start(scripted(died, silence));
    await heard.until(() => heard.frames.length > 0);
    expect(heard.faults).toEqual([
      { code: 'ALLO_E_MICROPHONE_LOST', reason: 'mic: read error: No such device' },
    ]);
    expect(heard.recoveries).toBe(1);
  });

  it('tells a reason once, however often it comes', async () => {
    const busy = 'echo "arecord: main:831: audio open error: Device or resource busy" >&2; exit 1';
    const heard = start(scripted(busy));
    await heard.until(() => heard.source.counters.opened >= 3);
    expect(heard.faults.map(({ code }) => code)).toEqual(['ALLO_E_MICROPHONE_BUSY']);
  });

  it('takes a second without sound for a stall, and opens again', async () => {
    const heard = start(scripted(`head -c 19200 /dev/zero; exec sleep 60`, silence));
    const begin = systemTime.now();
    await heard.until(() => heard.faults.length > 0);
    expect(heard.faults[0]).toEqual({
      code: 'ALLO_E_MICROPHONE_STALLED',
      reason: 'mic: gives no sound any more',
    });
    expect(systemTime.now() - begin).toBeGreaterThan(950);
    expect(systemTime.now() - begin).toBeLessThan(4000);
    await heard.until(() => heard.source.counters.frames > 0);
  });

  it('does not take its own hold-up for a stall of the device', async () => {
    const heard = start(scripted(silence));
    await heard.until(() => heard.frames.length > 10);
    holdUpEventLoop(1500);
    const before = heard.frames.length;
    await heard.until(() => heard.frames.length > before + 10);
    expect(heard.faults).toEqual([]);
    expect(heard.source.counters.opened).toBe(1);
    expect(heard.source.counters.dropped).toBeGreaterThan(0);
  });

  it('puts frames together from bytes cut anywhere', async () => {
    const ramp = `
      const bytes = Buffer.from(Int16Array.from({ length: 960 * 50 }, (_, n) => n % 30000).buffer);
      let at = 0;
      const timer = setInterval(() => {
        const size = 1901 + (at % 7);
        process.stdout.write(bytes.subarray(at, at + size));
        at += size;
        if (at >= bytes.length) clearInterval(timer);
      }, 19);`;
    const backend = { ...scripted(), command: () => ({ file: process.execPath, args: ['-e', ramp] }) };
    const heard = start(backend);
    await heard.until(() => heard.frames.length >= 30);
    const samples = [...heard.sound];
    const first = samples[0] ?? -1;
    expect(first % 960).toBe(0);
    expect(samples).toEqual(samples.map((_, n) => (first + n) % 30_000));
  });

  it('counts overruns and goes on', async () => {
    const overrunning = `echo 'overrun!!! (at least 3.141 ms long)' >&2; ${silence}`;
    const heard = start(scripted(overrunning));
    await heard.until(() => heard.frames.length > 5);
    expect(heard.source.counters.overruns).toBe(1);
    expect(heard.faults).toEqual([]);
  });

  it('refuses a flood: the process ends at once, nothing of it is heard, memory stays flat', async () => {
    const before = process.memoryUsage().rss;
    const heard = start(scripted('exec cat /dev/zero'));
    await heard.until(() => heard.faults.length > 0);
    expect(heard.faults[0]?.code).toBe('ALLO_E_MICROPHONE_FLOOD');
    await delay(300);
    expect(heard.frames).toEqual([]);
    expect(heard.source.counters.opened).toBe(1);
    expect(process.memoryUsage().rss - before).toBeLessThan(50e6);
  });

  it('refuses another rate, of which arecord only warns', async () => {
    const slow = `echo 'Warning: rate is not accurate (requested = 48000Hz, got = 44100Hz)' >&2; ${silence}`;
    const heard = start(scripted(slow));
    await heard.until(() => heard.faults.length > 0);
    expect(heard.faults[0]?.code).toBe('ALLO_E_MICROPHONE_FORMAT');
    expect(heard.frames).toEqual([]);
  });

  it('ends a process that does not want to end', async () => {
    const heard = start(scripted(`trap '' TERM PIPE; ${silence}`));
    await heard.until(() => heard.frames.length > 0);
    const begin = systemTime.now();
    await heard.source.stop();
    expect(systemTime.now() - begin).toBeLessThan(2000);
  });

  it('is quiet once stopped, and starts again', async () => {
    const heard = start(scripted(silence));
    await heard.until(() => heard.frames.length > 0);
    await heard.source.stop();
    const before = heard.frames.length;
    await delay(100);
    expect(heard.frames.length).toBe(before);
    heard.start();
    await heard.until(() => heard.frames.length > before);
  });

  it('names the program that is not installed, or cannot be started', async () => {
    const absent = { ...scripted(), installed: async () => false };
    const heard = start(absent);
    await heard.until(() => heard.faults.length > 0);
    expect(heard.faults[0]).toEqual({
      code: 'ALLO_E_MICROPHONE_BACKEND',
      reason: 'arecord is not installed',
    });

    const broken = { ...scripted(), command: () => ({ file: '/nowhere/arecord', args: [] }) };
    const other = start(broken);
    await other.until(() => other.faults.length > 0);
    expect(other.faults[0]?.code).toBe('ALLO_E_MICROPHONE_BACKEND');
    expect(other.faults[0]?.reason).toContain('ENOENT');
  });
});

function start(backend: SoundBackend): SourceRecorder {
  return new SourceRecorder(new AlsaSource({ device: 'mic', frameMs: 20, backends: [backend] }, systemTime));
}

function holdUpEventLoop(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
