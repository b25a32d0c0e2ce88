import { beforeEach, describe, expect, it } from 'vitest';
import { manners } from '../wire/manners.ts';
import { Animations } from './animations.ts';
import { Entities } from './entities.ts';
import { DEFAULT_LIMITS } from './limits.ts';
import { Tracks } from './tracks.ts';
import { type Entity, World } from './world.ts';

const limits = { ...DEFAULT_LIMITS, animationsPerAgent: 3 };

let world: World;
let entities: Entities;
let animations: Animations;

beforeEach(() => {
  world = new World();
  entities = new Entities(world, new Tracks(), limits, manners.v4);
  animations = new Animations(world, entities, limits);
});

function spawn(owner: number): Entity {
  const entity = entities.spawn(owner, { hat: { height: 0 } }, () => true);
  if (typeof entity === 'string') throw new Error(entity);
  return entity;
}

const wish = { path: 'hat.height', from: 0, to: 10, start_at: 100, duration: 2 };
const listed = ({ id }: Entity) => world.entity(id)?.components.get('property_animations')?.value;
const height = ({ id }: Entity) => world.entity(id)?.components.get('hat')?.value;

describe('animations', () => {
  it('of one agent are so many at most, over all that is its', () => {
    const [hat, other, foreign] = [spawn(1), spawn(1), spawn(2)];
    const added = [hat, hat, other, other, hat].map((entity) => animations.add(entity, wish));
    expect(added.map((id) => id !== undefined)).toEqual([true, true, true, false, false]);
    expect(animations.add(foreign, wish)).toBeDefined();
    animations.act(102);
    expect(animations.add(hat, wish)).toBeDefined();
  });

  it('end together where they end at the same moment', () => {
    const hat = spawn(1);
    for (let n = 0; n < 3; n++) animations.add(hat, wish);
    animations.act(102);
    expect(listed(hat)).toEqual({ animations: {} });
    expect(height(hat)).toEqual({ height: 10 });
  });

  it('are forgotten once they are not listed any more, however that came', () => {
    const hat = spawn(1);
    for (let n = 0; n < 3; n++) animations.add(hat, { ...wish, start_at: 1e9 });
    entities.change(hat, { property_animations: { animations: {} } }, []);
    expect(animations.add(hat, wish)).toBeUndefined();
    animations.act(100);
    expect(animations.add(hat, wish)).toBeDefined();
    entities.change(hat, {}, ['property_animations']);
    animations.act(101);
    expect(height(hat)).toEqual({ height: 0 });
  });

  it('stay finite between ends that are as far apart as numbers go', () => {
    const hat = spawn(1);
    animations.add(hat, { ...wish, from: -1e308, to: 1e308 });
    animations.act(101);
    expect(height(hat)).toEqual({ height: 0 });
  });

  it.each(['hat', 'hat.height.more', 'hat.__proto__', '', '.', 'a.'.repeat(10_000)])(
    'of what is no number do nothing: %.20s',
    (path) => {
      const hat = spawn(1);
      expect(animations.add(hat, { ...wish, path })).toBeDefined();
      animations.act(101);
      expect(height(hat)).toEqual({ height: 0 });
    },
  );
});
