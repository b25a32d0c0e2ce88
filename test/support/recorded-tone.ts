import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { sampleRate } from '../../devices/sound/pcm.ts';
import { describeTone, pureTenths } from './virtual-microphone-signal.ts';

const headerBytes = 44;

/** What a WAV file of ours, which may still be written, holds so far. */
function recorded(file: string): Int16Array {
  if (!existsSync(file)) return new Int16Array();
  const bytes = readFileSync(file);
  const samples = Math.max(0, Math.floor((bytes.byteLength - headerBytes) / 2));
  return new Int16Array(Uint8Array.from(bytes.subarray(headerBytes, headerBytes + 2 * samples)).buffer);
}

/**
 * Waits until the recording that is being written holds `seconds` of the tone at `hz`, and resolves with them; what a
 * busy machine breaks is left out. Rejects when they have not come within `timeout` ms.
 */
export async function recordedTone(
  file: string,
  hz: number,
  seconds: number,
  timeout = 30_000,
): Promise<Int16Array> {
  const length = seconds * sampleRate;
  for (const giveUpAt = performance.now() + timeout; performance.now() < giveUpAt; await delay(100)) {
    const tone = pureTenths(recorded(file), hz);
    if (tone.length >= length) return tone.subarray(0, length);
  }
  const heard = describeTone(recorded(file).subarray(-5 * sampleRate), hz);
  throw new Error(`no ${seconds} s of the tone; its share of each tenth, and dBFS: ${heard}`);
}
