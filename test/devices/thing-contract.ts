import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { VirtualTime } from '../../agent/time/virtual-time.ts';
import { deviceErrors } from '../../devices/errors.ts';
import type { PropertyDescription, Thing, Value } from '../../devices/thing.ts';
import { Recorder } from './recorder.ts';

/** A thing with its surroundings, made anew for each test. */
export interface Specimen {
  readonly thing: Thing;
  /** The time the thing was made with. */
  readonly time: VirtualTime;
  /** Takes its hardware away and gives it back; for things that have some. */
  readonly hardware?: { remove(): void; restore(): void };
  /** Longest time after which it has noticed either, ms. */
  readonly noticesWithinMs: number;
  dispose?(): void;
}

const examples: Record<PropertyDescription['type'], Value> = {
  boolean: true,
  integer: 1,
  number: 1.5,
  string: 'text',
};

/** The tests that every driver passes: what `devices/thing.ts` promises. */
export function describeThing(
  name: string,
  { make, hasHardware }: { make(): Specimen; hasHardware: boolean },
): void {
  describe(name, () => {
    let specimen: Specimen;
    let thing: Thing;
    let events: Recorder;
    beforeEach(() => {
      specimen = make();
      thing = specimen.thing;
      events = new Recorder();
      onTestFinished(() => specimen.dispose?.());
    });
    /** Lets virtual time go by until `condition` holds; what is read from files takes real time beside it. */
    const pass = async (condition: () => boolean) => {
      const stepMs = Math.max(1, specimen.noticesWithinMs / 10);
      const passed = () => specimen.time.advance(stepMs).then(condition);
      await expect.poll(passed, { interval: 1 }).toBe(true);
    };

    it('describes itself', () => {
      expect(thing.id).toMatch(/^[a-z][a-z0-9_]*$/);
      expect(thing.title).not.toBe('');
      expect(thing.properties.length).toBeGreaterThan(0);
      expect(new Set(thing.properties.map((property) => property.name)).size).toBe(thing.properties.length);
      for (const property of thing.properties) {
        expect(property.name).toMatch(/^[a-z][a-z0-9_]*$/);
        if (property.output) expect(property).toMatchObject({ type: 'boolean', writable: true });
      }
    });

    it('tells a good reading of every property once it has started', async () => {
      await thing.start(events);
      await pass(() => events.readings.length >= thing.properties.length);
      expect(events.faults).toEqual([]);
      for (const { name, type, minimum, maximum } of thing.properties) {
        const { reading } = events.readings.find(({ property }) => property === name)!;
        expect(reading.quality).toBe('good');
        expect(typeof reading.value).toBe(type === 'integer' ? 'number' : type);
        expect(reading.time).toBeLessThanOrEqual(specimen.time.now());
        if (minimum !== undefined) expect(reading.value).toBeGreaterThanOrEqual(minimum);
        if (maximum !== undefined) expect(reading.value).toBeLessThanOrEqual(maximum);
        expect(await thing.read(name)).toMatchObject({ quality: 'good' });
      }
      await thing.stop();
    });

    it('knows no property and no action that it does not describe', async () => {
      await thing.start(events);
      await expect(thing.read('nonsense')).rejects.toMatchObject({ code: 'ALLO_E_DEVICE_PROPERTY' });
      await expect(thing.write('nonsense', true)).rejects.toMatchObject({ code: 'ALLO_E_DEVICE_PROPERTY' });
      await expect(thing.invoke('nonsense')).rejects.toMatchObject({ code: 'ALLO_E_DEVICE_ACTION' });
      await thing.stop();
    });

    it('lets be written what is writable, by its type, and nothing else', async () => {
      await thing.start(events);
      for (const { name, type, writable } of thing.properties) {
        events.readings.length = 0;
        const value = examples[type];
        if (!writable) {
          await expect(thing.write(name, value)).rejects.toMatchObject({ code: 'ALLO_E_DEVICE_PROPERTY' });
          expect(events.readings).toEqual([]);
          continue;
        }
        const wrong = type === 'string' ? 7 : 'wrong';
        await expect(thing.write(name, wrong)).rejects.toMatchObject({ code: 'ALLO_E_DEVICE_VALUE' });
        expect(events.readings).toEqual([]);
        const reading = await thing.write(name, value);
        expect(reading).toMatchObject({ value, quality: 'good' });
        expect(events.readings).toEqual([{ property: name, reading }]);
        expect((await thing.read(name)).value).toBe(value);
      }
      await thing.stop();
    });

    it('cannot be read before it is started and after it is stopped', async () => {
      const { name } = thing.properties[0]!;
      await expect(thing.read(name)).rejects.toMatchObject({ code: 'ALLO_E_DEVICE_STOPPED' });
      await thing.start(events);
      await thing.stop();
      await expect(thing.read(name)).rejects.toMatchObject({ code: 'ALLO_E_DEVICE_STOPPED' });
    });

    it('can be stopped before it starts, twice, and while it starts', async () => {
      await thing.stop();
      const starting = thing.start(events);
      await Promise.all([thing.stop(), thing.stop()]);
      await starting;
      expect(events.log).toEqual([]);
      expect(specimen.time.pending).toBe(0);
    });

    it('tells nothing and leaves no timer once it is stopped', async () => {
      await thing.start(events);
      await specimen.time.advance(specimen.noticesWithinMs);
      await thing.stop();
      events.take();
      await specimen.time.advance(10 * specimen.noticesWithinMs);
      expect(events.log).toEqual([]);
      expect(specimen.time.pending).toBe(0);
    });

    it('can be started again', async () => {
      await thing.start(events);
      await thing.stop();
      events.readings.length = 0;
      await thing.start(events);
      await pass(() => events.readings.length >= thing.properties.length);
      expect(events.readings[0]?.reading.quality).toBe('good');
      await thing.stop();
    });

    if (!hasHardware) return;
    describe('whose hardware goes', () => {
      const allBut = (quality: string) => events.log.filter((line) => !line.endsWith(quality));

      it('starts all the same, tells every property and then the fault, and recovers', async () => {
        specimen.hardware!.remove();
        await thing.start(events);
        expect(events.readings.map(({ property, reading }) => [property, reading])).toEqual(
          thing.properties.map(({ name }) => [
            name,
            { value: null, time: expect.any(Number), quality: 'fault' },
          ]),
        );
        expect(events.log.at(-1)).toBe(`fault ${events.faults[0]?.code}`);
        expect(Object.keys(deviceErrors)).toContain(events.faults[0]?.code);
        expect(events.faults[0]?.reason).not.toBe('');
        events.take();
        specimen.hardware!.restore();
        await pass(() => events.recoveries > 0);
        expect(events.log[0]).toBe('recovered');
        await pass(() => events.log.length > thing.properties.length);
        expect(allBut('good')).toEqual(['recovered']);
        await thing.stop();
      });

      it('keeps its last values with quality fault, tells the fault once, and recovers', async () => {
        await thing.start(events);
        const before = await Promise.all(thing.properties.map(({ name }) => thing.read(name)));
        specimen.hardware!.remove();
        await pass(() => events.faults.length > 0);
        events.take();
        for (const [index, { name }] of thing.properties.entries())
          expect(await thing.read(name)).toMatchObject({ value: before[index]?.value, quality: 'fault' });
        await specimen.time.advance(2 * specimen.noticesWithinMs);
        // It may find out more, but says nothing twice.
        expect(allBut(events.faults.at(-1)!.code)).toEqual([]);
        expect(new Set(events.faults.map(({ reason }) => reason)).size).toBe(events.faults.length);
        events.take();
        specimen.hardware!.restore();
        await pass(() => events.recoveries > 0);
        expect(events.log[0]).toBe('recovered');
        expect(allBut('good')).toEqual(['recovered']);
        await thing.stop();
      });

      it('refuses a write with the reason of the fault', async () => {
        await thing.start(events);
        specimen.hardware!.remove();
        await pass(() => events.faults.length > 0);
        for (const { name, type, writable } of thing.properties)
          if (writable)
            await expect(thing.write(name, examples[type])).rejects.toMatchObject({
              code: events.faults.at(-1)?.code,
              message: events.faults.at(-1)?.reason,
            });
        await thing.stop();
      });

      it('leaves no timer when it is stopped in fault', async () => {
        specimen.hardware!.remove();
        await thing.start(events);
        await thing.stop();
        expect(specimen.time.pending).toBe(0);
      });
    });
  });
}
