import type { Intent } from '../wire/intent.ts';
import { isObject, type Json } from '../wire/json.ts';
import type { ConnectedAgent } from './connected-agent.ts';
import type { Entities } from './entities.ts';
import type { Entity, World } from './world.ts';

/** Metres a second at full stick, as deployed places move avatars. */
const SPEED = 2;
/** Longest time moved through at once, seconds: after a pause nobody jumps. */
const LONGEST_STEP = 0.2;

const identity = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];

/** Whether an intent keeps moving its avatar until the next. */
export function movesOn({ zmovement, xmovement }: Intent): boolean {
  return zmovement !== 0 || xmovement !== 0;
}

/**
 * Lets the last intent of an agent act for `seconds`: sticks move its avatar, yaw turns it, and poses become the
 * transforms of those of its entities whose `intent` component names them in `actuate_pose`. An agent that
 * never moves, turns or poses, as programs do, keeps the transforms it gave.
 */
export function actuate(world: World, entities: Entities, agent: ConnectedAgent, seconds: number): void {
  const { intent, announced } = agent;
  if (!intent || !announced) return;
  if (movesOn(intent) || intent.yaw !== agent.turned) {
    const avatar = world.entity(announced.avatarId);
    if (avatar) move(entities, avatar, moved(matrixOf(avatar), intent, Math.min(seconds, LONGEST_STEP)));
    agent.turned = intent.yaw;
  }
  if (Object.keys(intent.poses).length === 0) return;
  for (const id of world.ownedBy(agent.owner)) {
    const entity = world.entity(id);
    const follows = entity?.components.get('intent')?.value;
    const name = isObject(follows) ? follows.actuate_pose : undefined;
    if (entity && typeof name === 'string' && Object.hasOwn(intent.poses, name))
      move(entities, entity, intent.poses[name]!.matrix);
  }
}

/** Turned to the yaw of the intent, and along the axes that gives. Column-major; yaw turns as places turn it. */
function moved(before: readonly number[], intent: Intent, seconds: number): number[] {
  const sin = Math.sin(intent.yaw);
  const cos = Math.cos(intent.yaw);
  const x = stick(intent.xmovement) * SPEED * seconds;
  const z = stick(intent.zmovement) * SPEED * seconds;
  const position = [before[12]! + cos * x - sin * z, before[13]!, before[14]! + sin * x + cos * z];
  return [cos, 0, sin, 0, 0, 1, 0, 0, -sin, 0, cos, 0, ...position, 1];
}

function stick(value: number): number {
  return Math.max(-1, Math.min(1, value));
}

function matrixOf(entity: Entity): readonly number[] {
  const transform = entity.components.get('transform')?.value;
  const matrix = isObject(transform) ? transform.matrix : undefined;
  return isMatrix(matrix) ? matrix : identity;
}

function isMatrix(value: Json | undefined): value is readonly number[] {
  return Array.isArray(value) && value.length === 16 && value.every((n) => typeof n === 'number');
}

function move(entities: Entities, entity: Entity, matrix: readonly number[]): void {
  const before = matrixOf(entity);
  if (matrix.some((n, i) => n !== before[i])) entities.move(entity, matrix);
}
