import { isObject, type Json } from '../../wire/json.ts';
import type { Components } from '../../wire/place-requests.ts';

export interface AvatarPlacement {
  /** Metres, right-handed, -Z forward. */
  readonly position: readonly [number, number, number];
  /** Radians about the vertical axis. */
  readonly rotationY: number;
}

/**
 * So far from half a turn an appliance stands at least, radians: the reference server aborts on the arc cosine of a
 * little less than -1, which comes of it where somebody grabs what is turned round by half.
 */
const OFF_HALF_TURN = 0.01;

/** The appliance before anything is known of it: a name, somewhere in the place. It faces +Z. */
export function avatarComponents(displayName: string, { position, rotationY }: AvatarPlacement): Components {
  const turn = offHalfTurn(rotationY);
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
  return {
    transform: { matrix: [cos, 0, -sin, 0, 0, 1, 0, 0, sin, 0, cos, 0, ...position, 1] },
    text: { string: displayName },
  };
}

function offHalfTurn(rotationY: number): number {
  const within = Math.atan2(Math.sin(rotationY), Math.cos(rotationY));
  const most = Math.PI - OFF_HALF_TURN;
  return Math.abs(within) > most ? Math.sign(within) * most : rotationY;
}

/** What the appliance is called: what is written on its avatar. */
export function nameOf({ text }: Components): string {
  const written = isObject(text) ? text.string : undefined;
  return typeof written === 'string' ? written : '';
}

/** The component `transform` of something that is moved up by so many metres. */
export function raisedBy(metres: number, transform: Json | undefined): Components {
  const given = isObject(transform) && Array.isArray(transform.matrix) ? transform.matrix : undefined;
  const matrix = given ?? [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];
  return {
    matrix: matrix.map((number, n) => (n === 13 && typeof number === 'number' ? number + metres : number)),
  };
}
