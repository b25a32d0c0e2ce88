import { describe, expect, it } from 'vitest';
import { changedKeys } from './changes.ts';

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
