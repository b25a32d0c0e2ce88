import type { Driver } from '../driver.ts';
import { PolledThing } from '../polled-thing.ts';
import { titleOf } from '../schema.ts';
import type { DriverTime, PropertyDescription } from '../thing.ts';
import { type SimulatedConfig, simulatedSchema, type Waveform } from './schema.ts';
import { type Random, seededRandom, signalOf } from './signal.ts';

/** Sensors without hardware. `random` is for tests; a `seed` in the configuration overrides it. */
export function simulatedDriver(random: Random = Math.random): Driver<typeof simulatedSchema> {
  return {
    name: 'simulated',
    schema: simulatedSchema,
    create: (config: SimulatedConfig, time: DriverTime) => create(config, time, random),
    probe: async ({ properties }: SimulatedConfig) => ({
      ok: true,
      detail: `simulated: ${Object.keys(properties).join(', ')}; there is no hardware behind it`,
    }),
    discover: async () => [],
  };
}

function create(config: SimulatedConfig, time: DriverTime, given: Random): PolledThing {
  const waveforms = Object.entries(config.properties);
  const random = config.seed === undefined ? given : seededRandom(config.seed);
  const signals = waveforms.map(([name, waveform]) => ({ name, signal: signalOf(waveform, random) }));
  let startedAt: number | undefined;
  return new PolledThing(
    {
      id: config.id,
      title: config.title,
      driver: 'simulated',
      simulated: true,
      properties: waveforms.map(([name, waveform]) => describe(name, waveform)),
      intervalMs: config.interval,
      sample: async () => {
        startedAt ??= time.now();
        const elapsedMs = time.now() - startedAt;
        return Object.fromEntries(signals.map(({ name, signal }) => [name, signal(elapsedMs)]));
      },
    },
    time,
  );
}

function describe(name: string, { title, unit, shape, min, max }: Waveform): PropertyDescription {
  const common = { name, title: title ?? titleOf(name), writable: false };
  if (shape === 'toggle') return { ...common, type: 'boolean' };
  return {
    ...common,
    type: 'number',
    minimum: min,
    maximum: max,
    ...(unit === undefined ? {} : { unit }),
  };
}
