import { type Discovered, type Driver, failedProbe, type Probe } from '../driver.ts';
import { PolledThing } from '../polled-thing.ts';
import { idOf, snippet } from '../snippet.ts';
import type { DriverTime } from '../thing.ts';
import { type ThermalConfig, thermalSchema } from './schema.ts';
import { chooseZone, listZones, readZone, type ThermalZone } from './zones.ts';

/** Temperatures of the kernel's thermal zones. */
export function thermalDriver(root = '/sys/class/thermal'): Driver<typeof thermalSchema> {
  // Looked up anew at each reading: a zone appears when its driver is loaded.
  const measure = async ({ zone }: ThermalConfig) => {
    const chosen = chooseZone(await listZones(root), zone);
    return { zone: chosen, temperature: await readZone(root, chosen) };
  };
  return {
    name: 'thermal',
    schema: thermalSchema,
    create: (config: ThermalConfig, time: DriverTime) =>
      new PolledThing(
        {
          id: config.id,
          title: config.title,
          driver: 'thermal',
          simulated: false,
          properties: [
            { name: 'temperature', title: 'Temperature', type: 'number', unit: '°C', writable: false },
          ],
          intervalMs: config.interval,
          sample: async () => ({ temperature: (await measure(config)).temperature }),
        },
        time,
      ),
    probe: (config: ThermalConfig) =>
      measure(config).then(
        ({ zone, temperature }): Probe => ({
          ok: true,
          detail: `${zone.name} (${zone.type}), ${temperature.toFixed(1)} °C`,
        }),
        failedProbe,
      ),
    discover: async () => (await listZones(root)).map(found),
  };
}

function found({ name, type }: ThermalZone, _: number, zones: readonly ThermalZone[]): Discovered {
  const alone = type !== '' && zones.filter((zone) => zone.type === type).length === 1;
  const zone = alone ? type : name;
  return {
    kind: 'thermal zone',
    name: zone,
    detail: alone ? name : type,
    config: snippet({ id: idOf(zone), driver: 'thermal', zone }),
  };
}
