import { beforeEach, describe, expect, it } from 'vitest';
import { lamp, type ScriptedThing, thermometer } from '../../../test/support/scripted-thing.ts';
import type { Json } from '../../wire/json.ts';
import { Access } from '../access.ts';
import type { Following } from '../history/history.ts';
import { MemoryHistory } from '../history/memory-history.ts';
import { Observers } from '../observers.ts';
import type { Touch } from '../panel/touch.ts';
import { Property } from '../property.ts';
import { mostWaiting, Touches } from '../touch/touches.ts';
import { type Answer, RequestDesk } from './desk.ts';
import type { RequestContext, ServedProperty } from './request.ts';

/** Place time runs 100 s ahead of the local clock in these tests. */
const ahead = 100;

describe('requests to the appliance', () => {
  let now: number;
  let light: ScriptedThing;
  let board: ScriptedThing;
  let access: Access;
  let refused: (readonly Json[])[];
  /** Who is to be told what it missed. */
  let replayed: [entity: string, wanted: Following][];
  let served: Map<string, ServedProperty>;
  /** What the rows were told to show. */
  let shown: [key: string, touch: Touch][];
  let touches: Touches;
  let desk: RequestDesk;

  beforeEach(() => {
    now = 1_000;
    light = lamp('grow_light', () => now);
    board = thermometer('board', () => now);
    access = new Access({ write: 'anyone' });
    refused = [];
    replayed = [];
    served = new Map();
    const history = new MemoryHistory();
    for (const thing of [light, board]) {
      const property = new Property(thing, thing.properties[0]!);
      const one = { property, observers: new Observers() };
      served.set(property.key, one);
      void thing.start({
        reading: (_, reading) =>
          history.add(property.key, property.take(reading, history.nextSeq(property.key))),
        fault: () => {},
        recovered: () => {},
      });
    }
    light.say('on', false);
    board.say('temperature', 21.5);
    shown = [];
    touches = new Touches({
      properties: [...served.values()].map(({ property }) => property),
      time: { now: () => now, after: () => () => {} },
      shown: { touched: (key, touch) => shown.push([key, touch]) },
    });
    const context: RequestContext = {
      things: new Map([light, board].map((thing) => [thing.id, thing])),
      properties: served,
      history,
      replays: { start: (_, entity, wanted) => replayed.push([entity, wanted]) },
      outputs: { command: ({ thing, description }, value) => thing.write(description.name, value) },
      touches,
      now: () => now,
      stamp: (ms) => ({ time: ms / 1e3 + ahead }),
      toPlaceTime: (ms) => ms / 1e3 + ahead,
      fromPlaceTime: (seconds) => (seconds - ahead) * 1e3,
      exists: () => undefined,
      mayCommand: ({ from: sender, proof }, wanted) =>
        void access.check({ ...wanted, entity: 'greenhouse', sender, proof }, now),
      refused: (_call, what) => refused.push(what),
      nonce: (sender) => access.nonce(sender, now),
      access,
      hrefOf: (key) => `alloplace://garden#${key}`,
    };
    desk = new RequestDesk(context);
  });

  const ask = (to: string, ...body: Json[]): Promise<Answer> => desk.answer({ from: 'ann', to, body });
  const reasonOf = ([, , reason]: Answer) => reason;

  describe('read_property', () => {
    it('answers with value, unit, time of the place and quality', async () => {
      expect(await ask('board.temperature', 'read_property')).toEqual([
        'read_property',
        'ok',
        { value: 21.5, unit: '°C', time: 101, quality: 'good' },
      ]);
    });

    it('may be sent to the avatar with the property named first', async () => {
      expect(await ask('avatar', 'read_property', 'grow_light.on')).toMatchObject([
        'read_property',
        'ok',
        { value: false },
      ]);
    });

    it('lists what there is when the name is wrong', async () => {
      const answer = await ask('avatar', 'read_property', 'grow_light.of');
      expect(answer.slice(0, 2)).toEqual(['read_property', 'failed']);
      expect(reasonOf(answer)).toContain('grow_light.on, board.temperature');
    });
  });

  describe('write_property', () => {
    it('answers with the reading once the hardware has taken it', async () => {
      expect(await ask('grow_light.on', 'write_property', true)).toMatchObject([
        'write_property',
        'ok',
        { value: true },
      ]);
      expect(light.written).toEqual([true]);
    });

    it.each([
      ['a wrong type', 'grow_light.on', ['yes'], 'true or false'],
      ['no value', 'grow_light.on', [], 'needs a value'],
      ['a property that is only read', 'board.temperature', [20], 'cannot be written'],
    ])('refuses %s, says why, and switches nothing', async (_, to, args, why) => {
      const answer = await ask(to, 'write_property', ...args);
      expect(answer[1]).toBe('failed');
      expect(reasonOf(answer)).toContain(why);
      expect(light.written).toEqual([]);
    });

    it("passes on the hardware's own reason", async () => {
      light.refusal = 'GPIO17 is in use by "fan-control"';
      expect(await ask('grow_light.on', 'write_property', true)).toEqual([
        'write_property',
        'failed',
        light.refusal,
      ]);
    });

    it('refuses everybody where access says nobody', async () => {
      access.policy = { write: 'nobody' };
      expect(reasonOf(await ask('grow_light.on', 'write_property', true))).toContain('watched, not switched');
    });

    it('takes 20 commands a second from one sender and refuses the rest', async () => {
      const answers = await Promise.all(
        Array.from({ length: 30 }, () => ask('grow_light.on', 'write_property', true)),
      );
      expect(answers.filter(([, outcome]) => outcome === 'ok')).toHaveLength(20);
      expect(reasonOf(answers.at(-1)!)).toContain('at most 20 a second');
      expect(light.written).toHaveLength(20);
    });
  });

  describe('poke', () => {
    const lastShown = () => shown.at(-1);
    const point = (from = 'ann') =>
      touches.hear({ from, to: 'grow_light.on', body: ['point', [0, 1, 1], [0, 1, 0]] });

    it('toggles a writable boolean on release, not on press', async () => {
      for (const written of [[true], [true, false]]) {
        expect(await ask('grow_light.on', 'poke', true)).toEqual(['poke', 'ok']);
        expect(light.written).toHaveLength(written.length - 1);
        expect(lastShown()).toEqual(['grow_light.on', { pointed: false, pressed: true }]);
        expect(await ask('grow_light.on', 'poke', false)).toEqual(['poke', 'ok']);
        expect(light.written).toEqual(written);
      }
      expect(refused).toEqual([]);
    });

    it('does nothing where who pressed has pointed elsewhere by the release, and that is well', async () => {
      point();
      await ask('grow_light.on', 'poke', true);
      touches.hear({ from: 'ann', to: 'grow_light.on', body: ['point-exit'] });
      expect(await ask('grow_light.on', 'poke', false)).toEqual(['poke', 'ok']);
      expect(light.written).toEqual([]);
      expect(refused).toEqual([]);
    });

    it('of two people at once switches twice, however slow the hardware is', async () => {
      const hands = ['ann', 'bob'];
      const poke = (from: string, pressed: boolean) =>
        desk.answer({ from, to: 'grow_light.on', body: ['poke', pressed] });
      for (const hand of hands) point(hand);
      await Promise.all(hands.map((hand) => poke(hand, true)));
      const answers = await Promise.all(hands.map((hand) => poke(hand, false)));
      expect(answers).toEqual([
        ['poke', 'ok'],
        ['poke', 'ok'],
      ]);
      expect(light.written).toEqual([true, false]);
    });

    it('shows on the row and tells who poked why it was refused', async () => {
      access.policy = { write: 'anyone', poke: 'nobody' };
      await ask('grow_light.on', 'poke', true);
      const [, outcome, reason] = await ask('grow_light.on', 'poke', false);
      expect(outcome).toBe('failed');
      expect(lastShown()).toEqual(['grow_light.on', { pointed: false, pressed: false, refusal: reason }]);

      access.policy = { write: 'anyone' };
      light.refusal = 'GPIO17 is in use by "fan-control"';
      await ask('grow_light.on', 'poke', true);
      expect(await ask('grow_light.on', 'poke', false)).toEqual(['poke', 'failed', light.refusal]);
      expect(lastShown()?.[1].refusal).toBe(light.refusal);
      expect(refused).toHaveLength(2);
    });

    it('goes on after one that failed', async () => {
      light.refusal = 'the wire is cut';
      await ask('grow_light.on', 'poke', true);
      await ask('grow_light.on', 'poke', false);
      light.refusal = undefined;
      await ask('grow_light.on', 'poke', true);
      expect(await ask('grow_light.on', 'poke', false)).toEqual(['poke', 'ok']);
      expect(light.written).toEqual([true]);
    });

    it('does not queue up where the hardware hangs: it is refused, and the row says why', async () => {
      const write = light.write.bind(light);
      let comeBack = () => {};
      light.write = (property, value) =>
        new Promise((resolve) => (comeBack = () => resolve(write(property, value))));
      const poke = async (hand: number): Promise<Answer> => {
        const say = (pressed: boolean) =>
          desk.answer({ from: `hand ${hand}`, to: 'grow_light.on', body: ['poke', pressed] });
        await say(true);
        return say(false);
      };
      const answers = Array.from({ length: 1 + mostWaiting }, (_, hand) => poke(hand));
      const refusal = await poke(answers.length);
      expect(refusal).toEqual(['poke', 'failed', expect.stringContaining('grow_light.on is busy')]);
      expect(lastShown()?.[1].refusal).toBe(reasonOf(refusal));
      expect(refused).toEqual([['poke', 'grow_light.on', false]]);

      light.write = write;
      comeBack();
      for (const answer of await Promise.all(answers)) expect(answer).toEqual(['poke', 'ok']);
      expect(light.written).toHaveLength(1 + mostWaiting);
    });

    it.each([
      ['grow_light.on', []],
      ['avatar', ['grow_light.on']],
    ])('sent to %s is let go of also where it is one request too many', async (to, named) => {
      await ask(to, 'poke', ...named, true);
      for (let n = 1; n < 100; n++) await ask('board.temperature', 'read_property');
      const [, outcome, reason] = await ask(to, 'poke', ...named, false);
      expect([outcome, reason]).toEqual(['failed', expect.stringContaining('too many requests')]);
      expect(lastShown()).toEqual(['grow_light.on', { pointed: false, pressed: false, refusal: reason }]);
      expect(light.written).toEqual([]);

      const told = shown.length;
      await ask(to, 'poke', ...named, false);
      await ask(to, 'poke', ...named, true);
      await ask(to, 'poke', 42);
      expect(shown).toHaveLength(told);
    });

    it('takes no release for a press', async () => {
      expect(reasonOf(await ask('grow_light.on', 'poke', false))).toContain('press it first');
      expect(light.written).toEqual([]);
      expect(shown).toEqual([]);
    });

    it('may be sent to the avatar with the property named first', async () => {
      expect(await ask('avatar', 'poke', 'grow_light.on', true)).toEqual(['poke', 'ok']);
      expect(await ask('avatar', 'poke', 'grow_light.on', false)).toEqual(['poke', 'ok']);
      expect(light.written).toEqual([true]);
    });

    it('says why where there is nothing to switch', async () => {
      for (const pressed of [true, false])
        expect(reasonOf(await ask('board.temperature', 'poke', pressed))).toContain('cannot be switched');
      expect(shown).toHaveLength(1);
      expect(lastShown()?.[1].refusal).toContain('cannot be switched');
      expect(reasonOf(await ask('avatar', 'poke', false))).toContain('names a property first');
      expect(reasonOf(await ask('grow_light.on', 'poke', 1))).toContain('true (pressed) or false');
    });
  });

  describe('focus', () => {
    it('is granted, as visors ask for it with the first poke', async () => {
      expect(await ask('grow_light.on', 'focus')).toEqual(['focus', 'ok']);
    });
  });

  describe('observe_property and unobserve_property', () => {
    it('add the sender to the observers and take it away again', async () => {
      expect(await ask('grow_light.on', 'observe_property')).toEqual(['observe_property', 'ok']);
      expect(served.get('grow_light.on')!.observers.present(now, () => undefined)).toEqual(['ann']);
      expect(await ask('grow_light.on', 'unobserve_property')).toEqual(['unobserve_property', 'ok']);
      expect(served.get('grow_light.on')!.observers.size).toBe(0);
    });
  });

  describe('observe_property with what was missed', () => {
    it('has the sender told what followed a number, or a moment of the place', async () => {
      await ask('board.temperature', 'observe_property', { after_seq: 7 });
      await ask('avatar', 'observe_property', 'board.temperature', { from: 102.5 });
      expect(replayed).toEqual([
        ['ann', { afterSeq: 7 }],
        ['ann', { afterSeq: 0, from: 2_500 }],
      ]);
    });
  });

  describe('property_history', () => {
    it('answers with times of the place and values, within the span asked for', async () => {
      for (now of [2_000, 3_000, 4_000]) board.say('temperature', now / 1e3);
      expect(await ask('board.temperature', 'property_history', { from: 102, to: 103 })).toEqual([
        'property_history',
        'ok',
        {
          readings: [
            [102, 2],
            [103, 3],
          ],
          complete: true,
        },
      ]);
    });

    it('may leave everything out, and refuses what is not a number', async () => {
      expect(await ask('board.temperature', 'property_history')).toMatchObject([
        'property_history',
        'ok',
        { readings: [[101, 21.5]] },
      ]);
      expect(reasonOf(await ask('board.temperature', 'property_history', { from: 'noon' }))).toContain(
        'from must be a number',
      );
    });
  });

  describe('invoke_action', () => {
    it('invokes an action of a thing', async () => {
      expect(await ask('avatar', 'invoke_action', 'grow_light.blink')).toEqual(['invoke_action', 'ok']);
      expect(light.invoked).toEqual(['blink']);
    });

    it.each([['grow_light.explode'], ['grow_light.blink.twice'], ['nothing.blink'], ['blink'], [42]])(
      'refuses %s',
      async (name) => {
        expect((await ask('avatar', 'invoke_action', name))[1]).toBe('failed');
      },
    );
  });

  it('describe gives a Thing Description of each thing, with what may be done to each property', async () => {
    const [, outcome, descriptions] = await ask('avatar', 'describe');
    expect(outcome).toBe('ok');
    expect(descriptions).toMatchObject([
      {
        '@context': ['https://www.w3.org/2022/wot/td/v1.1', { allo: 'urn:allo-agent:vocabulary#' }],
        security: 'anyone',
        'allo:poke': 'anyone',
        title: 'grow_light',
        properties: {
          on: {
            type: 'boolean',
            readOnly: false,
            forms: [
              { href: 'alloplace://garden#grow_light.on' },
              { href: 'alloplace://garden#grow_light.on', op: 'writeproperty', security: 'anyone' },
            ],
          },
        },
        actions: { blink: { forms: [{ op: 'invokeaction', security: 'anyone' }] } },
      },
      { properties: { temperature: { type: 'number', unit: '°C', readOnly: true } } },
    ]);
  });

  it('answers 100 requests a second of one sender, and refuses the rest, so that none can drown the others', async () => {
    const answers = await Promise.all(
      Array.from({ length: 150 }, () => ask('board.temperature', 'read_property')),
    );
    expect(answers.filter(([, outcome]) => outcome === 'ok')).toHaveLength(100);
    expect(reasonOf(answers.at(-1)!)).toContain('too many requests');
    const other = await desk.answer({ from: 'bob', to: 'board.temperature', body: ['read_property'] });
    expect(other[1]).toBe('ok');
  });

  it.each([[['make_coffee']], [[42]], [[]]])('answers what it does not understand: %j', async (body) => {
    expect((await desk.answer({ from: 'ann', to: 'avatar', body }))[1]).toBe('failed');
  });
});
