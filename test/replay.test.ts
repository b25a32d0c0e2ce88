import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Appliance } from '../agent/appliance/appliance.ts';
import type { PlaceSession } from '../agent/place/session.ts';
import type { VirtualTime } from '../agent/time/virtual-time.ts';
import { isObject, type Json, type JsonObject } from '../agent/wire/json.ts';
import { GardenStage } from './support/garden-stage.ts';
import { type ScriptedThing, thermometer } from './support/scripted-thing.ts';

/** What observers missed, and how they are told, in virtual time: an appliance with a thermometer in a real place. */
let stage: GardenStage;
let time: VirtualTime;
let board: ScriptedThing;
let appliance: Appliance;
let sessions: PlaceSession[];

beforeEach(async () => {
  stage = new GardenStage();
  ({ time } = stage);
  board = thermometer('board', () => time.now());
  sessions = [];
  await stage.open();
  appliance = new Appliance({
    session: sessionOf('Greenhouse'),
    things: [board],
    access: { write: 'anyone' },
    time,
    log: { info: () => {}, warn: () => {} },
    placeUrl: 'alloplace://garden',
  });
  await appliance.start();
  await time.advance(1_000);
});

afterEach(async () => {
  const stopped = Promise.all([appliance.stop(), ...sessions.map((session) => session.stop())]);
  await time.advance(5_000);
  await stopped;
});

function sessionOf(displayName: string): PlaceSession {
  const session = stage.session(displayName);
  sessions.push(session);
  return session;
}

class Guest {
  readonly session = sessionOf('Ann');
  readonly told: (JsonObject & { at: number })[] = [];

  static async arrive(): Promise<Guest> {
    const guest = new Guest();
    guest.session.onOneWay(({ body: [name, reading] }) => {
      if (name === 'reading' && isObject(reading)) guest.told.push({ ...reading, at: time.now() });
    });
    guest.session.start();
    await time.advance(2_000);
    return guest;
  }

  async ask(...body: [string, ...Json[]]): Promise<readonly Json[]> {
    const entity = [...this.session.world.entities.values()].find(({ components }) => components.property);
    const answer = this.session.request(entity!.id, body);
    await time.advance(100);
    return answer;
  }

  get seqs(): Json[] {
    return this.told.map(({ seq }) => seq!);
  }
}

async function say(count: number, every = 1_000): Promise<void> {
  for (let i = 0; i < count; i++) {
    board.say('temperature', i);
    await time.advance(every);
  }
}

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

describe('an observer', () => {
  it('is told what there was since a moment, oldest first and marked, and then what comes', async () => {
    await say(10);
    const ann = await Guest.arrive();
    const now = ann.session.clock.placeTime(time.now())!;
    expect(await ann.ask('observe_property', { from: now - 7.5 })).toEqual(['observe_property', 'ok']);
    await time.advance(1_000);
    await say(2);
    expect(ann.seqs).toEqual(range(6, 12));
    expect(ann.told.map(({ replayed }) => replayed === true)).toEqual([...Array(5).fill(true), false, false]);
    const times = ann.told.map((reading) => reading.time as number);
    for (const [index, each] of times.slice(1, 5).entries()) expect(each - times[index]!).toBeCloseTo(1, 1);
  });

  it('is told only what comes where it asks for no more', async () => {
    await say(3);
    const ann = await Guest.arrive();
    await ann.ask('observe_property');
    await say(1);
    expect(ann.seqs).toEqual([4]);
    expect(ann.told[0]).not.toHaveProperty('replayed');
  });

  it('that went and came back as another entity is told what it missed, and nothing twice', async () => {
    const ann = await Guest.arrive();
    await ann.ask('observe_property');
    await say(5);
    const left = ann.session.stop();
    await time.advance(500);
    await left;
    await say(20);
    const again = await Guest.arrive();
    await again.ask('observe_property', { after_seq: ann.seqs.at(-1)! });
    await say(3);
    expect([...ann.seqs, ...again.seqs]).toEqual(range(1, 28));
  });

  it('is told what was taken while the place was away, with the time of the new place', async () => {
    const ann = await Guest.arrive();
    await ann.ask('observe_property');
    await say(2);
    stage.kill();
    await say(60, 60_000);
    const returned = time.now();
    await stage.open(returned);
    await time.advance(60_000);
    await ann.ask('observe_property', { after_seq: 2 });
    await time.advance(2_000);
    expect(ann.seqs).toEqual(range(1, 62));
    const first = ann.told[2]!;
    expect(first).toMatchObject({ replayed: true });
    // An hour before the new place began.
    expect(first.time).toBeCloseTo(-3_600, 0);
    const [, , past] = await ann.ask('property_history', { from: -3_700, to: -3_500 });
    expect((past as { readings: Json[] }).readings).toHaveLength(4);
  });

  it('that is still there when the appliance comes back is told what it missed without asking', async () => {
    const ann = await Guest.arrive();
    await ann.ask('observe_property');
    await say(2);
    stage.link('Greenhouse').close(1000);
    await time.advance(10);
    for (let i = 0; i < 50; i++) board.say('temperature', i, time.now() - 40_000 + i);
    await time.advance(20_000);
    await say(3);
    await time.advance(2_000);
    expect(ann.seqs).toEqual(range(1, 55));
  });

  it('gets no more than a hundred a second of the past, and nothing new out of order meanwhile', async () => {
    await say(1_000, 10);
    const ann = await Guest.arrive();
    await ann.ask('observe_property', { after_seq: 0 });
    await say(150, 100);
    await time.advance(500);
    expect(ann.seqs).toEqual(range(1, 1_150));
    const perSecond = new Map<number, number>();
    for (const { at } of ann.told) {
      const second = Math.floor(at / 1_000);
      perSecond.set(second, (perSecond.get(second) ?? 0) + 1);
    }
    expect(Math.max(...perSecond.values())).toBeLessThanOrEqual(110);
  });

  it('that names a number which was not given yet missed nothing', async () => {
    await say(3);
    const ann = await Guest.arrive();
    await ann.ask('observe_property', { after_seq: 1_000 });
    await say(2);
    expect(ann.seqs).toEqual([4, 5]);
  });

  it('that leaves amid it is not told the rest', async () => {
    await say(500, 10);
    const ann = await Guest.arrive();
    await ann.ask('observe_property', { after_seq: 0 });
    await time.advance(1_000);
    await ann.ask('unobserve_property');
    const { length } = ann.told;
    await say(20, 100);
    expect(ann.told.length - length).toBeLessThanOrEqual(100);
    expect(ann.seqs).toEqual(range(1, ann.told.length));
  });

  it.each([[{ from: 1, after_seq: 2 }], [{ from: 'noon' }], [{ after_seq: 1.5 }], ['yesterday'], [{}]])(
    'is refused where it asks for %j',
    async (options) => {
      const ann = await Guest.arrive();
      expect(await ann.ask('observe_property', options as Json)).toEqual([
        'observe_property',
        'failed',
        'observe_property takes an object with after_seq, a whole number, or from, a time',
      ]);
    },
  );
});
