import { type Driver, failedProbe, type Probe } from '../driver.ts';
import { PolledThing } from '../polled-thing.ts';
import { snippet } from '../snippet.ts';
import type { DriverTime } from '../thing.ts';
import { type SystemConfig, systemSchema } from './schema.ts';
import { readVitals } from './vitals.ts';

/** Load, memory and uptime of the machine. */
export function systemDriver(root = '/proc'): Driver<typeof systemSchema> {
  return {
    name: 'system',
    schema: systemSchema,
    create: (config: SystemConfig, time: DriverTime) => create(config, time, root),
    probe: () =>
      readVitals(root).then(
        ({ load, memoryUsed }): Probe => ({ ok: true, detail: `load ${load}, memory ${memoryUsed} % used` }),
        failedProbe,
      ),
    discover: async () => [
      {
        kind: 'machine',
        name: 'system',
        detail: 'load, memory, uptime',
        config: snippet({ id: 'machine', driver: 'system' }),
      },
    ],
  };
}

function create(config: SystemConfig, time: DriverTime, root: string): PolledThing {
  return new PolledThing(
    {
      id: config.id,
      title: config.title,
      driver: 'system',
      simulated: false,
      properties: [
        { name: 'load', title: 'Load', type: 'number', writable: false, minimum: 0 },
        {
          name: 'memory_used',
          title: 'Memory used',
          type: 'number',
          unit: '%',
          writable: false,
          minimum: 0,
          maximum: 100,
        },
        { name: 'uptime', title: 'Uptime', type: 'number', unit: 's', writable: false, minimum: 0 },
      ],
      intervalMs: config.interval,
      sample: async () => {
        const { load, memoryUsed, uptime } = await readVitals(root);
        return { load, memory_used: memoryUsed, uptime };
      },
    },
    time,
  );
}
