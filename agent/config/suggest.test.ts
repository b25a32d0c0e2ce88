import { describe, expect, it } from 'vitest';
import { suggest } from './suggest.ts';

const known = ['place', 'display_name', 'avatar', 'microphone', 'things', 'access', 'log'];

describe('suggest', () => {
  it.each([
    ['acess', 'access'],
    ['micorphone', 'microphone'],
    ['thing', 'things'],
    ['displayName', 'display_name'],
    ['display-name', 'display_name'],
    ['LOG', 'log'],
    ['placement', 'place'],
  ])('%s was meant to be %s', (word, meant) => expect(suggest(word, known)).toBe(meant));

  it.each(['colour', 'x', '', 'logistics', 'a'.repeat(100_000)])(
    'says nothing where nothing is near',
    (word) => expect(suggest(word, known)).toBeUndefined(),
  );

  it('takes the nearest of several', () =>
    expect(suggest('chop', ['chip_name', 'chip', 'shop_x'])).toBe('chip'));
});
