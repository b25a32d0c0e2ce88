import { OutputMachine } from '../../agent/appliance/outputs/machine.ts';
import type { OutputPolicy } from '../../devices/thing.ts';

export const keepAll: OutputPolicy = { onStart: 'keep', onDisconnect: 'keep', onStop: 'keep' };

/** A machine from the moment 0, whose outputs were seen to be off at the moment 1. */
export function machineOf(policies: Readonly<Record<string, Partial<OutputPolicy>>>) {
  const all = Object.entries(policies).map(([key, policy]) => [key, { ...keepAll, ...policy }] as const);
  const machine = new OutputMachine(new Map(all), { outputs: new Map(), asFound: false }, 0);
  for (const [key] of all) machine.react({ type: 'reading', key, on: false, measuredAt: 1 }, 1);
  return machine;
}

/** What is to be switched after `reading`, as `why`. */
export const causes = (
  machine: OutputMachine,
  key: string,
  on: boolean | undefined,
  measuredAt: number,
  at: number,
) => machine.react({ type: 'reading', key, on, measuredAt }, at).drives.map(({ why }) => why);

/** Why a command to go on is refused. */
export const refusalOf = (machine: OutputMachine, key: string, at: number) =>
  machine.react({ type: 'command', key, on: true }, at).refusal?.why;
