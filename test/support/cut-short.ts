import { expect } from 'vitest';
import type { Ended } from './cli-process.ts';

/** Whether a daemon that was told to stop took longer than it may, as one does whose machine is too busy. */
export function isCutShort({ status, stdout }: Ended): boolean {
  return status === 1 && stdout.includes('ALLO_E_STOP_LATE');
}

/** A daemon that was told to stop did, with nothing to complain of but that it took longer than it may. */
export function expectStopped(ended: Ended): void {
  const { status, stderr } = ended;
  expect({ status, stderr }, ended.stdout.slice(-2_000)).toEqual({
    status: isCutShort(ended) ? 1 : 0,
    stderr: '',
  });
}
