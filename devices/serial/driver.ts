import { type Discovered, type Driver, failedProbe, type Probe } from '../driver.ts';
import { idOf, snippet } from '../snippet.ts';
import { openSerialPort } from './port.ts';
import { openFailure } from './port-errors.ts';
import { type FoundPort, findPorts } from './ports.ts';
import { type SerialConfig, serialSchema } from './schema.ts';
import { portOptions, SerialThing } from './serial-thing.ts';

/** Devices that send lines of text over a serial port. */
export const serialDriver: Driver<typeof serialSchema> = {
  name: 'serial',
  schema: serialSchema,
  create: (config, time) => new SerialThing(config, openSerialPort, time),
  probe,
  discover: async () => (await findPorts()).map(discovered),
};

/** Opens the port and closes it at once, sending nothing: only so can be told whether it can be had. */
async function probe(config: SerialConfig): Promise<Probe> {
  try {
    const port = await openSerialPort(portOptions(config), { data: () => {}, lost: () => {} });
    await port.close();
    return { ok: true, detail: `${config.path} opens at ${config.baud_rate} baud` };
  } catch (error) {
    return failedProbe(openFailure(config.path, error));
  }
}

function discovered({ path, name, detail }: FoundPort): Discovered {
  const config = snippet({
    id: idOf(name),
    driver: 'serial',
    path,
    baud_rate: 9600,
    format: 'json',
    properties: { value: {} },
  });
  return { kind: 'serial port', name: path, detail, config };
}
