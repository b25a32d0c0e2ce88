import { describe, expect, it } from 'vitest';
import { VirtualTime } from '../../agent/time/virtual-time.ts';
import { describeThing } from '../../test/devices/thing-contract.ts';
import type { Fault, Reading } from '../thing.ts';
import { type PcmSink, type PcmSinkEvents, periodMs, periodSamples } from './pcm-sink.ts';
import { SimulatedSink } from './simulated-sink.ts';
import { Speaker } from './speaker.ts';

const busy: Fault = { code: 'ALLO_E_SPEAKER_BUSY', reason: 'default is busy' };

describeThing('Speaker, as every thing', {
  hasHardware: false,
  make() {
    const time = new VirtualTime(1000);
    const sink = new SimulatedSink(time);
    return {
      thing: new Speaker({ title: 'Speaker', muted: false, volume: 80 }, sink, time),
      time,
      noticesWithinMs: 100,
    };
  },
});

describe('Speaker', () => {
  it('plays what its source gives, at its volume, and tells the level once a second', async () => {
    const { speaker, sink, told } = await started({ volume: 50 });
    speaker.playFrom({ next: () => square(8000), audible: () => undefined });
    expect(sink.ask()).toEqual(square(1000));
    for (let ms = 0; ms < 3000; ms += periodMs) await sink.askAfterPeriod();
    expect(told('level').map(({ value }) => value)).toEqual([-96, -30.3, -30.3, -30.3, -30.3]);
    await speaker.write('volume', 100);
    expect(sink.ask()).toEqual(square(8000));
  });

  it('plays silence where its source has none, and without a source', async () => {
    const { speaker, sink } = await started();
    expect(sink.ask()).toBeUndefined();
    speaker.playFrom({ next: () => undefined, audible: () => undefined });
    expect(sink.ask()).toBeUndefined();
  });

  it('is truly off while muted: the device is closed, and its source told', async () => {
    const { speaker, sink, told } = await started();
    const audible: boolean[] = [];
    speaker.playFrom({ next: () => undefined, audible: (on) => audible.push(on) });
    await speaker.invoke('mute');
    expect(sink.events).toBeUndefined();
    speaker.wake();
    expect(sink.wakes).toBe(0);
    await speaker.invoke('unmute');
    speaker.wake();
    expect(sink.wakes).toBe(1);
    await speaker.stop();
    expect(audible).toEqual([true, false, true, false]);
    expect(told('muted').map(({ value }) => value)).toEqual([false, true, false]);
  });

  it('starts off where it is configured muted', async () => {
    const { sink } = await started({ muted: true });
    expect(sink.events).toBeUndefined();
  });

  it.each([
    ['volume', 101],
    ['volume', -1],
    ['volume', 0.5],
    ['volume', true],
    ['muted', 1],
  ])('does not take %s %s', async (property, value) => {
    const { speaker } = await started();
    await expect(speaker.write(property, value)).rejects.toMatchObject({ code: 'ALLO_E_DEVICE_VALUE' });
  });

  it('tells how many tracks it plays, when that changes', async () => {
    const { speaker, told } = await started();
    for (const count of [0, 2, 2, 1]) speaker.setPlaying(count);
    expect(told('playing').map(({ value }) => value)).toEqual([0, 2, 1]);
    expect(await speaker.read('playing')).toMatchObject({ value: 1, quality: 'good' });
  });

  it('tells what is wrong with its device, and that it is over', async () => {
    const { speaker, sink, faults, told } = await started();
    sink.events?.fault(busy);
    expect(await speaker.read('level')).toMatchObject({ value: -96, quality: 'fault' });
    sink.events?.recovered();
    expect(told('level').map(({ quality }) => quality)).toEqual(['good', 'fault', 'good']);
    expect(faults).toEqual([busy, 'recovered']);
  });

  it('forgets the fault of its device where it is muted, and tells that nothing can be decoded', async () => {
    const { speaker, sink, faults } = await started();
    sink.events?.fault(busy);
    speaker.setSourceFault('libopus could not be loaded');
    await speaker.invoke('mute');
    const opus = { code: 'ALLO_E_SPEAKER_OPUS', reason: 'libopus could not be loaded' };
    expect(faults).toEqual([busy, opus]);
  });
});

const square = (amplitude: number) => new Int16Array(periodSamples).fill(amplitude);

/** A device that asks when the test says so. */
class HandSink implements PcmSink {
  readonly simulated = false;
  readonly counters = { played: 0, silent: 0, underruns: 0, opened: 0 };
  readonly #time: VirtualTime;
  events: PcmSinkEvents | undefined;
  wakes = 0;

  constructor(time: VirtualTime) {
    this.#time = time;
  }

  start(events: PcmSinkEvents): void {
    this.events = events;
  }

  wake(): void {
    this.wakes++;
  }

  async stop(): Promise<void> {
    this.events = undefined;
  }

  ask(): Int16Array | undefined {
    return this.events?.next();
  }

  async askAfterPeriod(): Promise<void> {
    await this.#time.advance(periodMs);
    this.ask();
  }
}

async function started({ muted = false, volume = 100 } = {}) {
  const time = new VirtualTime(0);
  const sink = new HandSink(time);
  const speaker = new Speaker({ title: 'Speaker', muted, volume }, sink, time);
  const readings: [string, Reading][] = [];
  const faults: (Fault | 'recovered')[] = [];
  await speaker.start({
    reading: (property, reading) => void readings.push([property, reading]),
    fault: (fault) => void faults.push(fault),
    recovered: () => void faults.push('recovered'),
  });
  const told = (name: string) => readings.filter(([of]) => of === name).map(([, reading]) => reading);
  return { speaker, sink, told, faults };
}
