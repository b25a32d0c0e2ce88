import { describe, expect, it } from 'vitest';
import { steps } from './checks.ts';
import { parseOptions } from './options.ts';

describe('the options', () => {
  it('run everything by default, with twenty power cuts and ten minutes', () => {
    expect(parseOptions([])).toMatchObject({ steps, cuts: 20, minutes: 10, keep: false, image: undefined });
  });

  it('choose steps, in the order in which they run', () => {
    expect(parseOptions(['--only', 'power', '--only', 'edge']).steps).toEqual(['edge', 'power']);
  });

  it('choose a machine', () => {
    expect(parseOptions(['--machine', 'raspi3b']).steps).toEqual(['board']);
    expect(parseOptions(['--machine', 'virt']).steps).not.toContain('board');
  });

  it.each([
    [['--only', 'fly'], /the steps are boot, /],
    [['--machine', 'pdp11'], /virt, raspi3b or both/],
    [['--cuts', 'many'], /whole number/],
    [['--what'], /--what/],
  ])('refuse %j', (args, complaint) => {
    expect(() => parseOptions(args)).toThrow(complaint);
  });
});
