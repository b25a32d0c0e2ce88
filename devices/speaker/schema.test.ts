import { describe, expect, it } from 'vitest';
import { speakerSchema } from './schema.ts';

describe('the speaker section of the configuration', () => {
  it('needs nothing: everything has a default', () => {
    expect(speakerSchema.parse({})).toEqual({
      title: 'Speaker',
      device: 'default',
      backend: 'auto',
      play: 'near',
      within: 5,
      volume: 80,
      muted: false,
    });
  });

  it.each([
    { volume: 101 },
    { volume: 0.5 },
    { within: 0 },
    { play: '' },
    { device: 'hw:0' },
    { loudness: 3 },
  ])('refuses %o', (config) => {
    expect(speakerSchema.safeParse(config).success).toBe(false);
  });
});
