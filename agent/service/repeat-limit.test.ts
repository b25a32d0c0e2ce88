import { describe, expect, it } from 'vitest';
import { VirtualTime } from '../time/virtual-time.ts';
import { RepeatLimit } from './repeat-limit.ts';

function setup() {
  const time = new VirtualTime();
  const limit = new RepeatLimit(time, 60_000);
  const printed: string[] = [];
  const offer = (kind: string, text: string) =>
    limit.offer(kind, (suppressed) => printed.push(`${time.now() / 1e3}s ${text} +${suppressed}`));
  return { time, limit, printed, offer };
}

describe('RepeatLimit', () => {
  it('prints the first at once, and the newest of the rest at the end of the minute with their number', async () => {
    const { time, printed, offer } = setup();
    for (let n = 0; n < 30; n++) {
      offer('busy', `try ${n}`);
      await time.advance(1_000);
    }
    await time.advance(120_000);
    expect(printed).toEqual(['0s try 0 +0', '60s try 29 +28']);
  });

  it('prints no more than once a minute, for as long as it lasts', async () => {
    const { time, printed, offer } = setup();
    for (let n = 0; n < 600; n++) {
      offer('busy', `try ${n}`);
      await time.advance(1_000);
    }
    expect(printed).toHaveLength(10 + 1);
  });

  it('knows each kind by itself', () => {
    const { printed, offer } = setup();
    offer('busy soil', 'a');
    offer('busy door', 'b');
    offer('busy soil', 'c');
    expect(printed).toEqual(['0s a +0', '0s b +0']);
  });

  it('prints at once again after a quiet minute, and sets no timer for what never repeats', async () => {
    const { time, printed, offer } = setup();
    offer('busy', 'a');
    expect(time.pending).toBe(0);
    await time.advance(60_000);
    offer('busy', 'b');
    expect(printed).toEqual(['0s a +0', '60s b +0']);
  });

  it('prints what was kept back when it ends', () => {
    const { time, limit, printed, offer } = setup();
    offer('busy', 'a');
    offer('busy', 'b');
    limit.flush();
    expect(printed).toEqual(['0s a +0', '0s b +0']);
    expect(time.pending).toBe(0);
  });
});
