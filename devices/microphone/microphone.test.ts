import { describe, expect, it } from 'vitest';
import { VirtualTime } from '../../agent/time/virtual-time.ts';
import { describeThing } from '../../test/devices/thing-contract.ts';
import type { Fault, Reading } from '../thing.ts';
import { Microphone } from './microphone.ts';
import type { PcmFrame, PcmSource, PcmSourceEvents } from './pcm.ts';
import { SimulatedSource } from './simulated-source.ts';

const busy: Fault = { code: 'ALLO_E_MICROPHONE_BUSY', reason: 'default is busy' };

describeThing('Microphone, as every thing', {
  hasHardware: false,
  make() {
    const time = new VirtualTime(1000);
    const source = new SimulatedSource(20, time);
    return {
      thing: new Microphone({ title: 'Microphone', muted: false }, source, time),
      time,
      noticesWithinMs: 100,
    };
  },
});

describe('Microphone', () => {
  it('tells its level once a second, and the frames to everyone who listens', async () => {
    const { microphone, source, told } = await started();
    const heard: PcmFrame[] = [];
    const stopListening = microphone.frames((frame) => heard.push(frame));
    source.give({ ms: 3000, amplitude: 3277 });
    stopListening();
    source.give({ ms: 500, amplitude: 3277 });
    expect(heard).toHaveLength(150);
    expect(told.levels().map(({ value, quality }) => [value, quality])).toEqual([
      [-20, 'good'],
      [-20, 'good'],
      [-20, 'good'],
      [-20, 'good'],
    ]);
    const times = told.levels().map(({ time }) => time);
    expect(times).toEqual([0, 1000, 2000, 3000]);
  });

  it('is truly off while muted: the source is stopped, no level is told and none can be read', async () => {
    const { microphone, source, told } = await started();
    source.give({ ms: 100, amplitude: 3277 });
    await microphone.invoke('mute');
    expect(source.running).toBe(false);
    expect(await microphone.read('muted')).toMatchObject({ value: true, quality: 'good' });
    await expect(microphone.read('level')).rejects.toMatchObject({ code: 'ALLO_E_MICROPHONE_MUTED' });
    expect(told.levels()).toHaveLength(1);

    await microphone.invoke('unmute');
    expect(source.running).toBe(true);
    expect(
      told.log.filter(([what]) => what === 'muted').map(([, reading]) => (reading as Reading).value),
    ).toEqual([false, true, false]);
  });

  it('starts off where it is configured muted', async () => {
    const { source } = await started({ muted: true });
    expect(source.starts).toBe(0);
  });

  it('ends as the last of quick switches says', async () => {
    const { microphone, source } = await started();
    await Promise.all([true, false, true, false, true].map((muted) => microphone.write('muted', muted)));
    expect(source.running).toBe(false);
    await Promise.all([false, true, false].map((muted) => microphone.write('muted', muted)));
    expect(source.running).toBe(true);
  });

  it('waits with the answer until there is a level', async () => {
    const { microphone, source } = await started();
    const level = microphone.read('level');
    source.give({ ms: 20, amplitude: 3277 });
    expect(await level).toMatchObject({ value: -20, quality: 'good' });
  });

  it('does not wait for ever: muting and stopping answer too', async () => {
    const { microphone } = await started();
    const whileMuting = expect(microphone.read('level')).rejects.toMatchObject({
      code: 'ALLO_E_MICROPHONE_MUTED',
    });
    await microphone.write('muted', true);
    await whileMuting;
    await microphone.write('muted', false);
    const whileStopping = expect(microphone.read('level')).rejects.toMatchObject({
      code: 'ALLO_E_DEVICE_STOPPED',
    });
    await microphone.stop();
    await whileStopping;
  });

  it('marks the level when the source fails, and recovers with it', async () => {
    const { source, told } = await started();
    source.give({ ms: 20, amplitude: 3277 });
    source.events?.fault(busy);
    expect(told.log.slice(-2)).toEqual([
      ['level', { value: -20, time: 0, quality: 'fault' }],
      ['fault', busy],
    ]);
    source.events?.recovered();
    source.give({ ms: 20, amplitude: 3277 });
    expect(told.log.slice(-2)).toEqual([
      ['recovered'],
      ['level', expect.objectContaining({ quality: 'good' })],
    ]);
  });

  it('knows since when sound has been due, but for while it is muted or known not to work', async () => {
    const { microphone, source } = await started();
    source.give({ ms: 100, amplitude: 3277 });
    expect(microphone.expectingSince).toBe(80);
    source.events?.fault(busy);
    expect(microphone.expectingSince).toBeUndefined();
    source.events?.recovered();
    expect(microphone.expectingSince).toBe(0);
    await microphone.invoke('mute');
    expect(microphone.expectingSince).toBeUndefined();
  });

  it('has no value to show where the first thing to happen is a fault', async () => {
    const { microphone, source } = await started();
    source.events?.fault(busy);
    expect(await microphone.read('level')).toMatchObject({ value: null, quality: 'fault' });
  });

  it('shows that a place gave it no track, behind whatever else is wrong', async () => {
    const { microphone, source, told } = await started();
    microphone.setTrackFault('the place has no audio');
    source.events?.fault(busy);
    source.events?.recovered();
    microphone.setTrackFault('the place has no audio');
    microphone.setTrackFault(undefined);
    const faults = told.log.filter(([what]) => what === 'fault' || what === 'recovered');
    const noTrack = ['fault', { code: 'ALLO_E_MICROPHONE_TRACK', reason: 'the place has no audio' }];
    expect(faults).toEqual([noTrack, ['fault', busy], noTrack, ['recovered']]);
  });

  it('forgets a fault of the device when it is muted', async () => {
    const { microphone, source, told } = await started();
    source.events?.fault(busy);
    await microphone.write('muted', true);
    expect(told.log.at(-1)).toEqual(['recovered']);
  });

  it('tells nothing after it was stopped', async () => {
    const { microphone, source, told } = await started();
    await microphone.stop();
    await microphone.stop();
    expect(source.running).toBe(false);
    const before = told.log.length;
    microphone.setTrackFault('none');
    expect(told.log.length).toBe(before);
  });

  it.each([
    [(microphone: Microphone) => microphone.write('muted', 1), 'ALLO_E_DEVICE_VALUE'],
    [(microphone: Microphone) => microphone.write('level', -3), 'ALLO_E_DEVICE_PROPERTY'],
    [(microphone: Microphone) => microphone.write('gain', 1), 'ALLO_E_DEVICE_PROPERTY'],
    [(microphone: Microphone) => microphone.read('gain'), 'ALLO_E_DEVICE_PROPERTY'],
    [(microphone: Microphone) => microphone.invoke('record'), 'ALLO_E_DEVICE_ACTION'],
  ])('refuses what it cannot do: %s', async (request, code) => {
    const { microphone } = await started();
    await expect(request(microphone)).rejects.toMatchObject({ code });
  });
});

/** A source that gives what a test tells it to. */
class HandFedSource implements PcmSource {
  readonly simulated = false;
  readonly counters = { frames: 0, dropped: 0, overruns: 0, opened: 0 };
  events: PcmSourceEvents | undefined;
  starts = 0;
  #now = 0;

  get running(): boolean {
    return this.events !== undefined;
  }

  start(events: PcmSourceEvents): void {
    if (this.events) throw new Error('started twice');
    this.starts++;
    this.events = events;
  }

  async stop(): Promise<void> {
    this.events = undefined;
    await Promise.resolve();
  }

  give({ ms, amplitude }: { ms: number; amplitude: number }): void {
    for (const end = this.#now + ms; this.#now < end; this.#now += 20) {
      this.events?.frame({ samples: new Int16Array(960).fill(amplitude), time: this.#now });
    }
  }
}

async function started({ muted = false } = {}) {
  const source = new HandFedSource();
  const microphone = new Microphone({ title: 'Microphone', muted }, source, new VirtualTime());
  const log: [string, unknown?][] = [];
  const told = {
    log,
    levels: () => log.filter(([what]) => what === 'level').map(([, reading]) => reading as Reading),
  };
  await microphone.start({
    reading: (property, reading) => log.push([property, reading]),
    fault: (fault) => log.push(['fault', fault]),
    recovered: () => log.push(['recovered']),
  });
  return { microphone, source, told };
}
