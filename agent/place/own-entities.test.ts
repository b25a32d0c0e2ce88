import { beforeEach, describe, expect, it } from 'vitest';
import { ScriptedPlace, setOf } from '../../test/support/scripted-place.ts';
import type { Json } from '../wire/json.ts';
import type { PlaceSession } from './session.ts';

let place: ScriptedPlace;
let session: PlaceSession;

beforeEach(async () => {
  place = new ScriptedPlace();
  await place.open();
  session = place.session();
});

async function join(): Promise<void> {
  session.start();
  await place.time.advance(100);
}

/** When each change of components of an entity was received, ms. */
function changesOf(id: string): number[] {
  return place.interactions
    .filter(({ body }) => body[0] === 'change_components' && body[1] === id)
    .map(({ at }) => at);
}

function text(string: string): { text: { string: string } } {
  return { text: { string } };
}

describe('our entities', () => {
  it('are spawned after joining, below the avatar, components loose', async () => {
    session.entities.declare('lamp', text('lamp'));
    await join();
    session.entities.declare('soil', { ...text('soil'), relationships: { role: 'sensor' } });
    await place.time.advance(10);
    expect(place.bodies('spawn_entity')).toEqual([
      ['spawn_entity', { ...text('lamp'), relationships: { parent: 'avatar-1' } }],
      ['spawn_entity', { ...text('soil'), relationships: { role: 'sensor', parent: 'avatar-1' } }],
    ]);
    expect(session.entities.id('lamp')).toBe('entity-2');
    expect(session.entities.key('entity-3')).toBe('soil');
    expect(session.entities.id('avatar')).toBe('avatar-1');
  });

  it('wait for the one they hang from', async () => {
    session.entities.declare('leaf', {}, { parent: 'branch' });
    session.entities.declare('branch', {}, { parent: 'trunk' });
    session.entities.declare('trunk', {});
    await join();
    const parents = place.bodies('spawn_entity').map((body) => body[1] as { relationships: Json });
    expect(parents.map(({ relationships }) => relationships)).toEqual([
      { parent: 'avatar-1' },
      { parent: 'entity-2' },
      { parent: 'entity-3' },
    ]);
  });

  it('are spawned a few at a time, however many there are', async () => {
    let underWay = 0;
    let most = 0;
    place.network.options.delay = () => 50;
    place.scripts.spawn_entity = (_request, { nextId, time }) => {
      most = Math.max(most, ++underWay);
      time.after(50, () => void underWay--);
      return ['spawn_entity', nextId.call(place, 'entity')];
    };
    for (let i = 0; i < 100; i++) session.entities.declare(`e${i}`, {});
    session.start();
    await place.time.advance(5_000);
    expect(session.entities.id('e99')).toBeDefined();
    expect(most).toBeLessThanOrEqual(16);
  });

  it('become what they were changed to while they were being spawned', async () => {
    session.entities.declare('lamp', text('off'));
    place.network.options.delay = () => 20;
    session.start();
    await place.time.advance(150);
    session.entities.update('lamp', text('on'));
    await place.time.advance(200);
    expect(place.bodies('change_components')).toEqual([
      ['change_components', 'entity-2', 'add_or_change', text('on'), 'remove', []],
    ]);
  });

  it('are removed again if nobody wants them any more once they are there', async () => {
    session.entities.declare('lamp', {});
    place.network.options.delay = () => 20;
    session.start();
    await place.time.advance(150);
    session.entities.remove('lamp');
    await place.time.advance(200);
    expect(place.bodies('remove_entity')).toEqual([['remove_entity', 'entity-2', 'cascade']]);
    expect(session.entities.key('entity-2')).toBeUndefined();
  });

  it('are removed with all that hang from them, in one request each', async () => {
    session.entities.declare('lamp', {});
    session.entities.declare('label', {}, { parent: 'lamp' });
    await join();
    session.entities.remove('lamp');
    session.entities.remove('avatar');
    await place.time.advance(10);
    expect(place.bodies('remove_entity').map((body) => body[1])).toEqual(['entity-3', 'entity-2']);
    expect(session.entities.id('label')).toBeUndefined();
    expect(session.entities.id('avatar')).toBe('avatar-1');
  });

  it('are offered again after a while if the place does not take them', async () => {
    place.scripts.spawn_entity = () => ['spawn_entity', 'failed', 'full'];
    session.entities.declare('lamp', {});
    await join();
    place.scripts = {};
    await place.time.advance(4_000);
    expect(session.entities.id('lamp')).toBeUndefined();
    await place.time.advance(2_000);
    expect(session.entities.id('lamp')).toBe('entity-2');
    expect(session.counters.get('ALLO_E_ENTITY_REFUSED')).toBe(1);
  });

  it.each([
    ['before they are offered again', 6_000, 'entity-2', []],
    ['while they are offered again', 10_200, 'entity-3', ['entity-2']],
    ['after they were spawned again', 11_000, 'entity-3', ['entity-2']],
  ])('are there once when the place answers late, %s', async (_, late, kept, removed) => {
    let asked = 0;
    place.scripts.spawn_entity = ({ requestId }, { nextId, time }) => {
      const body = ['spawn_entity', nextId.call(place, 'entity')] as const;
      const delay = [late, 300][asked++]!;
      time.after(delay, () => place.say({ kind: 'response', from: 'place', to: '', requestId, body }));
      return undefined;
    };
    session.entities.declare('lamp', text('off'));
    await join();
    session.entities.update('lamp', text('on'));
    await place.time.advance(20_000);
    expect(session.entities.id('lamp')).toBe(kept);
    expect(place.bodies('remove_entity').map((body) => body[1])).toEqual(removed);
    expect(place.bodies('spawn_entity')).toHaveLength(removed.length + 1);
    if (kept === 'entity-2') expect(changesOf(kept)).toHaveLength(1);
  });

  it('come back if somebody else removes them', async () => {
    const events: string[] = [];
    session.entities.observe({
      spawned: (key, id) => void events.push(`${key} is ${id}`),
      gone: (key) => void events.push(`${key} is gone`),
    });
    session.entities.declare('lamp', text('lamp'));
    await join();
    place.state(setOf(1, { 'avatar-1': {}, 'entity-2': {} }));
    place.state({ style: 'merge', from: 1, revision: 2, entities: { 'entity-2': null } });
    await place.time.advance(6_000);
    expect(events).toEqual(['avatar is avatar-1', 'lamp is entity-2', 'lamp is gone', 'lamp is entity-3']);
    expect(place.bodies('spawn_entity')[1]?.[1]).toMatchObject(text('lamp'));
  });

  it('come back before what hangs from them does, where that was left', async () => {
    session.entities.declare('lamp', text('lamp'));
    session.entities.declare('label', text('label'), { parent: 'lamp' });
    session.entities.declare('dot', text('dot'), { parent: 'label' });
    await join();
    place.state(setOf(1, { 'avatar-1': {}, 'entity-2': {}, 'entity-3': {}, 'entity-4': {} }));
    place.state({ style: 'merge', from: 1, revision: 2, entities: { 'entity-2': null } });
    await place.time.advance(6_000);
    const parents = place
      .bodies('spawn_entity')
      .slice(3)
      .map((body) => body[1]);
    expect(parents).toMatchObject([
      { ...text('lamp'), relationships: { parent: 'avatar-1' } },
      { ...text('label'), relationships: { parent: 'entity-5' } },
      { ...text('dot'), relationships: { parent: 'entity-6' } },
    ]);
    expect(place.bodies('remove_entity').map((body) => body[1])).toEqual(['entity-4', 'entity-3']);
    expect(session.counters.get('ALLO_E_ENTITY_REFUSED')).toBe(0);
  });
});

describe('the removal of an entity from which something of somebody else hangs', () => {
  beforeEach(async () => {
    session.entities.declare('lamp', {});
    await join();
    place.state(setOf(1, { 'avatar-1': {}, 'entity-2': {}, hat: { relationships: { parent: 'entity-2' } } }));
    await place.time.advance(10);
    session.entities.remove('lamp');
  });

  it('waits until that has gone', async () => {
    await place.time.advance(6_000);
    expect(place.bodies('remove_entity')).toEqual([]);
    place.state({ style: 'merge', from: 1, revision: 2, entities: { hat: null } });
    await place.time.advance(60_000);
    expect(place.bodies('remove_entity')).toEqual([['remove_entity', 'entity-2', 'cascade']]);
  });

  it('is given up in the end, for it goes with the agent', async () => {
    await place.time.advance(3_600_000);
    expect(place.bodies('remove_entity')).toEqual([]);
    expect(session.counters.get('ALLO_E_ENTITY_REFUSED')).toBeLessThan(12);
    expect(session.status.state).toBe('joined');
  });
});

describe('changes of our entities', () => {
  beforeEach(async () => {
    for (let i = 0; i < 20; i++) session.entities.declare(`e${i}`, text('0'));
    await join();
    await place.time.advance(1_000);
  });

  it('name what changed, and what is no more', async () => {
    session.entities.update('e0', { ...text('1'), material: { color: [1, 0, 0, 1] } });
    await place.time.advance(10);
    session.entities.update('e0', { material: undefined });
    await place.time.advance(10);
    expect(place.bodies('change_components')).toEqual([
      [
        'change_components',
        'entity-2',
        'add_or_change',
        { ...text('1'), material: { color: [1, 0, 0, 1] } },
        'remove',
        [],
      ],
      ['change_components', 'entity-2', 'add_or_change', {}, 'remove', ['material']],
    ]);
  });

  it('are not sent where nothing changed', async () => {
    session.entities.update('e0', text('0'));
    session.entities.declare('e1', text('0'));
    session.entities.update('unheard-of', text('0'));
    await place.time.advance(2_000);
    expect(place.bodies('change_components')).toEqual([]);
  });

  it('made in one turn go out as one, and the last value wins', async () => {
    for (let i = 1; i <= 10; i++) session.entities.update('e0', text(`${i}`));
    session.entities.update('e0', { unit: '%' });
    await place.time.advance(10);
    expect(place.bodies('change_components').map((body) => body[3])).toEqual([{ ...text('10'), unit: '%' }]);
  });

  it('can replace all of an entity', async () => {
    session.entities.declare('e0', { geometry: {} });
    await place.time.advance(10);
    expect(place.bodies('change_components').map((body) => [body[3], body[5]])).toEqual([
      [{ geometry: {} }, ['text']],
    ]);
  });

  it('are at most 2 a second for one entity, and end with the last value', async () => {
    for (let i = 1; i <= 100; i++) {
      session.entities.update('e0', text(`${i}`));
      await place.time.advance(50);
    }
    await place.time.advance(2_000);
    const times = changesOf('entity-2');
    expect(times.length).toBeGreaterThan(8);
    for (const [i, at] of times.slice(2).entries()) expect(at - times[i]!).toBeGreaterThanOrEqual(1_000);
    expect(place.bodies('change_components').at(-1)?.[3]).toEqual(text('100'));
  });

  it('are at most 10 a second in all, and nobody is left out', async () => {
    for (let i = 1; i <= 100; i++) {
      for (let e = 0; e < 20; e++) session.entities.update(`e${e}`, text(`${i}`));
      await place.time.advance(50);
    }
    await place.time.advance(3_000);
    const changes = place.interactions.filter(({ body }) => body[0] === 'change_components');
    for (const [i, { at }] of changes.slice(10).entries())
      expect(at - changes[i]!.at).toBeGreaterThanOrEqual(1_000);
    for (let id = 2; id < 22; id++) {
      const last = changes.filter(({ body }) => body[1] === `entity-${id}`).at(-1);
      expect(last?.body[3]).toEqual(text('100'));
      expect(changesOf(`entity-${id}`).length).toBeGreaterThanOrEqual(3);
    }
  });

  it('are sent again, with what changed since, if the place did not take them', async () => {
    place.scripts.change_components = () => ['change_components', 'error', 'busy'];
    session.entities.update('e0', { ...text('1'), unit: '%' });
    await place.time.advance(100);
    place.scripts = {};
    session.entities.update('e0', { unit: 'K' });
    await place.time.advance(6_000);
    expect(place.bodies('change_components').at(-1)?.[3]).toEqual({ ...text('1'), unit: 'K' });
    expect(session.counters.get('ALLO_E_ENTITY_REFUSED')).toBe(1);
    const sent = place.bodies('change_components').length;
    await place.time.advance(20_000);
    expect(place.bodies('change_components').length).toBe(sent);
  });
});
