import { describe, expect, it } from 'vitest';
import { duration, formatDuration, name, titleOf } from './schema.ts';

describe('a duration', () => {
  it.each([
    ['20ms', 20],
    ['1.5s', 1_500],
    ['10m', 600_000],
    ['2h', 7_200_000],
    ['1d', 86_400_000],
  ])('%s is %i ms', (text, ms) => {
    expect(duration().parse(text)).toBe(ms);
  });

  it.each([20, '20', 'ms', '-1s', '1 s', '1h30m', '1.s', '2H'])('is not %j', (value) => {
    expect(duration().safeParse(value).error?.issues[0]?.message).toBe(
      'a duration with its unit, such as 20ms, 1.5s, 10m, 2h',
    );
  });

  it.each([
    ['5ms', { min: 10 }, 'a duration of at least 10ms'],
    ['2m', { max: 60_000 }, 'a duration between 0ms and 1m'],
    ['9ms', { min: 10, max: 5_400_000 }, 'a duration between 10ms and 90m'],
  ])('%s out of range says what to write', (text, range, message) => {
    expect(duration(range).safeParse(text).error?.issues[0]?.message).toBe(message);
  });

  it.each([0, 1, 1_500, 60_000, 86_400_000, 90_000])('of %i ms reads back as what it was', (ms) => {
    expect(duration().parse(formatDuration(ms))).toBe(ms);
  });
});

describe('the name of a thing', () => {
  it.each(['a', 'grow_light', 'gpio17'])('may be %s', (text) => {
    expect(name.safeParse(text).success).toBe(true);
  });

  it.each(['', 'Door', '17gpio', '_x', 'a-b', 'a.b', 'x'.repeat(64)])('is not %j', (text) => {
    expect(name.safeParse(text).success).toBe(false);
  });

  it('makes a title of its words', () => {
    expect(titleOf('grow_light')).toBe('Grow light');
  });
});
