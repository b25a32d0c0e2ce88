import { describe, expect, it } from 'vitest';
import { aplay } from './aplay.ts';

describe('what aplay says on standard error', () => {
  it.each([
    ['aplay: main:831: audio open error: Device or resource busy', 'busy'],
    ['aplay: main:831: audio open error: No such file or directory', 'missing'],
    ['aplay: main:831: audio open error: Connection refused', 'missing'],
    ['aplay: main:831: audio open error: Permission denied', 'permission'],
    ['aplay: set_params:1358: Channels count non available', 'format'],
    ['Warning: rate is not accurate (requested = 48000Hz, got = 44100Hz)', 'format'],
    ['aplay: pcm_write:2127: write error: Input/output error', 'lost'],
    ['aplay: pcm_write:2127: write error: No such device', 'lost'],
    ['aplay: xrun:1700: read/write error, state = DISCONNECTED', 'lost'],
  ])('%s: %s', (line, trouble) => {
    expect(aplay.read(line)).toMatchObject({ kind: 'failure', trouble });
  });

  it('tells how many samples the device took', () => {
    const line = 'Max peak (960 samples): 0x00007fcc #################### 99%';
    expect(aplay.read(line)).toEqual({ kind: 'taken', samples: 960 });
  });

  it('tells in what pieces it takes them', () => {
    expect(aplay.read('period_size  : 1024')).toEqual({ kind: 'period', samples: 1024 });
  });

  it('tells an underrun', () => {
    expect(aplay.read('underrun!!! (at least 12.345 ms long)')).toEqual({ kind: 'xrun' });
  });

  it.each([
    "Playing raw data 'stdin' : Signed 16 bit Little Endian, Rate 48000 Hz, Mono",
    'period_time  : 20000',
    'buffer_size  : 3840',
    'Suspended. Trying resume. ',
  ])('passes over: %s', (line) => {
    expect(aplay.read(line)).toBeUndefined();
  });
});
