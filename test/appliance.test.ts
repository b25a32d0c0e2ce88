import { createSecretKey } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Appliance } from '../agent/appliance/appliance.ts';
import { prove } from '../agent/keys/proof.ts';
import type { PlaceSession } from '../agent/place/session.ts';
import type { VirtualTime } from '../agent/time/virtual-time.ts';
import { isObject, type Json, type JsonObject } from '../agent/wire/json.ts';
import { GardenStage } from './support/garden-stage.ts';
import { lamp, type ScriptedThing, thermometer } from './support/scripted-thing.ts';

/**
 * The appliance in a real place, from a visitor's side. Visitor and appliance are sessions over one network, all
 * in virtual time; a place is killed as with SIGKILL and opened again with another clock.
 */
let stage: GardenStage;
let time: VirtualTime;
let light: ScriptedThing;
let board: ScriptedThing;
let appliance: Appliance;
let visitor: PlaceSession;
let log: string[];
/** Readings the visitor was told of as an observer. */
let told: JsonObject[];

beforeEach(async () => {
  stage = new GardenStage();
  ({ time } = stage);
  log = [];
  told = [];
  light = lamp('grow_light', () => time.now(), { onDisconnect: 'off', onStop: 'off', maxOn: 3_600_000 });
  board = thermometer('board', () => time.now());
  await stage.open();
  appliance = new Appliance({
    session: stage.session('Greenhouse'),
    things: [light, board],
    access: { write: 'anyone' },
    time,
    log: {
      info: (fields, message) => log.push(`${message} ${(fields as { code?: string }).code ?? ''}`.trim()),
      warn: (fields, message) => log.push(`${message} ${(fields as { code?: string }).code}`),
    },
    placeUrl: 'alloplace://garden',
  });
  visitor = stage.session('Ann');
  visitor.onOneWay(({ body: [name, reading] }) => {
    if (name === 'reading' && isObject(reading)) told.push(reading);
  });
});

afterEach(async () => {
  const stopped = Promise.all([appliance.stop(), visitor.stop()]);
  await time.advance(5_000);
  await stopped;
});

async function enter(): Promise<void> {
  await appliance.start();
  visitor.start();
  await time.advance(2_000);
}

/** The entity of a property as the visitor sees it. */
function entityOf(thing: string): { id: string; components: JsonObject } {
  const found = [...visitor.world.entities.values()].find(
    ({ components: { property } }) => isObject(property) && property.thing === thing,
  );
  if (!found) throw new Error(`the visitor sees no entity of ${thing}`);
  return found;
}

/** Id of the appliance's own entity. */
function avatar(): string {
  const { relationships } = entityOf('grow_light').components;
  return isObject(relationships) ? String(relationships.parent) : '';
}

async function ask(thing: string, ...body: [string, ...Json[]]): Promise<readonly Json[]> {
  const answer = visitor.request(entityOf(thing).id, body);
  await time.advance(500);
  return answer;
}

describe('an appliance in a place', () => {
  it('has an entity for each property, on its avatar, with the property for programs and looks for people', async () => {
    await enter();
    board.say('temperature', 21.5);
    await time.advance(1_000);
    const { components } = entityOf('board');
    expect(components.property).toMatchObject({
      name: 'temperature',
      type: 'number',
      unit: '°C',
      writable: false,
      value: 21.5,
      quality: 'good',
    });
    expect(components.text).toMatchObject({ string: expect.stringContaining('21.5 °C') });
    expect(Object.keys(components)).toEqual(expect.arrayContaining(['transform', 'material', 'collider']));
    const { parent } = components.relationships as { parent: string };
    expect(visitor.world.entities.get(parent)?.components.text).toMatchObject({ string: 'Greenhouse' });
  });

  it('tells observers each reading, numbered without gaps, with the time it was taken in the place', async () => {
    await enter();
    await ask('board', 'observe_property');
    const taken: number[] = [];
    for (const value of [20, 21, 22]) {
      taken.push(visitor.clock.placeTime(time.now())!);
      board.say('temperature', value);
      await time.advance(1_000);
    }
    expect(told.map(({ value, seq }) => [value, seq])).toEqual([
      [20, 1],
      [21, 2],
      [22, 3],
    ]);
    for (const [index, { time: at }] of told.entries()) expect(at).toBeCloseTo(taken[index]!, 2);
    await ask('board', 'unobserve_property');
    board.say('temperature', 23);
    await time.advance(1_000);
    expect(told).toHaveLength(3);
  });

  it('publishes every reading to whoever subscribed, which needs no observing', async () => {
    await enter();
    const published: Json[] = [];
    visitor.onPublication(({ body }) => published.push(body[0]));
    const subscribed = visitor.request('place', ['subscribe', '["reading", R]']);
    await time.advance(500);
    expect((await subscribed)[0]).toBe('subscribe');
    board.say('temperature', 20);
    await time.advance(500);
    expect(published).toEqual(['reading']);
  });

  it('switches an output, answers when the hardware has it, and shows it', async () => {
    await enter();
    expect(await ask('grow_light', 'write_property', true)).toMatchObject([
      'write_property',
      'ok',
      { value: true },
    ]);
    expect(light.written).toEqual([true]);
    await time.advance(1_000);
    expect(entityOf('grow_light').components.property).toMatchObject({ value: true });
    expect(log).toContain('command accepted');
  });

  it('logs a refused command with its code', async () => {
    await enter();
    appliance.access.policy = { write: 'nobody' };
    expect((await ask('grow_light', 'write_property', true))[1]).toBe('failed');
    expect(log).toContain('command refused ALLO_E_WRITE_FORBIDDEN');
    expect(light.written).toEqual([]);
  });

  it('takes commands by key, refuses them while locked, until the moment it says, and takes them again', async () => {
    await enter();
    const key = { name: 'ann', secret: createSecretKey(Buffer.alloc(32, 1)) };
    appliance.access.policy = { write: 'key', keys: [key] };
    const entity = 'grow_light';
    const write = async (value: boolean) => {
      const [, , given] = await ask(entity, 'get_nonce');
      const nonce = isObject(given) ? String(given.nonce) : '';
      const command = { nonce, entity: avatar(), request: 'write_property', target: 'grow_light.on', value };
      return ask(entity, 'write_property', value, { ...prove(key.secret, command) });
    };
    expect(await write(true)).toMatchObject(['write_property', 'ok', { value: true }]);
    for (let n = 0; n < 20; n++) await ask(entity, 'write_property', false, { nonce: 'made up', proof: '' });
    const [, outcome, reason] = await write(false);
    expect(outcome).toBe('failed');
    expect(reason).toMatch(
      /^after 20 wrong proofs, control is locked for another \d+ s, until [\d.]+ by the place's clock$/,
    );
    expect(await ask(entity, 'read_property')).toMatchObject(['read_property', 'ok', { value: true }]);
    const until = Number(/until ([\d.]+) by/.exec(String(reason))![1]);
    await time.advance((until - visitor.clock.placeTime(time.now())!) * 1e3 + 100);
    expect(await write(false)).toMatchObject(['write_property', 'ok', { value: false }]);
    expect(light.written).toEqual([true, false]);
  });

  it('toggles when poked, as visors poke: pressed, then released', async () => {
    await enter();
    light.say('on', false);
    await ask('grow_light', 'poke', true);
    expect(await ask('grow_light', 'poke', false)).toEqual(['poke', 'ok']);
    expect(light.written).toEqual([true]);
  });

  it('keeps readings from before it knew the time of the place, and stamps them with when they were taken', async () => {
    await appliance.start();
    board.say('temperature', 19);
    const takenAt = time.now();
    await time.advance(3_000);
    visitor.start();
    await time.advance(2_000);
    const { property } = entityOf('board').components;
    const expected = visitor.clock.toPlaceTime(takenAt)!;
    expect(property).toMatchObject({ value: 19, time: expect.closeTo(expected, 2) });
  });

  it('reports a broken thing and its recovery, while the others go on', async () => {
    await enter();
    light.events!.fault({ code: 'ALLO_E_DEVICE_PROPERTY', reason: 'the line is gone' });
    light.events!.reading('on', { value: false, time: time.now(), quality: 'fault' });
    board.say('temperature', 20);
    await time.advance(1_000);
    expect(appliance.faults.get('grow_light')?.reason).toBe('the line is gone');
    expect(entityOf('grow_light').components.property).toMatchObject({ quality: 'fault' });
    expect(entityOf('board').components.property).toMatchObject({ quality: 'good' });
    light.events!.recovered();
    expect(appliance.faults.size).toBe(0);
  });
});

describe('when the place is lost', () => {
  it('applies on_disconnect at once, and drives no output when the place is back', async () => {
    await enter();
    await ask('grow_light', 'write_property', true);
    stage.kill();
    await time.advance(10_000);
    expect(light.written).toEqual([true, false]);
    await stage.open();
    await time.advance(40_000);
    expect(entityOf('grow_light').components.property).toMatchObject({ value: false });
    expect(light.written).toEqual([true, false]);
  });

  it('shows what changed while the place was away, however long that was', async () => {
    await enter();
    await ask('grow_light', 'write_property', true);
    stage.kill();
    await time.advance(600_000);
    await stage.open(time.now());
    await time.advance(60_000);
    expect(entityOf('grow_light').components.property).toMatchObject({ value: false });
  });

  it('has everything as before within 5 s of its return, stamped with the clock of the new place', async () => {
    await enter();
    board.say('temperature', 20);
    await time.advance(60_000);
    stage.kill();
    await time.advance(1_000);
    const returned = time.now();
    await stage.open(returned);
    // What the network needs to notice the loss comes first.
    await time.advance(stage.network.options.timeout + 3_000);
    board.say('temperature', 25);
    await time.advance(1_000);
    const { property } = entityOf('board').components;
    const sinceItsReturn = (time.now() - 1_000 - returned) / 1e3;
    expect(property).toMatchObject({ value: 25, time: expect.closeTo(sinceItsReturn, 2) });
  });

  it('goes on telling an observer that is still there', async () => {
    await enter();
    await ask('board', 'observe_property');
    const avatar = visitor.status.avatarId;
    const before = entityOf('board').id;
    stage.link('Greenhouse').close(1000);
    await time.advance(20_000);
    expect(visitor.status.avatarId).toBe(avatar);
    expect(entityOf('board').id).not.toBe(before);
    board.say('temperature', 30);
    await time.advance(1_000);
    expect(told.at(-1)).toMatchObject({ value: 30 });
  });
});

describe('when it stops', () => {
  it('brings outputs into their on_stop state and takes its entities out of the place at once', async () => {
    await enter();
    await ask('grow_light', 'write_property', true);
    const stopped = appliance.stop();
    await time.advance(200);
    await stopped;
    expect(light.written).toEqual([true, false]);
    expect(() => entityOf('grow_light')).toThrow();
    expect(() => entityOf('board')).toThrow();
  });

  it('leaves outputs as they are where they are to be kept', async () => {
    await enter();
    await ask('grow_light', 'write_property', true);
    const stopped = appliance.stop({ keepOutputs: true });
    await time.advance(200);
    await stopped;
    expect(light.written).toEqual([true]);
  });
});
