import { access, constants, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Direction } from './sound-backend.ts';

/** Where the kernel shows its sound cards; a test may have its own. */
export interface SoundSystem {
  readonly proc: string;
  readonly dev: string;
  /** `fs.access`. */
  readonly access: (path: string, mode: number) => Promise<void>;
}

export const systemSound: SoundSystem = { proc: '/proc', dev: '/dev', access };

/** One device of a card, of one direction. */
export interface CardDevice {
  /** Stays the same between boots, unlike the index: `Device` in `plughw:CARD=Device`. */
  readonly card: string;
  readonly device: number;
  readonly name: string;
}

/** A process that has a device of a card open. */
export interface Holder {
  readonly card: string;
  readonly pid: number;
  /** Name of its program, where it can be seen. */
  readonly command?: string;
}

/** How the kernel marks the direction of a device: `pcm0c`, `pcmC1D0p`. */
const mark: Record<Direction, string> = { capture: 'c', playback: 'p' };

/** Devices of all cards, as the kernel's `asound/card*\/pcm*` directories tell. */
export async function cardDevices(
  direction: Direction,
  { proc }: SoundSystem = systemSound,
): Promise<CardDevice[]> {
  const devices: CardDevice[] = [];
  for (const { card, directory, device } of await cardPcms(direction, proc)) {
    const info = await text(join(directory, 'info'));
    devices.push({ card, device, name: field(info, 'name') ?? field(info, 'id') ?? card });
  }
  return devices;
}

/** Who has which card open, as the substreams' `status` tells. */
export async function cardHolders(
  direction: Direction,
  { proc }: SoundSystem = systemSound,
): Promise<Holder[]> {
  const holders: Holder[] = [];
  for (const { card, directory } of await cardPcms(direction, proc)) {
    for (const substream of (await entries(directory)).filter((entry) => /^sub\d+$/.test(entry))) {
      const pid = Number(field(await text(join(directory, substream, 'status')), 'owner_pid'));
      if (!pid) continue;
      const command = (await text(join(proc, String(pid), 'comm'))).trim();
      holders.push({ card, pid, ...(command && { command }) });
    }
  }
  return holders;
}

/** Whether this process may open the devices; true where there are none. */
export async function mayOpen(
  direction: Direction,
  { dev, access }: SoundSystem = systemSound,
): Promise<boolean> {
  const wanted = new RegExp(`^(controlC|pcmC\\d+D\\d+${mark[direction]})`);
  const nodes = (await entries(join(dev, 'snd'))).filter((entry) => wanted.test(entry));
  const refusals = nodes.map((node) =>
    access(join(dev, 'snd', node), constants.R_OK | constants.W_OK).then(
      () => false,
      ({ code }: NodeJS.ErrnoException) => code === 'EACCES' || code === 'EPERM',
    ),
  );
  return !(await Promise.all(refusals)).includes(true);
}

/** The card an ALSA PCM name is about: `Device` of `plughw:CARD=Device,DEV=0`; undefined where it names none. */
export function cardOf(device: string): string | undefined {
  const [, card] = /(?:^|[:'"])(?:plug)?[a-z_]+:(?:CARD=)?([A-Za-z0-9_-]+)/.exec(device) ?? [];
  return card;
}

async function cardPcms(direction: Direction, proc: string) {
  const root = join(proc, 'asound');
  const wanted = new RegExp(`^pcm(\\d+)${mark[direction]}$`);
  const pcms: { card: string; directory: string; device: number }[] = [];
  for (const cardEntry of (await entries(root)).filter((entry) => /^card\d+$/.test(entry))) {
    const card = (await text(join(root, cardEntry, 'id'))).trim() || cardEntry;
    for (const entry of await entries(join(root, cardEntry))) {
      const [, device] = wanted.exec(entry) ?? [];
      if (device) pcms.push({ card, directory: join(root, cardEntry, entry), device: Number(device) });
    }
  }
  return pcms;
}

/** The value of `name: value`, as the kernel writes it. */
function field(content: string, name: string): string | undefined {
  return new RegExp(`^${name}\\s*:\\s*(.+)$`, 'm').exec(content)?.[1]?.trim();
}

/** What is gone, or hidden from us, counts as empty. */
const entries = (path: string) =>
  readdir(path)
    .then((names) => names.sort())
    .catch(() => []);
const text = (path: string) => readFile(path, 'utf8').catch(() => '');
