import { describe, expect, it } from 'vitest';
import { VirtualTime } from '../../agent/time/virtual-time.ts';
import { Recorder } from '../../test/devices/recorder.ts';
import type { Value } from '../thing.ts';
import { simulatedDriver } from './driver.ts';
import { simulatedSchema } from './schema.ts';

const weather = { id: 'weather', driver: 'simulated', interval: '1s' };

/** Values of each property over `seconds` of virtual time. */
async function run(properties: object, seconds: number, { seed }: { seed?: number } = {}) {
  const time = new VirtualTime(123_456);
  const events = new Recorder();
  const driver = simulatedDriver();
  const thing = driver.create(simulatedSchema.parse({ ...weather, seed, properties }), time);
  await thing.start(events);
  await time.advance(seconds * 1000);
  await thing.stop();
  const values = (name: string): (Value | null)[] =>
    events.readings.filter(({ property }) => property === name).map(({ reading }) => reading.value);
  return { thing, values };
}

describe('a simulated sensor', () => {
  it('says that it is simulated, and describes its properties', async () => {
    const { thing } = await run(
      {
        temperature: { unit: '°C', min: 15, max: 25 },
        door_open: { shape: 'toggle', title: 'Door' },
      },
      0,
    );
    expect(thing.simulated).toBe(true);
    expect(thing.title).toBe('Weather');
    expect(thing.properties).toEqual([
      {
        name: 'temperature',
        title: 'Temperature',
        type: 'number',
        unit: '°C',
        writable: false,
        minimum: 15,
        maximum: 25,
      },
      { name: 'door_open', title: 'Door', type: 'boolean', writable: false },
    ]);
    const probe = await simulatedDriver().probe(simulatedSchema.parse({ ...weather, properties: { a: {} } }));
    expect(probe).toEqual({ ok: true, detail: 'simulated: a; there is no hardware behind it' });
  });

  it('walks in small steps and stays between min and max', async () => {
    for (let seed = 0; seed < 20; seed++) {
      const { values } = await run({ t: { min: 15, max: 25 } }, 500, { seed });
      const walk = values('t') as number[];
      expect(walk).toHaveLength(501);
      expect(Math.min(...walk)).toBeGreaterThanOrEqual(15);
      expect(Math.max(...walk)).toBeLessThanOrEqual(25);
      const steps = walk.slice(1).map((value, index) => Math.abs(value - walk[index]!));
      expect(Math.max(...steps)).toBeLessThanOrEqual(0.2 + 0.01);
      expect(new Set(walk).size).toBeGreaterThan(100);
    }
  });

  it('walks the same way from the same seed, and another way from another', async () => {
    const walk = async (seed: number) => (await run({ t: {} }, 20, { seed })).values('t');
    expect(await walk(7)).toEqual(await walk(7));
    expect(await walk(7)).not.toEqual(await walk(8));
  });

  it('swings as a sine', async () => {
    const { values } = await run({ t: { min: 0, max: 10, shape: 'sine', period: '4s' } }, 4);
    expect(values('t')).toEqual([5, 10, 5, 0, 5]);
  });

  it('jumps as a square wave', async () => {
    const { values } = await run({ t: { min: -1, max: 1, shape: 'square', period: '4s' } }, 5);
    expect(values('t')).toEqual([1, 1, -1, -1, 1, 1]);
  });

  it('toggles', async () => {
    const { values } = await run({ t: { shape: 'toggle', period: '2s' } }, 3);
    expect(values('t')).toEqual([true, false, true, false]);
  });

  it.each([
    [{ t: { min: 5, max: 5 } }, 'properties.t.max', 'write a max that is greater than min'],
    [
      { t: { shape: 'toggle', unit: '%' } },
      'properties.t.unit',
      'remove unit, for a toggle is true or false, or use shape: square',
    ],
    [{}, 'properties', 'write at least one property'],
  ])('refuses %j with a way out', (properties, key, message) => {
    const issues = simulatedSchema.safeParse({ ...weather, properties }).error?.issues;
    expect(issues?.map((issue) => [issue.path.join('.'), issue.message])).toEqual([[key, message]]);
  });
});
