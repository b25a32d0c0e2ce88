import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { sampleRate } from '../../devices/sound/pcm.ts';
import { describeTone, isPureTone } from './virtual-microphone-signal.ts';

const headerBytes = 44;

/** The last `seconds` of a WAV file of ours, which may still be written; all of it where it is shorter. */
export function endOfRecording(file: string, seconds: number): Int16Array {
  const fd = openSync(file, 'r');
  try {
    const samples = Math.max(0, Math.floor((fstatSync(fd).size - headerBytes) / 2));
    const wanted = Math.min(samples, seconds * sampleRate);
    const end = new Int16Array(wanted);
    readSync(fd, new Uint8Array(end.buffer), 0, end.byteLength, headerBytes + 2 * (samples - wanted));
    return end;
  } finally {
    closeSync(fd);
  }
}

/**
 * Waits until the recording that is being written ends with `seconds` of nothing but the tone at `hz`, and resolves
 * with them: a machine that is too busy for a moment breaks one, but what is broken itself breaks all. Rejects when
 * they have not come within `timeout` ms.
 */
export async function recordedTone(
  file: string,
  hz: number,
  seconds: number,
  timeout = 30_000,
): Promise<Int16Array> {
  for (const giveUpAt = performance.now() + timeout; performance.now() < giveUpAt; await delay(50)) {
    if (!existsSync(file)) continue;
    const end = endOfRecording(file, seconds);
    if (end.length === seconds * sampleRate && isPureTone(end, hz)) return end;
  }
  const heard = existsSync(file) ? describeTone(endOfRecording(file, 5), hz) : 'no recording';
  throw new Error(`no ${seconds} s of the tone; its share of each tenth, and dBFS: ${heard}`);
}
