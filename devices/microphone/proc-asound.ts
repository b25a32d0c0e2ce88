import { access, constants, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Where the kernel shows its sound cards; a test may have its own. */
export interface SoundSystem {
  readonly proc: string;
  readonly dev: string;
  /** `fs.access`. */
  readonly access: (path: string, mode: number) => Promise<void>;
}

export const systemSound: SoundSystem = { proc: '/proc', dev: '/dev', access };

/** One capture device of a card. */
export interface CaptureDevice {
  /** Stays the same between boots, unlike the index: `Device` in `plughw:CARD=Device`. */
  readonly card: string;
  readonly device: number;
  readonly name: string;
}

/** A process that has a capture device open. */
export interface Holder {
  readonly card: string;
  readonly pid: number;
  /** Name of its program, where it can be seen. */
  readonly command?: string;
}

/** Capture devices of all cards, as the kernel's `asound/card*\/pcm*c` directories tell. */
export async function captureDevices({ proc }: SoundSystem = systemSound): Promise<CaptureDevice[]> {
  const devices: CaptureDevice[] = [];
  for (const { card, directory, device } of await capturePcms(proc)) {
    const info = await text(join(directory, 'info'));
    devices.push({ card, device, name: field(info, 'name') ?? field(info, 'id') ?? card });
  }
  return devices;
}

/** Who has which card open for capture, as the substreams' `status` tells. */
export async function captureHolders({ proc }: SoundSystem = systemSound): Promise<Holder[]> {
  const holders: Holder[] = [];
  for (const { card, directory } of await capturePcms(proc)) {
    for (const substream of (await entries(directory)).filter((entry) => /^sub\d+$/.test(entry))) {
      const pid = Number(field(await text(join(directory, substream, 'status')), 'owner_pid'));
      if (!pid) continue;
      const command = (await text(join(proc, String(pid), 'comm'))).trim();
      holders.push({ card, pid, ...(command && { command }) });
    }
  }
  return holders;
}

/** Whether this process may open the capture devices; true where there are none. */
export async function mayCapture({ dev, access }: SoundSystem = systemSound): Promise<boolean> {
  const nodes = (await entries(join(dev, 'snd'))).filter((entry) => /^(controlC|pcmC\d+D\d+c)/.test(entry));
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

async function capturePcms(proc: string) {
  const root = join(proc, 'asound');
  const pcms: { card: string; directory: string; device: number }[] = [];
  for (const cardEntry of (await entries(root)).filter((entry) => /^card\d+$/.test(entry))) {
    const card = (await text(join(root, cardEntry, 'id'))).trim() || cardEntry;
    for (const entry of await entries(join(root, cardEntry))) {
      const [, device] = /^pcm(\d+)c$/.exec(entry) ?? [];
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
