import { describe, expect, it } from 'vitest';
import { LevelMeter } from './level.ts';

describe('LevelMeter', () => {
  it.each([
    { signal: 'a square wave at full scale', sample: () => -32_768, dbfs: 0 },
    {
      signal: 'a sine at full scale',
      sample: (n: number) => 32_767 * Math.sin((2 * Math.PI * n) / 48),
      dbfs: -3,
    },
    { signal: 'a tenth of full scale', sample: () => 3277, dbfs: -20 },
    { signal: 'digital silence', sample: () => 0, dbfs: -96 },
  ])('reads $dbfs dBFS for $signal', ({ sample, dbfs }) => {
    const meter = new LevelMeter();
    for (let n = 0; n < 50; n++) meter.add(Int16Array.from({ length: 960 }, (_, index) => sample(index)));
    expect(meter.take()).toBe(dbfs);
  });

  it('tells only of what came since it was last asked', () => {
    const meter = new LevelMeter();
    meter.add(new Int16Array(960).fill(10_000));
    meter.take();
    meter.add(new Int16Array(960).fill(3277));
    expect(meter.take()).toBe(-20);
    expect(meter.take()).toBe(-96);
  });
});
