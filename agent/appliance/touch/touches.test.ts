import { beforeEach, describe, expect, it } from 'vitest';
import { lamp, thermometer } from '../../../test/support/scripted-thing.ts';
import { VirtualTime } from '../../time/virtual-time.ts';
import type { Json } from '../../wire/json.ts';
import type { Touch } from '../panel/touch.ts';
import { Property } from '../property.ts';
import { mostWaiting, Touches } from './touches.ts';

const finger = [0, 1.5, 0.5];
const hit = [0, 1.4, 0];
const nobody = { pointed: false, pressed: false };

let time: VirtualTime;
let touches: Touches;
let told: [key: string, touch: Touch][];

beforeEach(() => {
  time = new VirtualTime(1_000);
  told = [];
  const things = [lamp('light', () => time.now()), thermometer('board', () => time.now())];
  touches = new Touches({
    properties: things.map((thing) => new Property(thing, thing.properties[0]!)),
    time,
    shown: { touched: (key, touch) => told.push([key, touch]) },
  });
});

const hear = (to: string | undefined, ...body: Json[]) => touches.hear({ from: 'hand', to, body });

describe('what visors say of where they point', () => {
  it('is told once, however often they say it', async () => {
    for (let frame = 0; frame < 900; frame++) {
      expect(hear('light.on', 'point', finger, hit)).toBe(true);
      await time.advance(11);
    }
    expect(told).toEqual([['light.on', { pointed: true, pressed: false }]]);
    expect(time.pending).toBe(1);
    expect(hear('light.on', 'point-exit')).toBe(true);
    expect(told.at(-1)).toEqual(['light.on', nobody]);
  });

  it('ends where they fall silent', async () => {
    hear('light.on', 'point', finger, hit);
    await time.advance(1_900);
    hear('light.on', 'point', finger, hit);
    await time.advance(1_999);
    expect(told).toHaveLength(1);
    await time.advance(2);
    expect(told.at(-1)).toEqual(['light.on', nobody]);
    expect(time.pending).toBe(0);
  });

  it('ends with the entity that points, and with the row', () => {
    hear('light.on', 'point', finger, hit);
    touches.gone('somebody');
    touches.gone('hand');
    hear('light.on', 'point', finger, hit);
    touches.rowGone('board.temperature');
    touches.rowGone('light.on');
    hear('light.on', 'point', finger, hit);
    touches.rowGone('avatar');
    expect(told.map(([, { pointed }]) => pointed)).toEqual([true, false, true, false, true, false]);
  });

  it('may be said to the avatar, which has to be told of which row', () => {
    expect(hear('avatar', 'point', 'light.on', finger, hit)).toBe(true);
    expect(hear('avatar', 'point-exit', 'light.on')).toBe(true);
    expect(hear('avatar', 'point', finger, hit)).toBe(false);
    expect(told).toHaveLength(2);
  });

  it('is nothing to a row that cannot be poked', () => {
    expect(hear('board.temperature', 'point', finger, hit)).toBe(true);
    expect(told).toEqual([]);
    expect(time.pending).toBe(0);
  });

  it.each([
    ['a point without a place', 'light.on', ['point']],
    ['a point that is none', 'light.on', ['point', [1, 2], [3, 4, 'x']]],
    ['something else', 'light.on', ['lick']],
    ['a row that is not there', 'light.off', ['point', finger, hit]],
    ['an entity that is not known', undefined, ['point', finger, hit]],
    ['nothing', 'light.on', []],
  ])('is not understood where it is %s', (_, to, body) => {
    expect(hear(to, ...body)).toBe(false);
    expect(told).toEqual([]);
  });

  it('is understood, and of no consequence, where it is about who looks at or moves what', () => {
    expect(hear('light.on', 'grabbing', true)).toBe(true);
    expect(hear('avatar', 'defocus')).toBe(true);
    expect(told).toEqual([]);
  });
});

describe('pressing', () => {
  it('shows, and says what to do when it is over', () => {
    touches.press('light.on', 'ann');
    touches.press('light.on', 'bob');
    expect(touches.release('light.on', 'ann')).toBe('act');
    expect(touches.release('light.on', 'bob')).toBe('act');
    expect(told.map(([, { pressed }]) => pressed)).toEqual([true, false]);
  });

  it('and letting go somewhere else does nothing', () => {
    hear('light.on', 'point', finger, hit);
    touches.press('light.on', 'hand');
    hear('light.on', 'point-exit');
    expect(touches.release('light.on', 'hand')).toBe('left');
    expect(told.at(-1)).toEqual(['light.on', nobody]);
  });

  it('cannot be done to what is not there', () => {
    touches.press('light.off', 'ann');
    expect(touches.release('light.off', 'ann')).toBe('unpressed');
    expect(told).toEqual([]);
  });
});

describe('a refusal', () => {
  it('is shown for three seconds', async () => {
    touches.refused('board.temperature', 'it cannot be switched');
    await time.advance(2_999);
    expect(told).toEqual([['board.temperature', { ...nobody, refusal: 'it cannot be switched' }]]);
    await time.advance(1);
    expect(told.at(-1)).toEqual(['board.temperature', nobody]);
  });

  it('leaves no timer behind where the appliance stops', () => {
    touches.refused('light.on', 'locked');
    touches.stop();
    touches.refused('light.on', 'it is stopping');
    expect(told).toHaveLength(1);
    expect(time.pending).toBe(0);
  });
});

describe('what is done at a row', () => {
  it('waits its turn, and is refused where hardware hangs and enough waits already', async () => {
    const done: number[] = [];
    let comeBack = () => {};
    const hanging = touches.inTurn('light.on', () => new Promise<void>((resolve) => (comeBack = resolve)));
    const waiting = Array.from({ length: mostWaiting }, (_, n) =>
      touches.inTurn('light.on', async () => void done.push(n)),
    );
    await expect(touches.inTurn('light.on', async () => void done.push(-1))).rejects.toMatchObject({
      code: 'ALLO_E_POKE_BUSY',
      message: 'light.on is busy: 8 pokes wait for its hardware already',
    });
    await touches.inTurn('board.temperature', async () => void done.push(100));
    expect(done).toEqual([100]);

    comeBack();
    await Promise.all([hanging, ...waiting]);
    expect(done).toEqual([100, 0, 1, 2, 3, 4, 5, 6, 7]);
    await touches.inTurn('light.on', async () => void done.push(8));
    expect(done.at(-1)).toBe(8);
  });

  it('fails alone', async () => {
    const failing = touches.inTurn('light.on', () => Promise.reject(new Error('the wire is cut')));
    const next = touches.inTurn('light.on', async () => 'switched');
    await expect(failing).rejects.toThrow('the wire is cut');
    expect(await next).toBe('switched');
  });
});
