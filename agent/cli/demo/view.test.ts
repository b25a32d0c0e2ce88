import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { drawScene, type Scene, sparkline } from './view.ts';

const scene: Scene = {
  place: 'alloplace://127.0.0.1:21337',
  status: 'joined',
  clock: { offset: -0.0042, bound: 0.21, roundTrip: 0.4 },
  rows: [
    {
      title: 'lamp.on',
      value: true,
      unit: undefined,
      quality: 'good',
      note: 'simulated',
      key: '1',
      curve: [],
    },
    {
      title: 'soil.moisture',
      value: 41.04,
      unit: '%',
      quality: 'stale',
      note: '',
      key: undefined,
      curve: [1, 2, 3],
    },
  ],
  audio: { source: 'a melody', packets: 50, dbfs: -30 },
  news: ['visitor joined'],
  secondsLeft: undefined,
};

const text = (changes: Partial<Scene> = {}) =>
  drawScene({ ...scene, ...changes })
    .map(stripVTControlCharacters)
    .join('\n');

describe("the demo's screen", () => {
  it('shows connection, clock with its bound, values, curves, level, news and keys', () => {
    expect(text()).toContain('alloplace://127.0.0.1:21337   joined');
    expect(text()).toContain('clock offset −0.004 ms ± 0.210 ms   round trip 0.40 ms');
    expect(text()).toMatch(/● lamp\.on +on .*\[1\] simulated/);
    expect(text()).toMatch(/soil\.moisture +41\.0 % \(stale\) +▁▅█/);
    expect(text()).toContain(`${'█'.repeat(12)}${'░'.repeat(12)}  -30.0 dBFS`);
    expect(text()).toContain('visitor joined');
    expect(text()).toContain('1 lamp.on · q ends');
  });

  it('says so while the clock is not known, and when nothing is heard', () => {
    expect(text({ clock: undefined })).toContain('clock: waiting for the first answer');
    expect(text({ audio: { ...scene.audio, dbfs: undefined } })).toContain('░  silent');
  });

  it('counts down where it ends by itself', () => {
    expect(text({ secondsLeft: 3.2 })).toContain('q ends, else in 4 s');
  });
});

describe('a sparkline', () => {
  it('scales numbers to their own range, and draws a flat one where they are all the same', () => {
    expect(sparkline([0, 50, 100])).toBe('▁▅█');
    expect(sparkline([7, 7, 7])).toBe('▁▁▁');
  });
});
