import { type Discovered, type Driver, failedProbe, type Probe } from '../driver.ts';
import { DeviceError } from '../errors.ts';
import { idOf, snippet } from '../snippet.ts';
import type { DriverTime } from '../thing.ts';
import type { ChipDescription, GpioBackend, LineDescription } from './backend.ts';
import { chooseBackend, type GpioBackends, systemBackends } from './backends.ts';
import { chipTitle, findLine, lineTitle } from './find-line.ts';
import { GpioThing } from './gpio-thing.ts';
import { kernelFailure } from './kernel-errors.ts';
import { type GpioConfig, gpioSchema } from './schema.ts';

/** GPIO lines, through the backends of this machine unless others are given. */
export function gpioDriver(backends: GpioBackends = systemBackends()): Driver<typeof gpioSchema> {
  return {
    name: 'gpio',
    schema: gpioSchema,
    create: (config: GpioConfig, time: DriverTime) =>
      new GpioThing(config, () => chooseBackend(backends, config.backend), time),
    probe: (config: GpioConfig) => probe(backends, config),
    discover: () => discover(backends),
  };
}

async function probe(backends: GpioBackends, config: GpioConfig): Promise<Probe> {
  if (config.backend === 'simulated')
    return { ok: true, detail: 'simulated: there is no hardware behind it' };
  try {
    const backend = await chooseBackend(backends, config.backend);
    if (backend.name === 'sysfs' && config.bias !== 'as-is')
      throw new DeviceError('ALLO_E_GPIO_UNSUPPORTED', `sysfs cannot set bias: ${config.bias}`);
    const address = { ...(config.chip === undefined ? {} : { chip: config.chip }), line: config.line };
    const { chip, line } = findLine(await backend.chips(), address);
    const detail = `${lineTitle(chip, line)} (${backend.name}), ${stateOf(line)}`;
    if (!line.used || isOurs(backend, line)) return { ok: true, detail };
    return failedProbe(new DeviceError('ALLO_E_GPIO_BUSY', detail));
  } catch (error) {
    return failedProbe(kernelFailure('cannot look at GPIO', error));
  }
}

/** Held by a running daemon, or exported to sysfs before: nothing is in the way. */
function isOurs(backend: GpioBackend, line: LineDescription): boolean {
  return backend.name === 'sysfs' || line.consumer.startsWith('allo-agent ');
}

function stateOf(line: LineDescription): string {
  if (!line.used) return 'free';
  return line.consumer === '' ? 'in use' : `in use by "${line.consumer}"`;
}

async function discover(backends: GpioBackends): Promise<Discovered[]> {
  try {
    const backend = await chooseBackend(backends, 'auto');
    const chips = await backend.chips();
    return chips.flatMap((chip) => chip.lines.map((line) => found(backend, chips, chip, line)));
  } catch (error) {
    const { code, message, mend } = kernelFailure('cannot look at GPIO', error);
    if (code === 'ALLO_E_GPIO_PERMISSION')
      return [{ kind: 'GPIO chip', name: 'GPIO', detail: `${message}. ${mend}`, config: '' }];
    return [];
  }
}

function found(
  backend: GpioBackend,
  chips: readonly ChipDescription[],
  chip: ChipDescription,
  line: LineDescription,
): Discovered {
  const name = line.name || `line ${line.offset}`;
  const detail = `line ${line.offset} of ${chipTitle(chip)} (${chip.name}, ${backend.name}), ${stateOf(line)}`;
  return { kind: 'GPIO line', name, detail, config: line.used ? '' : configOf(chips, chip, line) };
}

/** An input: pasting it switches nothing. By its offset where there are lines of the same name, or it has none. */
function configOf(chips: readonly ChipDescription[], chip: ChipDescription, line: LineDescription): string {
  const namesakes = chips.flatMap((other) => other.lines).filter(({ name }) => name === line.name);
  if (line.name !== '' && namesakes.length === 1)
    return snippet({ id: idOf(line.name), driver: 'gpio', line: line.name, direction: 'in' });
  const labels = chips.filter(({ label }) => label === chip.label);
  return snippet({
    id: idOf(`${chip.name}_${line.offset}`),
    driver: 'gpio',
    chip: chip.label !== '' && labels.length === 1 ? chip.label : chip.name,
    line: line.offset,
    direction: 'in',
  });
}
