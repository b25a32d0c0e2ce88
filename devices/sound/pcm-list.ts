import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Discovered } from '../driver.ts';
import { cardDevices, type SoundSystem, systemSound } from './proc-asound.ts';
import type { Direction } from './sound-backend.ts';

/** PCMs of ALSA's own that `arecord -L` and `aplay -L` list but that are no microphone and no speaker. */
const noDevice = /^(null|lavrate|samplerate|speexrate|speex|jack|oss|upmix|vdownmix|usbstream|a52|.*:.*)$/;

/**
 * What there is to open: each device of each card, through ALSA's conversion so that any rate and number of
 * channels serves, and what the configuration of ALSA defines on top (sound servers, `default`).
 */
export async function listPcms(
  direction: Direction,
  sound: SoundSystem = systemSound,
): Promise<Discovered[]> {
  const discovered = (name: string, detail: string) => {
    const config = `device: "${name.replaceAll('"', '\\"')}"`;
    return { kind: `${direction} PCM`, name, detail, config };
  };
  const cards = (await cardDevices(direction, sound)).map(({ card, device, name }) =>
    discovered(`plughw:CARD=${card},DEV=${device}`, name),
  );
  const configured = (await configuredPcms(direction))
    .filter(({ name }) => !noDevice.test(name))
    .map(({ name, detail }) => discovered(name, detail));
  return [...cards, ...configured];
}

const lister: Record<Direction, string> = { capture: 'arecord', playback: 'aplay' };

/** `arecord -L`: a name at the margin, what it is indented below. Empty where it cannot be run. */
async function configuredPcms(direction: Direction): Promise<{ name: string; detail: string }[]> {
  const options = { env: { ...process.env, LC_ALL: 'C' }, timeout: 5000 };
  const { stdout } = await promisify(execFile)(lister[direction], ['-L'], options).catch(() => ({
    stdout: '',
  }));
  const pcms: { name: string; detail: string }[] = [];
  for (const line of stdout.split('\n')) {
    const last = pcms.at(-1);
    if (/^\S/.test(line)) pcms.push({ name: line.trim(), detail: '' });
    else if (last && line.trim() !== '') last.detail = [last.detail, line.trim()].filter(Boolean).join(', ');
  }
  return pcms;
}
