import { beforeEach, describe, expect, it } from 'vitest';
import { JitterBuffer, type Next } from './jitter-buffer.ts';

/** Packets of 20 ms and 10 ms. */
const long = Uint8Array.of(31 << 3, 1, 2);
const short = Uint8Array.of(30 << 3, 1, 2);

let buffer: JitterBuffer;
let dueMs: number;

beforeEach(() => {
  buffer = new JitterBuffer();
  dueMs = 0;
});

/** Plays until `untilMs`: what was played when. Silence is asked about every 5 ms. */
function play(untilMs: number): (Next & { at: number })[] {
  const played: (Next & { at: number })[] = [];
  while (dueMs < untilMs) {
    const next = buffer.next(dueMs);
    if (next.kind !== 'silence') played.push({ ...next, at: dueMs });
    dueMs += next.kind === 'silence' ? 5 : next.ms;
    if (next.kind === 'packet') dueMs += next.lostMs;
  }
  return played;
}

/** Packets `from` to `to` of a stream, each 20 ms after the one before, and what is played meanwhile. */
function stream(from: number, to: number, lost: readonly number[] = []): (Next & { at: number })[] {
  const played: (Next & { at: number })[] = [];
  for (let n = from; n < to; n++) {
    played.push(...play(n * 20));
    if (!lost.includes(n)) buffer.push(long, n * 20);
  }
  return played;
}

const kinds = (played: readonly Next[]) => played.map(({ kind }) => kind);

describe('a stream', () => {
  it('is played 60 ms after it arrived, at first', () => {
    const played = stream(0, 20);
    expect(played[0]).toMatchObject({ kind: 'packet', at: 60, lostMs: 0 });
    expect(new Set(kinds(played))).toEqual(new Set(['packet']));
    expect(buffer.lagMs).toBe(60);
    expect(buffer.depthMs).toBe(80);
  });

  it('need not wait so long where packets arrive evenly', () => {
    stream(0, 1_000);
    expect(buffer.targetMs).toBe(20);
  });

  it('may consist of packets of any length', () => {
    buffer.push(long, 0);
    buffer.push(short, 20);
    buffer.push(Uint8Array.of((31 << 3) | 3, 3, 0), 30);
    expect(play(150).map(({ ms }: { ms?: number }) => ms)).toEqual([20, 10, 60]);
  });

  it('is fading after 80 ms without packets, and then silent', () => {
    stream(0, 10);
    const played = play(1_000);
    const made = played.filter((next) => next.kind === 'conceal');
    expect(made.map(({ ms }) => ms)).toEqual([10, 10, 10, 10, 10, 10, 10, 10]);
    expect(made.map(({ last }) => last).indexOf(true)).toBe(7);
    expect(buffer.active).toBe(false);
  });

  it('begins anew after a pause, with nothing made up for that', () => {
    stream(0, 10);
    play(5_003);
    dueMs = 5_003;
    for (let n = 0; n < 3; n++) buffer.push(long, 5_003 + n);
    expect(play(5_100)[0]).toMatchObject({ kind: 'packet', lostMs: 0 });
  });

  it('refuses what is no packet', () => {
    expect(buffer.push(new Uint8Array(0), 0)).toBe(false);
    expect(buffer.active).toBe(false);
  });
});

describe('a packet that does not arrive', () => {
  it('was lost if those after it keep their distance: they are played no earlier for it', () => {
    const played = stream(0, 30, [15, 20, 21]);
    const withLoss = played.flatMap((next) => (next.kind === 'packet' && next.lostMs > 0 ? [next] : []));
    expect(withLoss.map(({ lostMs }) => lostMs)).toEqual([20, 40]);
    expect(kinds(played)).not.toContain('conceal');
    expect(buffer.lagMs).toBe(60);
  });

  it('was late if one of those after it arrives in time', () => {
    const before = stream(0, 15);
    play(15 * 20 + 45);
    for (const late of [45, 46, 47]) buffer.push(long, 15 * 20 + late);
    buffer.push(long, 18 * 20);
    const played = [...before, ...play(18 * 20 + 60)];
    for (const next of played) if (next.kind === 'packet') expect(next.lostMs).toBe(0);
    expect(kinds(played)).not.toContain('conceal');
  });

  it('is made up for if it is missing when it is due, and only once', () => {
    const before = stream(0, 15, [10, 11, 12, 13]);
    const after = play(500);
    const madeUp = [...before, ...after].reduce(
      (sum, next) => sum + (next.kind === 'conceal' ? next.ms : next.kind === 'packet' ? next.lostMs : 0),
      0,
    );
    // Four packets of 20 ms, and the end of the stream.
    expect(madeUp).toBe(80 + 80);
  });
});

describe('too much at once', () => {
  it('is not kept beyond a second', () => {
    for (let n = 0; n < 10_000; n++) buffer.push(long, 0);
    expect(buffer.depthMs).toBe(1_000);
    expect(buffer.dropped).toBe(9_950);
  });

  it('is not caught up with by playing, if it is hopeless', () => {
    stream(0, 20);
    play(1_000);
    for (let n = 0; n < 50; n++) buffer.push(long, 1_000);
    play(1_040);
    expect(buffer.dropped).toBeGreaterThan(30);
    expect(buffer.lagMs).toBeLessThan(100);
  });

  it('is kept to 200 packets, however short', () => {
    for (let n = 0; n < 1_000; n++) buffer.push(Uint8Array.of(28 << 3), 0);
    expect(buffer.depthMs).toBe(500);
  });
});

it('waits longer for who asks long before it plays', () => {
  stream(0, 1_000);
  const before = buffer.targetMs;
  buffer.push(long, dueMs);
  buffer.next(dueMs + 80, dueMs);
  expect(buffer.targetMs).toBe(before + 80);
});
