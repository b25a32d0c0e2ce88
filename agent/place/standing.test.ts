import { beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../wire/json.ts';
import { Standing } from './standing.ts';
import { EntityMap } from './state/entity-map.ts';

let standing: Standing;
let gone: string[];

beforeEach(() => {
  gone = [];
  standing = new Standing((id) => void gone.push(id));
  standing.arrived('avatar', undefined);
});

/** What the place shows: ids of entities, and what each hangs from. */
function show(parents: Record<string, string | undefined>): void {
  const entities = Object.entries(parents).map(([id, parent]): [string, JsonObject] => [
    id,
    { id, components: parent === undefined ? {} : { relationships: { parent } } },
  ]);
  standing.saw(EntityMap.from(Object.fromEntries(entities)));
}

const problem = (rejected: { detail: string } | undefined) => rejected?.detail;
const ofNew = (parent: string) => problem(standing.judgeNew(parent));
const ofChange = (id: string, parent?: string) => problem(standing.judgeChange(id, parent));
const ofRemoval = (id: string) => problem(standing.judgeRemoval(id));

describe('an entity of ours', () => {
  it('stands until the place, that has shown it, shows it no more', () => {
    standing.arrived('lamp', 'avatar');
    show({ avatar: undefined });
    expect(standing.has('lamp'), 'states may be older than answers').toBe(true);
    show({ avatar: undefined, lamp: 'avatar' });
    expect(standing.has('lamp')).toBe(true);
    show({ avatar: undefined });
    expect(standing.has('lamp')).toBe(false);
    expect(gone).toEqual(['lamp']);
  });

  it('may be shown before it is told of', () => {
    show({ lamp: 'avatar' });
    standing.arrived('lamp', 'avatar');
    expect(standing.has('lamp')).toBe(true);
    show({});
    expect(gone).toEqual(['lamp']);
  });

  it('stands again where the place does not remove it', () => {
    standing.arrived('lamp', 'avatar');
    standing.arrived('bulb', 'lamp');
    show({ lamp: 'avatar', bulb: 'lamp' });
    standing.removing('lamp', 'r');
    expect([standing.has('lamp'), standing.has('bulb')]).toEqual([false, false]);
    standing.removed('r', true);
    expect([standing.has('lamp'), standing.has('bulb')]).toEqual([true, true]);
  });

  it('goes with its parent, be it on its way when that is removed', () => {
    standing.arrived('lamp', 'avatar');
    standing.removing('lamp', 'r');
    standing.arrived('bulb', 'lamp');
    expect(standing.has('bulb')).toBe(false);
    standing.removed('r', false);
    expect(gone).toEqual(['lamp', 'bulb']);
  });

  it('is not taken for somebody else’s while it is still shown', () => {
    standing.arrived('lamp', 'avatar');
    standing.arrived('bulb', 'lamp');
    show({ lamp: 'avatar', bulb: 'lamp' });
    standing.removing('bulb', 'r');
    standing.removed('r', false);
    expect(ofRemoval('lamp')).toBeUndefined();
    show({ lamp: 'avatar' });
    expect(gone).toEqual(['bulb']);
  });

  it('is forgotten however often others remove it', () => {
    for (let i = 0; i < 1_000; i++) {
      standing.arrived(`lamp-${i}`, 'avatar');
      show({ avatar: undefined, [`lamp-${i}`]: 'avatar' });
    }
    expect(gone).toHaveLength(999);
  });
});

describe('a parent', () => {
  it('is older than its child', () => {
    standing.arrived('old', 'avatar');
    standing.arrived('new', 'avatar');
    expect(ofChange('new', 'old')).toBeUndefined();
    expect(ofChange('old', 'new')).toBe('new is no entity of ours that was there before old');
    expect(ofChange('avatar', 'old')).toBe('avatar would hang from itself');
    expect(ofChange('old', 'old')).toBe('old would hang from itself');
  });

  it('may be somebody else’s for what is new, if the place shows it', () => {
    standing.arrived('lamp', 'avatar');
    show({ avatar: undefined, lamp: 'avatar', wall: undefined });
    expect(ofNew('wall')).toBeUndefined();
    expect(ofNew('nobody')).toBe('nobody is not there to hang from');
    expect(ofChange('lamp', 'wall')).toBe('wall is no entity of ours that was there before lamp');
  });

  it('may be told again, unless others have hung it from its child', () => {
    show({ avatar: undefined, wall: undefined });
    standing.arrived('lamp', 'wall');
    expect(ofChange('lamp', 'wall')).toBeUndefined();
    show({ avatar: undefined, lamp: 'wall', wall: 'lamp' });
    expect(ofChange('lamp', 'wall')).toBe('lamp would hang from itself');
  });

  it('is known in whatever letters others wrote it', () => {
    standing.arrived('lamp', 'avatar');
    const hat = { id: 'hat', components: { Relationships: { Parent: 'lamp' } } };
    standing.saw(EntityMap.from({ lamp: { id: 'lamp', components: {} }, hat }));
    expect(ofChange('lamp', 'hat')).toBe('lamp would hang from itself');
  });

  it('is one of 16 above each other at most, however they are put together', () => {
    const chain = (name: string) => {
      for (let i = 0; i < 10; i++) standing.arrived(`${name}${i}`, i === 0 ? undefined : `${name}${i - 1}`);
    };
    chain('a');
    chain('b');
    expect(ofChange('b0', 'a9')).toBe('it would hang 19 deep');
    expect(ofChange('b0', 'a5')).toBeUndefined();
    standing.hung('b0', 'a5');
    expect(ofNew('b9')).toBeUndefined();
    standing.arrived('last', 'b9');
    expect(ofNew('last')).toBe('it would hang 17 deep');
  });
});

describe('what is not ours', () => {
  it('is neither changed nor removed', () => {
    show({ avatar: undefined, visitor: undefined });
    for (const id of ['visitor', 'nobody']) {
      expect(ofChange(id)).toBe(`${id} is no entity of ours, or gone`);
      expect(ofRemoval(id)).toBe(`${id} is no entity of ours, or gone`);
    }
    expect(ofRemoval('avatar')).toBe('the avatar leaves with the agent, not before it');
  });

  it('is not removed by way of what it hangs from', () => {
    standing.arrived('lamp', 'avatar');
    standing.arrived('bulb', 'lamp');
    show({ avatar: undefined, lamp: 'avatar', bulb: 'lamp', visitor: 'bulb' });
    expect(ofRemoval('lamp')).toBe('visitor hangs from it, and would go with it');
    show({ avatar: 'bulb', lamp: undefined, bulb: 'lamp' });
    expect(ofRemoval('lamp'), 'others hung us there').toBe('avatar hangs from it, and would go with it');
    show({ avatar: undefined, lamp: undefined, bulb: 'lamp' });
    expect(ofRemoval('lamp')).toBeUndefined();
  });
});
