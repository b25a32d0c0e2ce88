import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { SimulatedKernel } from '../../test/gpio/simulated-kernel.ts';
import { CharacterDeviceBackend } from './chardev/backend.ts';
import { gpioDriver } from './driver.ts';
import { gpioSchema } from './schema.ts';
import { SimulatedGpio } from './simulated/backend.ts';
import { SysfsBackend } from './sysfs/backend.ts';

const lamp = { id: 'lamp', driver: 'gpio', line: 'GPIO17', direction: 'out' };
const door = { id: 'door', driver: 'gpio', line: 'GPIO27', direction: 'in' };

describe('the configuration of a GPIO line', () => {
  it('needs a line and a direction, and fills in the rest', () => {
    expect(gpioSchema.parse(lamp)).toEqual({
      ...lamp,
      backend: 'auto',
      active_low: false,
      bias: 'as-is',
      debounce: 0,
      on_start: 'keep',
      on_disconnect: 'keep',
      on_stop: 'keep',
    });
  });

  it('takes durations with their units', () => {
    expect(gpioSchema.parse({ ...door, debounce: '20ms' }).debounce).toBe(20);
    expect(gpioSchema.parse({ ...lamp, max_on: '2h' }).max_on).toBe(7_200_000);
  });

  it('describes every key', () => {
    for (const [key, field] of Object.entries(gpioSchema.shape)) expect(field.description, key).toBeTruthy();
  });

  const complaints = (config: unknown) =>
    gpioSchema.safeParse(config).error?.issues.map(({ path, message }) => [path.join('.'), message]);

  it.each([
    [
      { ...lamp, bias: 'pull-up' },
      'bias',
      'remove bias, which has no meaning with direction: out, or set direction: in',
    ],
    [
      { ...lamp, debounce: '5ms' },
      'debounce',
      'remove debounce, which has no meaning with direction: out, or set direction: in',
    ],
    [
      { ...door, on_start: 'off' },
      'on_start',
      'remove on_start, which has no meaning with direction: in, or set direction: out',
    ],
    [
      { ...door, max_on: '1h' },
      'max_on',
      'remove max_on, which has no meaning with direction: in, or set direction: out',
    ],
    [
      { ...door, line: 27 },
      'chip',
      'say on which chip, for line 27 is an offset, or give the name of the line (GPIO27?)',
    ],
    [
      { ...door, backend: 'sysfs', bias: 'pull-down' },
      'bias',
      'use backend: chardev, or remove bias and fit a resistor: sysfs cannot set pull resistors',
    ],
    [
      { ...door, line: true },
      'line',
      'the name of a line, such as GPIO17, or its offset on `chip`, such as 17',
    ],
  ])('refuses %j with a way out', (config, key, message) => {
    expect(complaints(config)).toEqual([[key, message]]);
  });

  it('refuses keys it does not know', () => {
    expect(gpioSchema.safeParse({ ...lamp, pin: 17 }).success).toBe(false);
  });
});

describe('probing and discovering GPIO', () => {
  const kernel = new SimulatedKernel();
  kernel.addChip('pinctrl-bcm2711', ['ID_SDA', 'GPIO17', 'GPIO27', '', 'SAME']);
  kernel.addChip('', ['', '3V3_EN', 'SAME', '-', '-']);
  kernel.prepare('GPIO27', { consumer: 'gpio-keys' });
  kernel.prepare('ID_SDA', { consumer: 'allo-agent lamp' });
  const driver = gpioDriver({
    chardev: new CharacterDeviceBackend(() => kernel),
    sysfs: new SysfsBackend({ root: '/nonexistent' }),
    simulated: new SimulatedGpio(),
  });
  const probe = (config: object) => driver.probe(gpioSchema.parse(config));

  it('finds a free line, and switches nothing', async () => {
    expect(await probe(lamp)).toEqual({ ok: true, detail: 'GPIO17 on pinctrl-bcm2711 (chardev), free' });
    expect(kernel.driven).toEqual([]);
  });

  it('says who holds a line that is in use', async () => {
    const found = await probe(door);
    expect(found).toMatchObject({
      ok: false,
      detail: 'GPIO27 on pinctrl-bcm2711 (chardev), in use by "gpio-keys"',
    });
    expect(found.mend).toContain('discover');
  });

  it('does not mind a line that a running daemon holds', async () => {
    expect(await probe({ ...lamp, line: 'ID_SDA' })).toMatchObject({ ok: true });
  });

  it('says what there is instead of a line that is missing', async () => {
    const found = await probe({ ...lamp, line: 'GPIO99' });
    expect(found.ok).toBe(false);
    expect(found.detail).toContain(
      'there is pinctrl-bcm2711 with lines 0 to 4: ID_SDA, GPIO17, GPIO27, SAME',
    );
    expect(found.mend).toContain('discover');
  });

  it('says that a simulated line is simulated', async () => {
    expect((await probe({ ...lamp, backend: 'simulated' })).detail).toContain('simulated');
  });

  it('lists every line with its holder', async () => {
    const lines = await driver.discover();
    expect(lines.map(({ name, detail }) => [name, detail])).toEqual([
      ['ID_SDA', 'line 0 of pinctrl-bcm2711 (gpiochip0, chardev), in use by "allo-agent lamp"'],
      ['GPIO17', 'line 1 of pinctrl-bcm2711 (gpiochip0, chardev), free'],
      ['GPIO27', 'line 2 of pinctrl-bcm2711 (gpiochip0, chardev), in use by "gpio-keys"'],
      ['line 3', 'line 3 of pinctrl-bcm2711 (gpiochip0, chardev), free'],
      ['SAME', 'line 4 of pinctrl-bcm2711 (gpiochip0, chardev), free'],
      ['line 0', 'line 0 of gpiochip1 (gpiochip1, chardev), free'],
      ['3V3_EN', 'line 1 of gpiochip1 (gpiochip1, chardev), free'],
      ['SAME', 'line 2 of gpiochip1 (gpiochip1, chardev), free'],
      ['-', 'line 3 of gpiochip1 (gpiochip1, chardev), free'],
      ['-', 'line 4 of gpiochip1 (gpiochip1, chardev), free'],
    ]);
  });

  it('gives a configuration to paste for each that is free, and it works', async () => {
    const lines = (await driver.discover()).filter(({ config }) => config !== '');
    expect(lines[0]?.config).toBe('  - id: gpio17\n    driver: gpio\n    line: GPIO17\n    direction: in');
    expect(lines).toHaveLength(8);
    const { things } = parse(`things:\n${lines.map(({ config }) => config).join('\n')}`);
    for (const thing of things) expect(await probe(thing)).toMatchObject({ ok: true });
    expect(new Set(things.map(({ id }: { id: string }) => id)).size).toBe(8);
  });

  it('finds nothing on a machine without GPIO, and tells of one that may not be used', async () => {
    const empty = new SimulatedKernel();
    const backends = {
      chardev: new CharacterDeviceBackend(() => empty),
      sysfs: new SysfsBackend({ root: '/nonexistent' }),
      simulated: new SimulatedGpio(),
    };
    expect(await gpioDriver(backends).discover()).toEqual([]);
    const denied: SimulatedKernel = new SimulatedKernel();
    denied.addChip('pinctrl-bcm2711', ['GPIO0']);
    denied.open = () => {
      throw Object.assign(new Error('open'), { code: 'EACCES' });
    };
    const [entry] = await gpioDriver({
      ...backends,
      chardev: new CharacterDeviceBackend(() => denied),
    }).discover();
    expect(entry?.detail).toContain('permission denied (EACCES)');
    expect(entry?.detail).toContain('gpio');
  });
});
