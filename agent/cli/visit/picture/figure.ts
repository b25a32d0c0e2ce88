import { Counters } from '../../../counters.ts';
import type { Entity } from '../../../place/world.ts';
import { isObject, type Json } from '../../../wire/json.ts';
import { type Layer, readMesh, type Triangle } from './mesh.ts';
import { type Pose, posed, poseWithin } from './pose.ts';
import { type Box, layOut, type PlacedGlyph, textIn } from './text-layout.ts';

/** Red, green, blue and opacity, each from 0 to 1. */
export type Colour = readonly [number, number, number, number];

interface Seen {
  /** Metres; more is nearer to who looks. */
  readonly depth: number;
  readonly colour: Colour;
  /** What it takes up, metres. */
  readonly box: Box;
  /** What drawing it costs, square metres of colour. */
  readonly ink: number;
}

export interface Surface extends Seen {
  readonly kind: 'surface';
  readonly triangles: readonly Triangle[];
}

export interface Writing extends Seen {
  readonly kind: 'writing';
  /** Takes x and y of the glyphs to those of the figure: x' = a x + c y + e, y' = b x + d y + f. */
  readonly affine: { readonly [name in 'a' | 'b' | 'c' | 'd' | 'e' | 'f']: number };
  readonly em: number;
  readonly glyphs: readonly PlacedGlyph[];
}

export type Shape = Surface | Writing;

/** Why something is not in a picture. */
export type LeftOut = 'excess' | 'far' | 'glyph' | 'malformed' | 'model' | 'texture';

/** An entity and all that hangs on it, as seen from its front, which is where its +Z points: flat, y up, metres. */
export interface Figure {
  /** The farthest first. */
  readonly shapes: readonly Shape[];
  readonly leftOut: Counters<LeftOut>;
}

/** What reaches farther from the middle than this is left out, metres: it would leave nothing of the rest to see. */
const FARTHEST = 5;

/** Of all entities together: more are left out. */
const MOST_TRIANGLES = 10_000;
const MOST_GLYPHS = 10_000;

/** How often the whole picture may be painted over; what lies nearest is drawn. */
const MOST_COATS = 40;

/** In visors, text stands so far before its entity, metres. */
const TEXT_BEFORE = 0.01;

const WHITE: Colour = [1, 1, 1, 1];

export function figureOf(subject: string, entities: ReadonlyMap<string, Entity>): Figure {
  const leftOut = new Counters<LeftOut>();
  const room = { triangles: MOST_TRIANGLES, glyphs: MOST_GLYPHS };
  const shapes: Shape[] = [];
  for (const entity of entities.values()) {
    const pose = poseWithin(entity, subject, entities);
    if (pose === 'nowhere') leftOut.count('malformed');
    if (pose === undefined || pose === 'nowhere') continue;
    for (const shape of [
      ...surfaces(entity, pose, room, leftOut),
      ...writings(entity, pose, room, leftOut),
    ]) {
      if (isNear(shape.box)) shapes.push(shape);
      else leftOut.count('far');
    }
  }
  return { shapes: affordable(shapes, leftOut), leftOut };
}

/** What all shapes take up together; undefined where there are none. */
export function extentOf(shapes: readonly Shape[]): Box | undefined {
  return shapes
    .map(({ box }) => box)
    .reduce<Box | undefined>((all, box) => (all ? union(all, box) : box), undefined);
}

type Room = Record<'triangles' | 'glyphs', number>;

function surfaces(
  { components: { geometry, material } }: Entity,
  pose: Pose,
  room: Room,
  leftOut: Counters<LeftOut>,
): Surface[] {
  if (!isObject(geometry)) return [];
  if (geometry.type !== 'inline') {
    leftOut.count('model');
    return [];
  }
  const mesh = readMesh(geometry, pose, room.triangles);
  if (!mesh || mesh.malformed > 0) leftOut.count('malformed');
  if (!mesh) return [];
  if (mesh.shortened) leftOut.count('excess');
  if (isObject(material) && typeof material.texture === 'string') leftOut.count('texture');
  const colour = colourOf(material);
  return mesh.layers.map((layer) => {
    room.triangles -= layer.triangles.length;
    const box = boxOf(layer);
    return { kind: 'surface', ...layer, colour, box, ink: (box.right - box.left) * (box.top - box.bottom) };
  });
}

function writings(
  { components: { text, material } }: Entity,
  pose: Pose,
  room: Room,
  leftOut: Counters<LeftOut>,
): Writing[] {
  const written = textIn(text);
  if (!written) return [];
  const layout = layOut(written);
  if (!layout) {
    leftOut.count('malformed');
    return [];
  }
  const [a, b, c, d] = [pose[0]!, pose[1]!, pose[4]!, pose[5]!];
  const [e, f, depth] = posed(pose, [0, 0, TEXT_BEFORE]);
  const turnsItsBack = !(a * d - b * c > 0);
  if (turnsItsBack || layout.glyphs.length === 0) return [];
  if (layout.shortened || layout.glyphs.length > room.glyphs) leftOut.count('excess');
  for (let n = 0; n < layout.missing; n++) leftOut.count('glyph');
  const glyphs = layout.glyphs.slice(0, room.glyphs);
  room.glyphs -= glyphs.length;
  const { left, right, bottom, top } = layout.box;
  const corners = [left, right].flatMap((x) =>
    [bottom, top].map((y) => [a * x + c * y + e, b * x + d * y + f] as const),
  );
  const ink = (a * d - b * c) * layout.em ** 2 * glyphs.length;
  const affine = { a, b, c, d, e, f };
  return [
    {
      kind: 'writing',
      depth,
      colour: colourOf(material),
      box: around(corners),
      ink,
      affine,
      em: layout.em,
      glyphs,
    },
  ];
}

/** The farthest first, without what lies behind more than can be drawn. */
function affordable(shapes: readonly Shape[], leftOut: Counters<LeftOut>): Shape[] {
  const extent = extentOf(shapes);
  if (!extent) return [];
  let ink = (extent.right - extent.left) * (extent.top - extent.bottom) * MOST_COATS;
  const nearestFirst = shapes
    .map((shape, index) => ({ shape, index }))
    .sort((one, other) => other.shape.depth - one.shape.depth || other.index - one.index);
  const kept = nearestFirst.filter(({ shape }) => {
    ink -= shape.ink;
    if (ink < 0) leftOut.count('excess');
    return ink >= 0;
  });
  return kept.map(({ shape }) => shape).reverse();
}

function colourOf(material: Json | undefined): Colour {
  const colour = isObject(material) ? material.color : undefined;
  if (!Array.isArray(colour)) return WHITE;
  const part = (index: number) => {
    const value: unknown = colour[index];
    return typeof value === 'number' && Number.isFinite(value) ? Math.min(1, Math.max(0, value)) : 1;
  };
  return [part(0), part(1), part(2), part(3)];
}

function boxOf({ triangles }: Layer): Box {
  return around(
    triangles.flatMap(([x1, y1, x2, y2, x3, y3]) => [
      [x1, y1],
      [x2, y2],
      [x3, y3],
    ]),
  );
}

function around(points: readonly (readonly number[])[]): Box {
  const box = { left: Infinity, right: -Infinity, bottom: Infinity, top: -Infinity };
  for (const [x, y] of points) {
    box.left = Math.min(box.left, x!);
    box.right = Math.max(box.right, x!);
    box.bottom = Math.min(box.bottom, y!);
    box.top = Math.max(box.top, y!);
  }
  return box;
}

function union(one: Box, other: Box): Box {
  return {
    left: Math.min(one.left, other.left),
    right: Math.max(one.right, other.right),
    bottom: Math.min(one.bottom, other.bottom),
    top: Math.max(one.top, other.top),
  };
}

/** False for what is no number, too. */
function isNear(box: Box): boolean {
  return Object.values(box).every((edge) => Math.abs(edge as number) <= FARTHEST);
}
