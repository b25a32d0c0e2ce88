import { describe, expect, it } from 'vitest';
import { Mixer } from './mixer.ts';

const constant = (value: number, length = 960) => new Int16Array(length).fill(value);

describe('Mixer', () => {
  it('gives nothing where nothing was added, and everything once', () => {
    const mixer = new Mixer(960);
    expect(mixer.take()).toBeUndefined();
    mixer.add(constant(100), 1, 1);
    expect(mixer.take()).toEqual(constant(100));
    expect(mixer.take()).toBeUndefined();
  });

  it('leaves a single voice of usual loudness as it is, and adds several', () => {
    const mixer = new Mixer(960);
    mixer.add(constant(-12_000), 1, 1);
    mixer.add(constant(5000), 1, 1);
    expect(mixer.take()).toEqual(constant(-7000));
  });

  it('fades from one loudness to another without a step', () => {
    const mixer = new Mixer(960);
    mixer.add(constant(9600), 0, 1);
    const mixed = mixer.take()!;
    for (let n = 1; n < 960; n++) expect(mixed[n]! - mixed[n - 1]!).toBe(10);
  });

  it('bends what is too loud together, never beyond full scale and never upside down', () => {
    const mixer = new Mixer(4);
    for (let voice = 0; voice < 4; voice++) mixer.add(Int16Array.of(8000, 30_000, -30_000, -32_768), 1, 1);
    const [moderate, loud, negative, extreme] = mixer.take()!;
    expect(moderate).toBeGreaterThan(23_000);
    expect(moderate).toBeLessThan(32_000);
    expect(loud).toBeGreaterThan(moderate!);
    expect(loud).toBeLessThanOrEqual(32_767);
    expect(negative).toBe(-loud!);
    expect(extreme).toBeGreaterThanOrEqual(-32_767);
  });
});
