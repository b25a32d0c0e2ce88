import { existsSync, readFileSync } from 'node:fs';
import { soundingTone } from './sounding-tone.ts';

const headerBytes = 44;

/** What a WAV file of ours, which may still be written, holds so far. */
export function recorded(file: string): Int16Array {
  if (!existsSync(file)) return new Int16Array();
  const bytes = readFileSync(file);
  const samples = Math.max(0, Math.floor((bytes.byteLength - headerBytes) / 2));
  return new Int16Array(Uint8Array.from(bytes.subarray(headerBytes, headerBytes + 2 * samples)).buffer);
}

/**
 * Waits until the recording that is being written holds `seconds` of the tone at `hz`, and resolves with them; what a
 * busy machine breaks is left out. Rejects when they never come.
 */
export function recordedTone(file: string, hz: number, seconds: number): Promise<Int16Array> {
  return soundingTone(() => recorded(file), hz, seconds);
}
