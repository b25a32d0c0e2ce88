import { describe, expect, it } from 'vitest';
import type { Components } from '../wire/place-requests.ts';
import { choiceOf } from './speaker-choice.ts';

/** Carriers by their number, each with where it stands on the x axis, metres, or with components of its own. */
function surroundings(carriers: Record<number, number | Components>, played: readonly number[] = []) {
  const components = ([id, one]: [string, number | Components]) =>
    [id, typeof one === 'number' ? at(one) : one] as const;
  const all = Object.entries(carriers).map(components);
  return {
    entities: new Map(all.map(([id, one]) => [`head-${id}`, { id: `head-${id}`, components: one }])),
    carriers: new Map(all.map(([id]) => [`head-${id}`, Number(id)])),
    here: [0, 0, 0] as const,
    isPlayed: (trackId: number) => played.includes(trackId),
  };
}
const at = (x: number): Components => ({
  transform: { matrix: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, x, 0, 0, 1] },
});

const near = choiceOf('near', 5);
const ids = (chosen: readonly { trackId: number }[]) => chosen.map(({ trackId }) => trackId);

describe('who is played: near', () => {
  it('plays who is near, the nearest first', () => {
    expect(ids(near(surroundings({ 1: 4, 2: 6, 3: -1 })))).toEqual([3, 1]);
  });

  it('plays at most four', () => {
    expect(ids(near(surroundings({ 1: 5, 2: 4, 3: 3, 4: 2, 5: 1 })))).toEqual([5, 4, 3, 2]);
  });

  it('plays softer who is farther, half as loud at the edge', () => {
    expect(near(surroundings({ 1: 0, 2: 5 })).map(({ gain }) => gain)).toEqual([1, 0.5]);
  });

  it('does not drop who sways at the edge, nor who is barely farther than somebody new', () => {
    expect(ids(near(surroundings({ 1: 5.9 }, [1])))).toEqual([1]);
    expect(ids(near(surroundings({ 1: 6.1 }, [1])))).toEqual([]);
    const crowd = { 1: 1, 2: 1, 3: 1, 4: 2, 5: 1.8 };
    expect(ids(near(surroundings(crowd, [1, 2, 3, 4])))).toEqual([1, 2, 3, 4]);
    expect(ids(near(surroundings({ ...crowd, 5: 1.5 }, [1, 2, 3, 4])))).toEqual([1, 2, 3, 5]);
  });

  it('plays nobody whose place, or whose own, is not known', () => {
    expect(near({ ...surroundings({ 1: 1 }), here: undefined })).toEqual([]);
    expect(near(surroundings({ 1: { transform: { matrix: 'here' } } }))).toEqual([]);
    expect(near({ ...surroundings({ 1: 1 }), entities: new Map() })).toEqual([]);
  });

  it('plays a track once, however many say that they carry it', () => {
    const both = surroundings({ 1: 1, 2: 2 });
    const carriers = new Map([...both.carriers.keys()].map((id) => [id, 7]));
    expect(near({ ...both, carriers })).toMatchObject([{ trackId: 7, entityId: 'head-1' }]);
  });
});

describe('who is played: by name', () => {
  const anna = surroundings({ 1: { ...at(100), relationships: { parent: 'anna' } }, 2: at(1) });
  anna.entities.set('anna', { id: 'anna', components: { text: { string: 'Anna' } } });

  it.each(['Anna', 'anna', 'head-1', '1'])('finds %s, however far', (name) => {
    expect(choiceOf(name, 5)(anna)).toEqual([{ trackId: 1, entityId: 'head-1', gain: 1 }]);
  });

  it('plays nobody of another name', () => {
    expect(choiceOf('Bert', 5)(anna)).toEqual([]);
  });
});

it.each(['near', 'Anna'])('chooses (%s) in a crowd that hangs from one another at little cost', (play) => {
  const count = 4_000;
  let looks = 0;
  const carriers: Record<number, Components> = {};
  for (let n = 0; n < count; n++) {
    const relationships = { parent: `head-${(n + 1) % count}` };
    carriers[n] = { ...at(0.01), relationships };
  }
  const crowd = surroundings(carriers);
  const get = crowd.entities.get.bind(crowd.entities);
  crowd.entities.get = (id) => {
    looks++;
    return get(id);
  };
  choiceOf(play, 5)(crowd);
  expect(looks).toBeLessThanOrEqual(2 * count);
});

it('plays nobody where nobody is to be played', () => {
  expect(choiceOf('nobody', 5)(surroundings({ 1: 0 }))).toEqual([]);
});
