import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Bench, Booted } from '../bench.ts';
import { levelOf, readSamples, toneShare, writeTone } from '../tone.ts';

const hz = 1_000;
const level = -20;
const played = '/tmp/tone.wav';
const player = 'image-test-player';
/** Play end of the loopback of which the microphone is the other end. */
const play = `aplay -q -D plughw:CARD=Loopback,DEV=0 ${played}`;

/** Does something while a tone is played in the guest. */
export async function whilePlaying<T>(
  { folder }: Bench,
  { guest }: Booted,
  action: () => Promise<T>,
): Promise<T> {
  const file = join(folder, 'tone.wav');
  writeTone(file, hz, level, 20);
  await guest.put(played, readFileSync(file));
  await guest.run(`systemd-run --quiet --collect --unit=${player} sh -c 'while ${play}; do :; done'`);
  try {
    return await action();
  } finally {
    await guest.run(`systemctl stop ${player}`);
  }
}

/** Plays a tone in the guest and records the track in the place. */
export async function hearTone(bench: Bench, booted: Booted): Promise<void> {
  await bench.recorder.check('audio', () =>
    whilePlaying(bench, booted, async () => {
      await pause(3_000);
      const file = join(bench.folder, 'heard.wav');
      const told = await bench.place.visit('listen', bench.place.avatarId, '--for', '6', '--out', file);
      const samples = readSamples(file);
      // Its ends may be from before and after the tone.
      const middle = samples.subarray(48_000, samples.length - 24_000);
      const [share, loudness] = [toneShare(middle, hz), levelOf(middle)];
      const figures =
        `${(share * 100).toFixed(1)} % of the energy at ${hz} Hz, ${loudness.toFixed(1)} dBFS ` +
        `(played at ${level}); ${told.trim().replace(/, in .*/, '')}`;
      if (share < 0.8 || Math.abs(loudness - level) > 3) throw new Error(`that is not the tone: ${figures}`);
      return figures;
    }),
  );
}
