import { beforeEach, describe, expect, it } from 'vitest';
import { VirtualTime } from '../agent/time/virtual-time.ts';
import { Recorder } from '../test/devices/recorder.ts';
import { DeviceError } from './errors.ts';
import { PolledThing } from './polled-thing.ts';
import type { Value } from './thing.ts';

type Sample = Readonly<Record<string, Value>>;

describe('a polled thing', () => {
  let time: VirtualTime;
  let events: Recorder;
  let sample: () => Promise<Sample>;
  let samples: number[];
  let thing: PolledThing;
  beforeEach(() => {
    time = new VirtualTime(5000);
    events = new Recorder();
    samples = [];
    sample = async () => ({ a: samples.length, b: 'x' });
    thing = new PolledThing(
      {
        id: 'weather_station',
        title: undefined,
        driver: 'polled',
        simulated: false,
        properties: [
          { name: 'a', title: 'A', type: 'integer', writable: false },
          { name: 'b', title: 'B', type: 'string', writable: false },
        ],
        intervalMs: 1000,
        sample: () => {
          samples.push(time.now());
          return sample();
        },
      },
      time,
    );
  });

  /** A sample that takes `ms` of virtual time. */
  const slow = (ms: number) => () =>
    new Promise<Sample>((resolve) => time.after(ms, () => resolve({ a: samples.length, b: 'x' })));

  it('reads at the start and then at every interval', async () => {
    await thing.start(events);
    await time.advance(2500);
    expect(samples).toEqual([5000, 6000, 7000]);
    expect(events.readings).toHaveLength(6);
    expect(events.readings[2]).toEqual({ property: 'a', reading: { value: 2, time: 6000, quality: 'good' } });
    expect(await thing.read('a')).toEqual({ value: 3, time: 7000, quality: 'good' });
  });

  it('does not drift when reading takes a while', async () => {
    sample = slow(300);
    void thing.start(events);
    await time.advance(3000);
    expect(samples).toEqual([5000, 6000, 7000, 8000]);
  });

  it('leaves out what it missed while a reading took longer than the interval', async () => {
    sample = slow(2400);
    void thing.start(events);
    await time.advance(6000);
    expect(samples).toEqual([5000, 8000, 11000]);
  });

  it('reads once for each interval even where timers fire early', async () => {
    const after = time.after.bind(time);
    time.after = (ms, callback) => after(ms - 0.5, callback);
    await thing.start(events);
    await time.advance(10_000);
    expect(samples).toHaveLength(11);
  });

  it('tells a fault once, goes on reading, and recovers', async () => {
    await thing.start(events);
    events.take();
    sample = () => Promise.reject(new DeviceError('ALLO_E_SENSOR_MISSING', 'no such sensor'));
    await time.advance(3000);
    expect(samples).toHaveLength(4);
    expect(events.take()).toEqual(['a = 1 fault', 'b = x fault', 'fault ALLO_E_SENSOR_MISSING']);
    expect(await thing.read('a')).toEqual({ value: 1, time: 6000, quality: 'fault' });
    sample = async () => ({ a: 9, b: 'y' });
    await time.advance(1000);
    expect(events.take()).toEqual(['recovered', 'a = 9 good', 'b = y good']);
  });

  it('tells a fault again when its reason becomes another', async () => {
    sample = () => Promise.reject(new DeviceError('ALLO_E_SENSOR_MISSING', 'no such sensor'));
    await thing.start(events);
    sample = () => Promise.reject(new Error('i/o error'));
    await time.advance(2000);
    expect(events.faults).toEqual([
      { code: 'ALLO_E_SENSOR_MISSING', reason: 'no such sensor' },
      { code: 'ALLO_E_SENSOR_READ', reason: 'weather_station cannot be read: i/o error' },
    ]);
    expect(events.take()).toEqual([
      'a = null fault',
      'b = null fault',
      'fault ALLO_E_SENSOR_MISSING',
      'fault ALLO_E_SENSOR_READ',
    ]);
  });

  it('calls its values stale when no newer come, and keeps their time', async () => {
    await thing.start(events);
    await time.advance(500);
    events.take();
    sample = () => new Promise(() => {});
    await time.advance(2499);
    expect(events.take()).toEqual([]);
    await time.advance(1);
    expect(events.take()).toEqual(['a = 1 stale', 'b = x stale']);
    expect(await thing.read('a')).toEqual({ value: 1, time: 5000, quality: 'stale' });
    await time.advance(60_000);
    expect(events.take()).toEqual([]);
  });

  it('starts without waiting for ever for a first reading that never comes', async () => {
    sample = () => new Promise(() => {});
    let started = false;
    void thing.start(events).then(() => {
      started = true;
    });
    await time.advance(3000);
    expect(started).toBe(true);
    expect(await thing.read('a')).toEqual({ value: null, time: 5000, quality: 'fault' });
  });

  it('leaves out a property that a sample does not have', async () => {
    sample = async () => ({ b: 'only' });
    await thing.start(events);
    expect(events.take()).toEqual(['b = only good']);
  });

  it('says nothing after it was stopped, even of a reading that was under way', async () => {
    sample = slow(300);
    const starting = thing.start(events);
    await time.advance(100);
    await thing.stop();
    await starting;
    await time.advance(5000);
    expect(events.take()).toEqual([]);
    expect(time.pending).toBe(0);
    await expect(thing.read('a')).rejects.toMatchObject({ code: 'ALLO_E_DEVICE_STOPPED' });
  });

  it('can be started again while a reading of before is under way', async () => {
    sample = slow(300);
    const starting = thing.start(events);
    await time.advance(100);
    await thing.stop();
    await starting;
    sample = async () => ({ a: 1, b: 'again' });
    await thing.start(events);
    await time.advance(1000);
    expect(samples).toEqual([5000, 5100, 6100]);
    expect(events.take()).toEqual(['a = 1 good', 'b = again good', 'a = 1 good', 'b = again good']);
  });

  it('can be stopped by whom it tells of a reading', async () => {
    let readings = 0;
    events.reading = () => {
      readings++;
      void thing.stop();
    };
    await thing.start(events);
    expect(readings).toBe(1);
    expect(time.pending).toBe(0);
  });
});
