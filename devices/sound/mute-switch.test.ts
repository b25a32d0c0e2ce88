import { beforeEach, describe, expect, it } from 'vitest';
import { VirtualTime } from '../../agent/time/virtual-time.ts';
import type { ThingEvents } from '../thing.ts';
import { Faults } from './faults.ts';
import { MuteSwitch } from './mute-switch.ts';

let time: VirtualTime;
let faults: Faults;
/** What was told, and what the device was told to do, in its order. */
let log: string[];
/** Has the device be off at last. */
let released: () => void;
let muteSwitch: MuteSwitch;

beforeEach(() => {
  time = new VirtualTime(1_000);
  faults = new Faults();
  log = [];
  released = () => undefined;
  muteSwitch = new MuteSwitch({
    thing: 'speaker',
    muted: false,
    time,
    faults,
    switched: {
      on: () => void log.push('on'),
      off: () => {
        log.push('off');
        return new Promise((resolve) => (released = resolve));
      },
      greet: () => void log.push('greet'),
    },
  });
});

const listener = (name: string): ThingEvents => ({
  reading: (property, { value }) => void log.push(`${name}: ${property} ${value}`),
  fault: ({ code }) => void log.push(`${name}: ${code}`),
  recovered: () => void log.push(`${name}: recovered`),
});

describe('the switch of a thing for sound', () => {
  it('tells who listens what holds before the device goes on', async () => {
    await muteSwitch.start(listener('ann'));
    expect(log).toEqual(['ann: muted false', 'greet', 'on']);
    expect(muteSwitch.isOn).toBe(true);
  });

  it('ends as the last of quick writes says, and never goes on before it is off', async () => {
    await muteSwitch.start(listener('ann'));
    log = [];
    const writes = [true, false, true, false].map((muted) => muteSwitch.write(muted));
    await time.advance(0);
    expect(muteSwitch.muted.value).toBe(false);
    await Promise.all(writes);
    expect(log.filter((entry) => !entry.startsWith('ann'))).toEqual([]);

    const muting = muteSwitch.write(true);
    await time.advance(0);
    const unmuting = muteSwitch.write(false);
    await time.advance(0);
    expect(log.filter((entry) => !entry.startsWith('ann'))).toEqual(['off']);
    released();
    await Promise.all([muting, unmuting]);
    expect(log.at(-1)).toBe('on');
    expect(muteSwitch.isOn).toBe(true);
  });

  it('is off once it is stopped, and tells whoever listens next all anew', async () => {
    await muteSwitch.start(listener('ann'));
    faults.setDevice({ code: 'ALLO_E_SPEAKER_BUSY', reason: 'it is busy' });
    const stopping = muteSwitch.stop();
    await time.advance(0);
    released();
    await stopping;
    expect(muteSwitch.isOn).toBe(false);
    log = [];
    await muteSwitch.start(listener('bob'));
    expect(log).toEqual(['bob: muted false', 'greet', 'bob: ALLO_E_SPEAKER_BUSY', 'on']);
  });

  it('refuses what it does not know, and everything while it does not run', async () => {
    await expect(muteSwitch.invoke('mute')).rejects.toMatchObject({ code: 'ALLO_E_DEVICE_STOPPED' });
    await muteSwitch.start(listener('ann'));
    await expect(muteSwitch.invoke('whisper')).rejects.toMatchObject({
      code: 'ALLO_E_DEVICE_ACTION',
      message: 'speaker has no action whisper',
    });
    await expect(muteSwitch.write('yes')).rejects.toMatchObject({ code: 'ALLO_E_DEVICE_VALUE' });
    const muting = muteSwitch.invoke('mute');
    await time.advance(0);
    released();
    await muting;
    expect(muteSwitch.isOn).toBe(false);
  });
});
