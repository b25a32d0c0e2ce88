import { isObject, type Json } from '../../wire/json.ts';
import type { Components } from '../../wire/place-requests.ts';

export interface AvatarPlacement {
  /** Metres, right-handed, -Z forward. */
  readonly position: readonly [number, number, number];
  /** Radians about the vertical axis. */
  readonly rotationY: number;
}

/** The appliance before anything is known of it: a name, somewhere in the place. It faces +Z. */
export function avatarComponents(displayName: string, { position, rotationY }: AvatarPlacement): Components {
  const [cos, sin] = [Math.cos(rotationY), Math.sin(rotationY)];
  return {
    transform: { matrix: [cos, 0, -sin, 0, 0, 1, 0, 0, sin, 0, cos, 0, ...position, 1] },
    text: { string: displayName },
  };
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
