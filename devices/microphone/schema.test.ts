import { describe, expect, it } from 'vitest';
import { microphoneSchema } from './schema.ts';

describe('the microphone section of the configuration', () => {
  it('needs nothing: everything has a default', () => {
    expect(microphoneSchema.parse({})).toMatchObject({
      device: 'default',
      backend: 'auto',
      bitrate: 24_000,
      frame_ms: 20,
      complexity: 5,
      muted: false,
    });
  });

  it.each([
    'default',
    'pulse',
    'hw:CARD=Device,DEV=0',
    'plughw:Device',
    'plughw:CARD=8ch',
    "plug:'hw:CARD=Device'",
    'sysdefault:CARD=U0x46d0x825',
  ])('takes the PCM %s', (device) => {
    expect(microphoneSchema.parse({ device }).device).toBe(device);
  });

  it.each(['hw:0', 'plughw:1,0', 'hw:CARD=2,DEV=0', "plug:'hw:0,0'", 'sysdefault:CARD=1', 'dsnoop:0'])(
    'refuses %s, which names a card by its index, and says what to write instead',
    (device) => {
      const { error } = microphoneSchema.safeParse({ device });
      expect(error?.issues[0]?.message).toMatch(/^write the card's id instead of its index/);
      expect(error?.issues[0]?.message).toContain('plughw:CARD=Device');
    },
  );

  it.each([
    { device: '' },
    { device: '-D' },
    { frame_ms: 40 },
    { bitrate: 5000 },
    { complexity: 11 },
    { gain: 3 },
  ])('refuses %j', (config) => {
    expect(microphoneSchema.safeParse(config).success).toBe(false);
  });
});
