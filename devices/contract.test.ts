import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { VirtualTime } from '../agent/time/virtual-time.ts';
import { describeThing, type Specimen } from '../test/devices/thing-contract.ts';
import { SimulatedKernel } from '../test/gpio/simulated-kernel.ts';
import { CharacterDeviceBackend } from './gpio/chardev/backend.ts';
import { GpioThing } from './gpio/gpio-thing.ts';
import { gpioSchema } from './gpio/schema.ts';
import { SimulatedGpio } from './gpio/simulated/backend.ts';
import { createThing, drivers, probeThing, thingSchema } from './index.ts';
import { systemDriver } from './system/driver.ts';
import { thermalDriver } from './thermal/driver.ts';
import type { Thing } from './thing.ts';

const lamp = { line: 'GPIO17' };

function gpioSpecimen(config: object): Specimen {
  const gpio = new SimulatedGpio();
  const time = new VirtualTime(1000);
  const parsed = gpioSchema.parse({ id: 'lamp', driver: 'gpio', backend: 'simulated', ...lamp, ...config });
  return {
    thing: new GpioThing(parsed, async () => gpio, time),
    time,
    hardware: { remove: () => gpio.unplug(lamp), restore: () => gpio.plug(lamp) },
    noticesWithinMs: 2000,
  };
}

function characterDeviceSpecimen(config: object): Specimen {
  const kernel = new SimulatedKernel();
  kernel.addChip('pinctrl-bcm2711', ['GPIO17']);
  const time = new VirtualTime(1000);
  const parsed = gpioSchema.parse({ id: 'lamp', driver: 'gpio', ...lamp, ...config });
  return {
    thing: new GpioThing(parsed, async () => new CharacterDeviceBackend(() => kernel), time),
    time,
    hardware: {
      remove: () => kernel.unplug('pinctrl-bcm2711'),
      restore: () => kernel.plug('pinctrl-bcm2711'),
    },
    noticesWithinMs: 2000,
    dispose: () => expect(kernel.openDescriptors).toBe(0),
  };
}

/** A thing that reads files of the kernel, on a folder that plays them. */
function fileSpecimen(
  files: Record<string, string>,
  make: (root: string, time: VirtualTime) => Thing,
): Specimen {
  const folder = mkdtempSync(join(tmpdir(), 'contract-'));
  const root = join(folder, 'kernel');
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  const time = new VirtualTime(1000);
  return {
    thing: make(root, time),
    time,
    hardware: {
      remove: () => renameSync(root, join(folder, 'gone')),
      restore: () => renameSync(join(folder, 'gone'), root),
    },
    noticesWithinMs: 20_000,
    dispose: () => rmSync(folder, { recursive: true }),
  };
}

const board = { id: 'board', driver: 'thermal', interval: '10s' } as const;
const machine = { id: 'machine', driver: 'system', interval: '10s' } as const;
const weather = {
  id: 'weather',
  driver: 'simulated',
  properties: { temperature: { unit: '°C', min: 15, max: 25 }, raining: { shape: 'toggle' } },
};

describe('the contract of a thing is kept by', () => {
  describeThing('a simulated GPIO input', {
    make: () => gpioSpecimen({ direction: 'in' }),
    hasHardware: true,
  });
  describeThing('a simulated GPIO output', {
    make: () => gpioSpecimen({ direction: 'out' }),
    hasHardware: true,
  });
  describeThing('a GPIO input on a simulated kernel', {
    make: () => characterDeviceSpecimen({ direction: 'in' }),
    hasHardware: true,
  });
  describeThing('a GPIO output on a simulated kernel', {
    make: () => characterDeviceSpecimen({ direction: 'out' }),
    hasHardware: true,
  });
  describeThing('a thermal zone', {
    make: () =>
      fileSpecimen(
        { 'thermal_zone0/type': 'cpu-thermal\n', 'thermal_zone0/temp': '48312\n' },
        (root, time) => {
          const driver = thermalDriver(root);
          return driver.create(driver.schema.parse(board), time);
        },
      ),
    hasHardware: true,
  });
  describeThing('the machine', {
    make: () =>
      fileSpecimen(
        {
          loadavg: '0.52 0.58 0.59 3/511 29384\n',
          meminfo: 'MemTotal: 1000 kB\nMemAvailable: 600 kB\n',
          uptime: '350735.47 234388.90\n',
        },
        (root, time) => {
          const driver = systemDriver(root);
          return driver.create(driver.schema.parse(machine), time);
        },
      ),
    hasHardware: true,
  });
  describeThing('a simulated sensor', {
    make: () => {
      const time = new VirtualTime(1000);
      const thing = drivers.simulated.create(drivers.simulated.schema.parse(weather), time);
      return { thing, time, noticesWithinMs: 2000 };
    },
    hasHardware: false,
  });
});

describe('the drivers together', () => {
  it('have the names they are listed under', () => {
    for (const [name, driver] of Object.entries(drivers)) expect(driver.name).toBe(name);
  });

  it('describe every key of their configuration', () => {
    for (const { name, schema } of Object.values(drivers))
      for (const [key, field] of Object.entries(schema.shape))
        expect(field.description, `${name}: ${key}`).toBeTruthy();
  });

  it('are told apart by the driver that an entry of things names', async () => {
    const time = new VirtualTime();
    for (const config of [board, machine, weather]) {
      const parsed = thingSchema.parse(config);
      expect(createThing(parsed, time)).toMatchObject({ id: config.id, driver: config.driver });
    }
    expect(await probeThing(thingSchema.parse(weather))).toMatchObject({ ok: true });
    const gpio = { id: 'lamp', driver: 'gpio', direction: 'out', max_on: '2h', ...lamp };
    expect(createThing(thingSchema.parse(gpio), time).properties[0]?.output?.maxOn).toBe(7_200_000);
    expect(thingSchema.safeParse({ id: 'lamp', driver: 'gpoi' }).success).toBe(false);
    expect(thingSchema.safeParse({ ...gpio, bias: 'pull-up' }).error?.issues[0]?.path).toEqual(['bias']);
  });
});
