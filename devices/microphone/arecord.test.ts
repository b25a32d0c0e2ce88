import { describe, expect, it } from 'vitest';
import { arecord } from './arecord.ts';

describe('what arecord says on standard error', () => {
  it.each([
    ['arecord: main:831: audio open error: Device or resource busy', 'ALLO_E_MICROPHONE_BUSY'],
    ['arecord: main:831: audio open error: No such file or directory', 'ALLO_E_MICROPHONE_MISSING'],
    ['arecord: main:831: audio open error: No such device', 'ALLO_E_MICROPHONE_MISSING'],
    ['arecord: main:831: audio open error: Connection refused', 'ALLO_E_MICROPHONE_MISSING'],
    ['arecord: main:831: audio open error: Permission denied', 'ALLO_E_MICROPHONE_PERMISSION'],
    ['arecord: main:831: audio open error: Protocol error', 'ALLO_E_MICROPHONE_LOST'],
    ['arecord: set_params:1358: Channels count non available', 'ALLO_E_MICROPHONE_FORMAT'],
    ['arecord: set_params:1352: Sample format non available', 'ALLO_E_MICROPHONE_FORMAT'],
    ['Warning: rate is not accurate (requested = 48000Hz, got = 44100Hz)', 'ALLO_E_MICROPHONE_FORMAT'],
    ['arecord: pcm_read:2221: read error: Input/output error', 'ALLO_E_MICROPHONE_LOST'],
    ['arecord: pcm_read:2221: read error: No such device', 'ALLO_E_MICROPHONE_LOST'],
    ['arecord: xrun:1700: read/write error, state = DISCONNECTED', 'ALLO_E_MICROPHONE_LOST'],
  ])('%s: %s', (line, code) => {
    expect(arecord.read(line)).toMatchObject({ kind: 'failure', code });
  });

  it('tells an overrun', () => {
    expect(arecord.read('overrun!!! (at least 12.345 ms long)')).toEqual({ kind: 'overrun' });
  });

  it.each([
    "Recording raw data 'stdin' : Signed 16 bit Little Endian, Rate 48000 Hz, Mono",
    'ALSA lib confmisc.c:855:(parse_card) cannot find card',
    'Suspended. Trying resume. ',
  ])('passes over: %s', (line) => {
    expect(arecord.read(line)).toBeUndefined();
  });
});
