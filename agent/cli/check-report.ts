import type { Probe } from '../../devices/driver.ts';
import type { Problem } from '../config/problem.ts';
import type { Feature } from './features.ts';
import { formatTable } from './table.ts';

/** One configured device and what was found of it. */
export interface CheckedDevice extends Probe {
  readonly id: string;
  readonly driver: string;
}

/** What `check` found; `--json` prints it as it is. With a configuration that is wrong nothing else is looked at. */
export interface CheckReport {
  readonly config: { readonly file: string; readonly problems: readonly Problem[] };
  readonly devices: readonly CheckedDevice[];
  /** What is optional: nothing here makes `check` fail, for what needs it does. */
  readonly features: readonly Feature[];
}

export function formatReport({ config, devices, features }: CheckReport): string {
  const failed = devices.filter(({ ok }) => !ok);
  const summary =
    failed.length === 0
      ? 'Ready to run.'
      : `Not ready: ${failed.map(({ id }) => id).join(', ')}. The daemon would run, and try again until they work.`;
  return [
    `${config.file}: no problems.\n`,
    devices.length === 0 ? 'No devices are configured.\n' : deviceTable(devices),
    mends(failed.map(({ id, mend }) => ({ name: id, mend }))),
    featureTable(features),
    mends(features),
    `${summary}\n`,
  ]
    .filter((part) => part !== '')
    .join('\n');
}

function deviceTable(devices: readonly CheckedDevice[]): string {
  const rows = devices.map(({ id, driver, ok, detail }) => [id, driver, ok ? 'ok' : 'FAILED', detail]);
  return formatTable(['DEVICE', 'DRIVER', 'STATE', 'FOUND'], rows);
}

function featureTable(features: readonly Feature[]): string {
  const rows = features.map(({ name, state, detail }) => [name, state, detail]);
  return formatTable(['OPTIONAL', 'STATE', 'SO THAT'], rows);
}

function mends(all: readonly { readonly name: string; readonly mend?: string | undefined }[]): string {
  return all.map(({ name, mend }) => (mend === undefined ? '' : `  ${name}: ${mend}\n`)).join('');
}
