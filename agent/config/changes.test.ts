import { describe, expect, it } from 'vitest';
import { changedKeys, keeping } from './changes.ts';

describe('changedKeys', () => {
  const before = {
    log: { level: 'info' },
    avatar: { position: [0, 1, 2] },
    things: [
      { id: 'door', line: 'GPIO27' },
      { id: 'lamp', line: 'GPIO17', max_on: 1 },
    ],
  };

  it.each([
    ['nothing', {}, []],
    ['a key of a section', { log: { level: 'debug' } }, ['log.level']],
    ['a new section', { microphone: { muted: true } }, ['microphone']],
    ['a list of plain values, as one', { avatar: { position: [0, 1, 3] } }, ['avatar.position']],
    ['a removed section', { log: undefined }, ['log']],
    [
      'keys of things, by id',
      { things: [{ id: 'lamp', line: 'GPIO4' }, before.things[0]] },
      ['things.lamp.line', 'things.lamp.max_on'],
    ],
    [
      'things that came and went',
      { things: [before.things[0], { id: 'fan' }] },
      ['things.lamp', 'things.fan'],
    ],
    ['the last thing', { things: [] }, ['things.door', 'things.lamp']],
  ])('%s', (_, change, expected) => expect(changedKeys(before, { ...before, ...change })).toEqual(expected));
});

describe('keeping', () => {
  const before = {
    log: { level: 'info' },
    microphone: { muted: true },
    things: [
      { id: 'door', line: 'GPIO27', poke: 'nobody' },
      { id: 'lamp', line: 'GPIO17' },
    ],
  };

  it.each<[string, typeof before, string[], unknown]>([
    ['nothing', { ...before, log: { level: 'debug' } }, [], { ...before, log: { level: 'debug' } }],
    ['a key', { ...before, log: { level: 'debug' } }, ['log.level'], before],
    [
      'a removed section',
      { log: before.log, things: before.things } as typeof before,
      ['microphone'],
      before,
    ],
    [
      'a key of a thing, and takes another',
      { ...before, things: [{ id: 'door', line: 'GPIO4', poke: 'anyone' }, before.things[1]!] },
      ['things.door.line'],
      { ...before, things: [{ id: 'door', line: 'GPIO27', poke: 'anyone' }, before.things[1]!] },
    ],
    [
      'things that came and went',
      { ...before, things: [before.things[1]!, { id: 'fan', line: 'GPIO5' }] },
      ['things.door', 'things.fan'],
      before,
    ],
  ])('%s', (_, after, keys, expected) => expect(keeping(before, after, keys)).toEqual(expected));
});
