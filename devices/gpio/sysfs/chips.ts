import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DeviceError } from '../../errors.ts';
import type { ChipDescription, LineDescription } from '../backend.ts';
import { errnoOf, kernelFailure } from '../kernel-errors.ts';

/** A chip as sysfs shows it. */
export interface SysfsChip extends ChipDescription {
  /** Number of its first line: 512 and up since Linux 6.6, 0 on a Raspberry Pi before. */
  readonly base: number;
}

/** Every chip under `root`. Throws a `DeviceError` where the kernel has no GPIO in sysfs. */
export async function describeSysfsChips(root: string): Promise<SysfsChip[]> {
  let names: string[];
  try {
    names = await readdir(root);
  } catch (cause) {
    if (errnoOf(cause) !== 'ENOENT') throw kernelFailure(`cannot read ${root}`, cause);
    throw new DeviceError(
      'ALLO_E_GPIO_UNSUPPORTED',
      `there is no ${root}: this kernel was built without GPIO in sysfs, or the board has no GPIO`,
      { cause },
    );
  }
  const exported = new Set(names.filter((name) => /^gpio\d+$/.test(name)));
  const chips = names.filter((name) => /^gpiochip\d+$/.test(name));
  return Promise.all(chips.map((name) => describeChip(root, name, exported)));
}

async function describeChip(root: string, name: string, exported: ReadonlySet<string>): Promise<SysfsChip> {
  const attribute = async (file: string) => {
    try {
      return (await readFile(join(root, name, file), 'utf8')).trim();
    } catch (error) {
      throw kernelFailure(`cannot read ${join(root, name, file)}`, error);
    }
  };
  const [label, base, count] = await Promise.all(['label', 'base', 'ngpio'].map(attribute));
  const first = Number(base);
  const lines = Array.from({ length: Number(count) }, (_, offset) =>
    describeLine(root, offset, nameOf(label!, offset), first + offset, exported),
  );
  return { name, label: label!, base: first, lines: await Promise.all(lines) };
}

async function describeLine(
  root: string,
  offset: number,
  name: string,
  number: number,
  exported: ReadonlySet<string>,
): Promise<LineDescription> {
  if (!exported.has(`gpio${number}`)) return { offset, name, used: false, consumer: '', direction: 'in' };
  const direction = await readFile(join(root, `gpio${number}`, 'direction'), 'utf8').catch(() => 'in');
  return {
    offset,
    name,
    used: true,
    consumer: 'sysfs',
    direction: direction.trim() === 'out' ? 'out' : 'in',
  };
}

/** sysfs tells no names of lines. On a Raspberry Pi, whatever its chip, GPIO0 to GPIO27 are the first 28. */
function nameOf(label: string, offset: number): string {
  return /^pinctrl-(bcm2|rp1)/.test(label) && offset < 28 ? `GPIO${offset}` : '';
}
