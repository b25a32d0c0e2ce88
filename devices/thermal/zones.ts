import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DeviceError } from '../errors.ts';

/** A temperature sensor of the kernel's thermal framework. */
export interface ThermalZone {
  /** `thermal_zone0` */
  readonly name: string;
  /** What it measures, as its driver calls it: `cpu-thermal`, `x86_pkg_temp`. */
  readonly type: string;
}

/** All zones under `root`, by number; none where the kernel has no thermal framework. */
export async function listZones(root: string): Promise<ThermalZone[]> {
  const names = await readdir(root).catch(() => []);
  const numbers = names
    .map((name) => /^thermal_zone(\d+)$/.exec(name)?.[1])
    .filter((number) => number !== undefined)
    .sort((a, b) => Number(a) - Number(b));
  return Promise.all(
    numbers.map(async (number) => {
      const name = `thermal_zone${number}`;
      const type = await readFile(join(root, name, 'type'), 'utf8').catch(() => '');
      return { name, type: type.trim() };
    }),
  );
}

/**
 * The zone of this name or type; without one, that of the processor, else the first.
 * Throws a `DeviceError` that says what there is instead.
 */
export function chooseZone(zones: readonly ThermalZone[], wanted: string | undefined): ThermalZone {
  const zone =
    wanted === undefined
      ? (zones.find(({ type }) => /cpu|soc|x86_pkg/i.test(type)) ?? zones[0])
      : zones.find(({ name, type }) => name === wanted || type === wanted);
  if (zone) return zone;
  const instead =
    zones.length === 0
      ? 'the kernel shows no thermal zone'
      : `there is ${zones.map(({ name, type }) => `${name} (${type})`).join(', ')}`;
  throw new DeviceError(
    'ALLO_E_SENSOR_MISSING',
    wanted === undefined ? instead : `there is no thermal zone ${wanted}; ${instead}`,
  );
}

/** Degrees Celsius; the kernel counts thousandths. Throws a `DeviceError`. */
export async function readZone(root: string, zone: ThermalZone): Promise<number> {
  const path = join(root, zone.name, 'temp');
  let text: string;
  try {
    text = (await readFile(path, 'utf8')).trim();
  } catch (cause) {
    throw new DeviceError('ALLO_E_SENSOR_READ', `cannot read ${path}: ${(cause as Error).message}`, {
      cause,
    });
  }
  if (!/^-?\d+$/.test(text))
    throw new DeviceError('ALLO_E_SENSOR_READ', `${path} says "${text}", which is no temperature`);
  return Number(text) / 1000;
}
