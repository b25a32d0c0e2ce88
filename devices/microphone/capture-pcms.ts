import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Discovered } from '../driver.ts';
import { captureDevices, type SoundSystem, systemSound } from './proc-asound.ts';

/** PCMs of ALSA's own that `arecord -L` lists but that hold no microphone. */
const noMicrophone =
  /^(null|lavrate|samplerate|speexrate|speex|jack|oss|upmix|vdownmix|usbstream|a52|.*:.*)$/;

/**
 * What can be captured from: each device of each card, through ALSA's conversion so that any rate and number of
 * channels serves, and what the configuration of ALSA defines on top (sound servers, `default`).
 */
export async function capturePcms(sound: SoundSystem = systemSound): Promise<Discovered[]> {
  const cards = (await captureDevices(sound)).map(({ card, device, name }) =>
    discovered(`plughw:CARD=${card},DEV=${device}`, name),
  );
  const configured = (await listedPcms())
    .filter(({ name }) => !noMicrophone.test(name))
    .map(({ name, detail }) => discovered(name, detail));
  return [...cards, ...configured];
}

function discovered(name: string, detail: string): Discovered {
  return { kind: 'capture PCM', name, detail, config: `device: "${name.replaceAll('"', '\\"')}"` };
}

/** `arecord -L`: a name at the margin, what it is indented below. Empty where it cannot be run. */
async function listedPcms(): Promise<{ name: string; detail: string }[]> {
  const options = { env: { ...process.env, LC_ALL: 'C' }, timeout: 5000 };
  const { stdout } = await promisify(execFile)('arecord', ['-L'], options).catch(() => ({ stdout: '' }));
  const pcms: { name: string; detail: string }[] = [];
  for (const line of stdout.split('\n')) {
    const last = pcms.at(-1);
    if (/^\S/.test(line)) pcms.push({ name: line.trim(), detail: '' });
    else if (last && line.trim() !== '') last.detail = [last.detail, line.trim()].filter(Boolean).join(', ');
  }
  return pcms;
}
