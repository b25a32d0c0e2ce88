import { z } from 'zod';

const unitsInMs = { ms: 1, s: 1e3, m: 60e3, h: 3_600e3, d: 86_400e3 } as const;

/** A duration as people write it, `20ms`, `1.5s`, `2h`; parsed to milliseconds. */
export function duration({ min = 0, max = Number.MAX_SAFE_INTEGER }: { min?: number; max?: number } = {}) {
  return z
    .string({ error: 'a duration with its unit, such as 20ms, 1.5s, 10m, 2h' })
    .regex(/^\d+(\.\d+)?(ms|s|m|h|d)$/, 'a duration with its unit, such as 20ms, 1.5s, 10m, 2h')
    .transform((text) => {
      const [, amount, unit] = /^([\d.]+)([a-z]+)$/.exec(text) as unknown as [
        string,
        string,
        keyof typeof unitsInMs,
      ];
      return Number(amount) * unitsInMs[unit];
    })
    .refine((ms) => ms >= min && ms <= max, rangeInWords(min, max));
}

const unitsInBytes = { KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 } as const;

/** An amount of data as people write it, `512KiB`, `256MiB`, `1.5GiB`; parsed to bytes. */
export function size({ min = 0, max = 2 ** 40 }: { min?: number; max?: number } = {}) {
  const wording = 'an amount of data with its unit, such as 512KiB, 256MiB, 1.5GiB';
  return z
    .string({ error: wording })
    .regex(/^\d+(\.\d+)?(KiB|MiB|GiB)$/, wording)
    .transform((text) =>
      Math.floor(Number.parseFloat(text) * unitsInBytes[text.slice(-3) as keyof typeof unitsInBytes]),
    )
    .refine(
      (bytes) => bytes >= min && bytes <= max,
      `an amount of data between ${formatSize(min)} and ${formatSize(max)}`,
    );
}

/** The shortest whole way to write `bytes`. */
export function formatSize(bytes: number): string {
  const [unit, factor] = Object.entries(unitsInBytes).findLast(([, each]) => bytes >= each) ?? ['KiB', 1024];
  return `${Math.round((bytes / factor) * 10) / 10}${unit}`;
}

function rangeInWords(min: number, max: number): string {
  if (max === Number.MAX_SAFE_INTEGER) return `a duration of at least ${formatDuration(min)}`;
  return `a duration between ${formatDuration(min)} and ${formatDuration(max)}`;
}

/** The shortest whole way to write `ms`. */
export function formatDuration(ms: number): string {
  for (const [unit, size] of Object.entries(unitsInMs).reverse()) {
    if (ms >= size && ms % size === 0) return `${ms / size}${unit}`;
  }
  return `${ms}ms`;
}

const aName = 'a name of small letters, digits and _, starting with a letter, at most 63 long';

/** Name of a thing or a property: what stands on both sides of the dot in `grow_light.on`. */
export const name = z.string({ error: aName }).regex(/^[a-z][a-z0-9_]{0,62}$/, aName);

/** Who may poke without a key. */
export const pokeAccess = ['anyone', 'nobody'] as const;

/** `poke`, as every section takes it whose properties can be poked. */
export const poke = z
  .enum(pokeAccess)
  .optional()
  .describe('Who may poke its properties without a key; default: what `access.poke` says.');

/** What the configuration of every thing has. */
export const thingFields = {
  id: name.describe('Name of the thing, unique among all; requests name its properties `id.property`.'),
  title: z.string().min(1).max(80).optional().describe('What people read; default: the id in words.'),
  poke,
};

/** `grow_light` as a person would write it: `Grow light`. */
export function titleOf(id: string): string {
  const words = id.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
