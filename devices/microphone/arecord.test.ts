import { describe, expect, it } from 'vitest';
import { arecord } from './arecord.ts';

describe('what arecord says on standard error', () => {
  it.each([
    ['arecord: main:831: audio open error: Device or resource busy', 'busy'],
    ['arecord: main:831: audio open error: No such file or directory', 'missing'],
    ['arecord: main:831: audio open error: No such device', 'missing'],
    ['arecord: main:831: audio open error: Connection refused', 'missing'],
    ['arecord: main:831: audio open error: Permission denied', 'permission'],
    ['arecord: main:831: audio open error: Protocol error', 'lost'],
    ['arecord: set_params:1358: Channels count non available', 'format'],
    ['arecord: set_params:1352: Sample format non available', 'format'],
    ['Warning: rate is not accurate (requested = 48000Hz, got = 44100Hz)', 'format'],
    ['arecord: pcm_read:2221: read error: Input/output error', 'lost'],
    ['arecord: pcm_read:2221: read error: No such device', 'lost'],
    ['arecord: xrun:1700: read/write error, state = DISCONNECTED', 'lost'],
  ])('%s: %s', (line, trouble) => {
    expect(arecord.read(line)).toMatchObject({ kind: 'failure', trouble });
  });

  it('tells an overrun', () => {
    expect(arecord.read('overrun!!! (at least 12.345 ms long)')).toEqual({ kind: 'xrun' });
  });

  it.each([
    "Recording raw data 'stdin' : Signed 16 bit Little Endian, Rate 48000 Hz, Mono",
    'ALSA lib confmisc.c:855:(parse_card) cannot find card',
    'Suspended. Trying resume. ',
  ])('passes over: %s', (line) => {
    expect(arecord.read(line)).toBeUndefined();
  });
});
