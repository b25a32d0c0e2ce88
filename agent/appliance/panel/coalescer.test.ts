import { beforeEach, describe, expect, it } from 'vitest';
import { VirtualTime } from '../../time/virtual-time.ts';
import { Coalescer, changesASecond, keptForTouches, quietEvery, rowChangesASecond } from './coalescer.ts';

let time: VirtualTime;
let sent: { part: string; at: number }[];
let differs: boolean;
let coalescer: Coalescer;

beforeEach(() => {
  time = new VirtualTime(1_000_000);
  sent = [];
  differs = true;
  coalescer = new Coalescer({
    time,
    send: (part) => {
      if (differs) sent.push({ part, at: time.now() });
      return differs;
    },
  });
});

/** The most that were sent within any second. */
function mostInASecond(parts = sent): number {
  return Math.max(
    0,
    ...parts.map(({ at }) => parts.filter((other) => other.at >= at && other.at < at + 1_000).length),
  );
}

const partsOf = (row: string) => sent.filter(({ part }) => part.startsWith(`${row}/`));

async function everyRowForAWhile(rows: number, every: number): Promise<void> {
  for (let at = 0; at < 20_000; at += every) {
    for (let row = 0; row < rows; row++) coalescer.want(`${row}/value`, String(row), 'look');
    await time.advance(every);
  }
}

describe('changes that people see', () => {
  it('go out at once, and those of one moment as one', async () => {
    for (let n = 0; n < 5; n++) coalescer.want('lamp', 'lamp', 'look');
    await time.advance(50);
    expect(sent).toHaveLength(1);
  });

  it('are at most two a second for a row, whatever parts of it they are of', async () => {
    for (let n = 0; n < 80; n++) {
      for (const part of ['plate', 'note', 'value']) coalescer.want(`0/${part}`, '0', 'look');
      await time.advance(250);
    }
    expect(mostInASecond()).toBe(rowChangesASecond);
    expect(new Set(sent.map(({ part }) => part)).size).toBe(3);
  });

  it('are less than ten a second in all, so that touches always have room', async () => {
    await everyRowForAWhile(60, 250);
    expect(mostInASecond()).toBe(changesASecond - keptForTouches);
  });

  it('take turns: no row is sent twice before every other that waits was sent', async () => {
    await everyRowForAWhile(60, 250);
    const counts = Array.from({ length: 60 }, (_, row) => partsOf(String(row)).length);
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
    expect(Math.min(...counts)).toBe(2);
  });

  it('cost nothing where it is by then as it was', async () => {
    differs = false;
    await everyRowForAWhile(60, 250);
    differs = true;
    for (let n = 0; n < 7; n++) coalescer.want(`${n}/value`, String(n), 'look');
    await time.advance(50);
    expect(sent).toHaveLength(7);
  });
});

describe('touches', () => {
  it('go ahead of everything that waits', async () => {
    for (let row = 0; row < 60; row++) coalescer.want(`${row}/value`, String(row), 'look');
    await time.advance(50);
    coalescer.want('lamp/plate', 'lamp', 'touch');
    const before = time.now();
    await time.advance(100);
    expect(partsOf('lamp')[0]!.at - before).toBeLessThan(30);
  });

  it('stay within ten a second together with all others', async () => {
    for (let n = 0; n < 40; n++) {
      for (let row = 0; row < 30; row++) {
        coalescer.want(`${row}/value`, String(row), 'look');
        coalescer.want(`${row}/plate`, String(row), 'touch');
      }
      await time.advance(250);
    }
    expect(mostInASecond()).toBe(changesASecond);
  });

  it('make what waits of the same part urgent', async () => {
    for (let row = 0; row < 60; row++) coalescer.want(`${row}/value`, String(row), 'look');
    coalescer.want('59/value', '59', 'touch');
    await time.advance(50);
    expect(sent[0]).toMatchObject({ part: '59/value' });
  });
});

describe('changes that nobody sees', () => {
  it('go out every ten seconds, and then as they are by then', async () => {
    for (let n = 0; n < 110; n++) {
      coalescer.want('0/row', '0', 'quiet');
      await time.advance(500);
    }
    expect(sent.length).toBe(5);
    expect(sent[1]!.at - sent[0]!.at).toBeGreaterThanOrEqual(quietEvery);
  });

  it('go at once with what people see', async () => {
    coalescer.want('0/row', '0', 'quiet');
    coalescer.want('0/row', '0', 'look');
    await time.advance(50);
    expect(sent).toHaveLength(1);
  });
});

it('sends nothing, and waits for nothing, once it is stopped', async () => {
  coalescer.want('lamp', 'lamp', 'look');
  coalescer.stop();
  await time.advance(60_000);
  expect(sent).toEqual([]);
  expect(time.pending).toBe(0);
});
