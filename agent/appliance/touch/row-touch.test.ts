import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { mostHands, pointingLasts, pressLasts, RowTouch, refusalLasts } from './row-touch.ts';

const nobody = { pointed: false, pressed: false };
const hovered = { pointed: true, pressed: false };
const held = { pointed: true, pressed: true };

let row: RowTouch;

beforeEach(() => {
  row = new RowTouch();
});

describe('a row that is pointed at', () => {
  it('is highlighted until the last hand has pointed elsewhere', () => {
    row.point('left', 0);
    row.point('right', 1);
    row.exit('left');
    expect(row.touch).toEqual(hovered);
    row.exit('right');
    expect(row.touch).toEqual(nobody);
  });

  it('is highlighted for two seconds after the last word of a hand that fell silent', () => {
    row.point('right', 0);
    row.point('right', 500);
    expect(row.deadline).toBe(500 + pointingLasts);
    row.expire(499 + pointingLasts);
    expect(row.touch).toEqual(hovered);
    row.expire(500 + pointingLasts);
    expect(row.touch).toEqual(nobody);
    expect(row.deadline).toBeUndefined();
  });

  it('lets go of a hand that left the world', () => {
    row.point('right', 0);
    row.press('right', 1);
    row.gone('right');
    expect(row.touch).toEqual(nobody);
    expect(row.release('right', 2)).toBe('unpressed');
  });
});

describe('a press', () => {
  it('acts when it is let go of where it was pressed', () => {
    row.point('right', 0);
    row.press('right', 1);
    expect(row.touch).toEqual(held);
    expect(row.release('right', 300)).toBe('act');
    expect(row.touch).toEqual(hovered);
  });

  it('does not act once its hand has pointed elsewhere', () => {
    row.point('right', 0);
    row.press('right', 1);
    row.exit('right');
    expect(row.touch).toEqual(nobody);
    expect(row.release('right', 300)).toBe('left');
  });

  it('acts again where the hand came back to it', () => {
    row.point('right', 0);
    row.press('right', 1);
    row.exit('right');
    row.point('right', 200);
    expect(row.touch).toEqual(held);
    expect(row.release('right', 300)).toBe('act');
  });

  it('does not act where the hand fell silent over it', () => {
    row.point('right', 0);
    row.press('right', 1);
    expect(row.release('right', 1 + pointingLasts)).toBe('left');
  });

  it('acts for who never points, as programs do', () => {
    row.press('program', 0);
    expect(row.touch).toEqual({ pointed: false, pressed: true });
    expect(row.release('program', pressLasts - 1)).toBe('act');
    expect(row.deadline).toBeUndefined();
  });

  it('of one hand is not let go of by another, and two hands press at once', () => {
    row.press('ann', 0);
    expect(row.release('bob', 1)).toBe('unpressed');
    row.press('bob', 2);
    expect(row.release('ann', 3)).toBe('act');
    expect(row.touch.pressed).toBe(true);
    expect(row.release('bob', 4)).toBe('act');
    expect(row.touch).toEqual(nobody);
  });

  it('is let go of once, and pressed twice is pressed once', () => {
    row.press('ann', 0);
    row.press('ann', 1);
    expect(row.release('ann', 2)).toBe('act');
    expect(row.release('ann', 3)).toBe('unpressed');
  });

  it('is forgotten half a minute after the last word of it', () => {
    row.press('program', 0);
    row.point('right', 0);
    row.press('right', 0);
    row.exit('right');
    row.expire(pressLasts);
    expect(row.touch).toEqual(nobody);
    expect(row.release('program', pressLasts)).toBe('unpressed');
    expect(row.release('right', pressLasts)).toBe('unpressed');
  });
});

describe('a refusal', () => {
  it('is shown for three seconds, the newest for itself', () => {
    row.refuse('locked', 0);
    row.refuse('too soon', 1_000);
    expect(row.touch).toEqual({ ...nobody, refusal: 'too soon' });
    row.expire(999 + refusalLasts);
    expect(row.touch.refusal).toBe('too soon');
    row.expire(1_000 + refusalLasts);
    expect(row.touch).toEqual(nobody);
  });
});

describe('a row in a crowd', () => {
  it('remembers so many hands, and forgets first who was silent longest and holds nothing down', () => {
    row.press('ann', 0);
    for (let hand = 0; hand < 10 * mostHands; hand++) row.point(`hand ${hand}`, hand);
    expect(row.release('ann', 400)).toBe('act');
    for (let hand = 0; hand < 10 * mostHands; hand++) row.exit(`hand ${hand}`);
    expect(row.touch).toEqual(nobody);
  });

  it('remembers no more of those who press, either', () => {
    for (let hand = 0; hand <= mostHands; hand++) row.press(`hand ${hand}`, hand);
    expect(row.release('hand 0', 100)).toBe('unpressed');
    expect(row.release('hand 1', 100)).toBe('act');
  });

  it('belongs to nobody once it is gone', () => {
    row.point('right', 0);
    row.press('program', 0);
    row.refuse('locked', 0);
    row.clear();
    expect(row.touch).toEqual(nobody);
    expect(row.deadline).toBeUndefined();
  });
});

describe('whatever hands do', () => {
  const hand = fc.constantFrom('ann', 'bob', 'program');
  const event = fc.record({
    what: fc.constantFrom('point', 'exit', 'press', 'release', 'gone', 'refuse', 'expire'),
    hand,
    after: fc.integer({ min: 0, max: 2_500 }),
  });

  it('nothing acts that was not down, what is over is never due, and in the end the row is as it was', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), (events) => {
        const busy = new RowTouch();
        let now = 0;
        let acted = 0;
        let pressed = 0;
        for (const { what, hand, after } of events) {
          now += after;
          busy.expire(now);
          expect(busy.deadline ?? Number.POSITIVE_INFINITY).toBeGreaterThan(now);
          const isDown = busy.touch.pressed;
          if (what === 'press') pressed++;
          if (what === 'release' && busy.release(hand, now) === 'act') {
            expect(isDown).toBe(true);
            acted++;
          } else if (what === 'exit' || what === 'gone') busy[what](hand);
          else if (what === 'point' || what === 'press') busy[what](hand, now);
          else if (what === 'refuse') busy.refuse(hand, now);
        }
        expect(acted).toBeLessThanOrEqual(pressed);
        busy.expire(now + pressLasts);
        busy.expire(now + pressLasts + pointingLasts);
        expect(busy.touch).toEqual(nobody);
        expect(busy.deadline).toBeUndefined();
      }),
      { numRuns: 2_000 },
    );
  });
});
