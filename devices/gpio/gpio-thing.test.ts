import { beforeEach, describe, expect, it } from 'vitest';
import { VirtualTime } from '../../agent/time/virtual-time.ts';
import { Recorder } from '../../test/devices/recorder.ts';
import { SimulatedKernel } from '../../test/gpio/simulated-kernel.ts';
import { CharacterDeviceBackend } from './chardev/backend.ts';
import { requests } from './chardev/uapi.ts';
import { GpioThing } from './gpio-thing.ts';
import { gpioSchema } from './schema.ts';
import { SimulatedGpio } from './simulated/backend.ts';

const lamp = { line: 'GPIO17' };
const door = { line: 'GPIO27' };

describe('a GPIO line as a thing', () => {
  let time: VirtualTime;
  let gpio: SimulatedGpio;
  let events: Recorder;
  beforeEach(() => {
    time = new VirtualTime(1000);
    gpio = new SimulatedGpio();
    events = new Recorder();
  });
  const make = (config: object) =>
    new GpioThing(
      gpioSchema.parse({ driver: 'gpio', backend: 'simulated', ...config }),
      async () => gpio,
      time,
    );
  const makeLamp = (config: object = {}) => make({ id: 'grow_light', ...lamp, direction: 'out', ...config });
  const makeDoor = (config: object = {}) => make({ id: 'door', ...door, direction: 'in', ...config });

  it('has one boolean property, writable with its policy when it is an output', () => {
    expect(makeDoor()).toMatchObject({ title: 'Door', simulated: true, actions: [] });
    expect(makeDoor().properties).toEqual([{ name: 'on', title: 'On', type: 'boolean', writable: false }]);
    expect(makeLamp({ on_start: 'on', on_stop: 'off', max_on: '2h' }).properties).toEqual([
      {
        name: 'on',
        title: 'On',
        type: 'boolean',
        writable: true,
        output: { onStart: 'on', onDisconnect: 'keep', onStop: 'off', maxOn: 7_200_000 },
      },
    ]);
    expect(makeLamp({ title: 'Lamp' }).title).toBe('Lamp');
  });

  describe('an input', () => {
    it('tells its level at the start and each edge at its time', async () => {
      const thing = makeDoor({ bias: 'pull-up', active_low: true });
      await thing.start(events);
      await time.advance(500);
      gpio.drive(door, false);
      expect(events.readings).toEqual([
        { property: 'on', reading: { value: false, time: 1000, quality: 'good' } },
        { property: 'on', reading: { value: true, time: 1500, quality: 'good' } },
      ]);
    });

    it('is read when asked', async () => {
      const thing = makeDoor();
      await thing.start(events);
      expect(await thing.read('on')).toEqual({ value: false, time: 1000, quality: 'good' });
    });

    it('ignores an edge from before its first level, which contains it', async () => {
      const kernel = new SimulatedKernel();
      kernel.addChip('chip', ['GPIO27']);
      const config = gpioSchema.parse({ id: 'door', driver: 'gpio', ...door, direction: 'in' });
      const thing = new GpioThing(config, async () => new CharacterDeviceBackend(() => kernel), time);
      const ioctl = kernel.ioctl.bind(kernel);
      kernel.ioctl = (fd, request, argument) => {
        if (request === requests.getValues) kernel.pull('GPIO27', true, 999_000_000n);
        ioctl(fd, request, argument);
      };
      await thing.start(events);
      await time.advance(1);
      expect(events.take()).toEqual(['on = true good']);
      kernel.pull('GPIO27', false, 1_500_000_000n);
      await time.advance(1);
      await time.advance(1);
      expect(events.readings.at(-1)?.reading).toEqual({ value: false, time: 1500, quality: 'good' });
      await thing.stop();
      expect(kernel.openDescriptors).toBe(0);
    });

    it('cannot be written', async () => {
      const thing = makeDoor();
      await thing.start(events);
      await expect(thing.write('on', true)).rejects.toMatchObject({
        code: 'ALLO_E_DEVICE_PROPERTY',
        message: 'door.on is an input and cannot be written',
      });
    });
  });

  describe('an output', () => {
    it.each([
      ['on', true],
      ['off', false],
      ['keep', false],
    ])('starts with on_start: %s', async (on_start, level) => {
      await makeLamp({ on_start }).start(events);
      expect(gpio.isHigh(lamp)).toBe(level);
      expect(events.take()).toEqual([`on = ${level} good`]);
    });

    it('keeps its level over a restart', async () => {
      const first = makeLamp({ on_start: 'on' });
      await first.start(events);
      await first.stop();
      const levels: boolean[] = [];
      gpio.listen((_, high) => levels.push(high));
      await makeLamp({ on_start: 'keep' }).start(events);
      expect(gpio.isHigh(lamp)).toBe(true);
      expect(levels).toEqual([]);
    });

    it('takes a value, then says so', async () => {
      const thing = makeLamp({ active_low: true });
      await thing.start(events);
      events.take();
      await time.advance(250);
      expect(await thing.write('on', true)).toEqual({ value: true, time: 1250, quality: 'good' });
      expect(gpio.isHigh(lamp)).toBe(false);
      expect(events.take()).toEqual(['on = true good']);
    });

    it('refuses what is no boolean, no property and no action', async () => {
      const thing = makeLamp();
      await thing.start(events);
      await expect(thing.write('on', 'on')).rejects.toMatchObject({
        code: 'ALLO_E_DEVICE_VALUE',
        message: 'grow_light.on takes true or false, not "on"',
      });
      await expect(thing.write('off', true)).rejects.toMatchObject({ code: 'ALLO_E_DEVICE_PROPERTY' });
      await expect(thing.read('off')).rejects.toMatchObject({ code: 'ALLO_E_DEVICE_PROPERTY' });
      await expect(thing.invoke('blink')).rejects.toMatchObject({ code: 'ALLO_E_DEVICE_ACTION' });
      expect(gpio.isHigh(lamp)).toBe(false);
    });

    it('is let go as it is', async () => {
      const thing = makeLamp({ on_start: 'on', on_stop: 'off' });
      await thing.start(events);
      await thing.stop();
      await thing.stop();
      expect(gpio.isHigh(lamp)).toBe(true);
      await expect(thing.write('on', false)).rejects.toMatchObject({ code: 'ALLO_E_DEVICE_STOPPED' });
      await expect(thing.read('on')).rejects.toMatchObject({ code: 'ALLO_E_DEVICE_STOPPED' });
    });
  });

  describe('without its line', () => {
    it('is in fault, looks for it less and less often, and recovers', async () => {
      gpio.unplug(door);
      const thing = makeDoor();
      await thing.start(events);
      expect(events.take()).toEqual(['on = null fault', 'fault ALLO_E_GPIO_LINE']);
      expect(events.faults[0]?.reason).toBe('there is no GPIO27 on simulated GPIO: it is unplugged');
      let attempts = 0;
      const request = gpio.request.bind(gpio);
      gpio.request = (...asked) => {
        attempts++;
        return request(...asked);
      };
      await time.advance(60_000);
      expect(attempts).toBe(6); // after 0.5, 1.5, 3.5, 7.5, 15.5 and 31.5 s
      expect(events.take()).toEqual([]);
      gpio.plug(door);
      await time.advance(30_000);
      expect(events.take()).toEqual(['recovered', 'on = false good']);
      expect(time.pending).toBe(0);
    });

    it('says so again when the reason becomes another', async () => {
      gpio.unplug(door);
      await makeDoor().start(events);
      events.take();
      gpio.plug(door);
      await gpio.request(
        {
          address: door,
          consumer: 'other',
          activeLow: false,
          direction: 'in',
          bias: 'as-is',
          debounceMs: 0,
        },
        { edge: () => {}, lost: () => {} },
        time,
      );
      await time.advance(500);
      expect(events.take()).toEqual(['fault ALLO_E_GPIO_BUSY']);
    });

    it('gives its last value with quality fault, and refuses writes with the reason', async () => {
      const thing = makeLamp({ on_start: 'on' });
      await thing.start(events);
      await time.advance(1000);
      gpio.unplug(lamp);
      expect(events.take()).toEqual(['on = true good', 'on = true fault', 'fault ALLO_E_GPIO_IO']);
      expect(await thing.read('on')).toEqual({ value: true, time: 2000, quality: 'fault' });
      await expect(thing.write('on', false)).rejects.toMatchObject({
        code: 'ALLO_E_GPIO_IO',
        message: 'lost GPIO17 on simulated GPIO: it was unplugged',
      });
    });

    it('never drives an output again by itself when the line comes back', async () => {
      const thing = makeLamp({ on_start: 'on' });
      await thing.start(events);
      gpio.unplug(lamp);
      gpio.drive(lamp, false);
      gpio.plug(lamp);
      await time.advance(500);
      expect(events.take().slice(-2)).toEqual(['recovered', 'on = false good']);
      expect(gpio.isHigh(lamp)).toBe(false);
      expect(thing.counters.missedEdges).toBe(0);
    });

    it('stops looking for it when stopped', async () => {
      gpio.unplug(door);
      const thing = makeDoor();
      await thing.start(events);
      await thing.stop();
      expect(time.pending).toBe(0);
    });

    it('lets a line go that is granted after it was stopped', async () => {
      const thing = makeLamp();
      const starting = thing.start(events);
      await Promise.all([thing.stop(), starting]);
      expect(events.take()).toEqual([]);
      await makeLamp().start(events);
      expect(events.take()).toEqual(['on = false good']);
    });
  });

  it('applies on_start once, even where the level cannot be read back', async () => {
    const kernel = new SimulatedKernel();
    kernel.addChip('chip', ['GPIO17']);
    const config = gpioSchema.parse({
      id: 'lamp',
      driver: 'gpio',
      ...lamp,
      direction: 'out',
      on_start: 'on',
    });
    const thing = new GpioThing(config, async () => new CharacterDeviceBackend(() => kernel), time);
    kernel.failNext(requests.getValues, 'EIO');
    await thing.start(events);
    expect(events.take()).toEqual(['on = null fault', 'fault ALLO_E_GPIO_IO']);
    kernel.prepare('GPIO17', { high: false });
    await time.advance(500);
    expect(events.take()).toEqual(['recovered', 'on = false good']);
    expect(kernel.driven.map(({ high }) => high)).toEqual([true, false]);
  });

  it('fails over to fault when the hardware refuses a write, and tries again', async () => {
    const kernel = new SimulatedKernel();
    kernel.addChip('chip', ['GPIO17']);
    const config = gpioSchema.parse({
      id: 'lamp',
      driver: 'gpio',
      ...lamp,
      direction: 'out',
      on_start: 'on',
    });
    const thing = new GpioThing(config, async () => new CharacterDeviceBackend(() => kernel), time);
    await thing.start(events);
    kernel.failNext(requests.setValues, 'EIO');
    await expect(thing.write('on', false)).rejects.toMatchObject({
      message: 'cannot switch GPIO17 on chip off: i/o error (EIO)',
    });
    await time.advance(500);
    expect(events.take()).toEqual([
      'on = true good',
      'on = true fault',
      'fault ALLO_E_GPIO_IO',
      'recovered',
      'on = true good',
    ]);
    expect(kernel.driven.map(({ high }) => high)).toEqual([true, true]);
    expect(kernel.openDescriptors).toBe(1);
  });
});
