import type { Components } from '../wire/place-requests.ts';
import type { CountedReading, Property } from './property.ts';
import type { Stamp } from './stamp.ts';

export interface AvatarPlacement {
  /** Metres, right-handed, -Z forward. */
  readonly position: readonly [number, number, number];
  /** Radians about the vertical axis. */
  readonly rotationY: number;
}

const width = 0.6;
const rowHeight = 0.08;
const rowGap = 0.02;
const titleHeight = 0.05;
const textHeight = 0.03;

const colours = {
  plate: [0.12, 0.13, 0.16, 1],
  value: [0.2, 0.22, 0.27, 1],
  on: [1, 0.78, 0.25, 1],
  off: [0.3, 0.3, 0.33, 1],
  fault: [0.75, 0.2, 0.2, 1],
} as const;

/** The appliance itself: a name plate that faces +Z. */
export function avatarComponents(displayName: string, { position, rotationY }: AvatarPlacement): Components {
  return {
    transform: { matrix: placed(position, rotationY) },
    geometry: panel(width, rowHeight),
    material: { color: colours.plate },
    text: { string: displayName, height: titleHeight, halign: 'center' },
    collider: box(width, rowHeight),
  };
}

/** The entity of one property: the `property` component programs read, beside what a visor draws and points at. */
export function propertyComponents(property: Property, row: number): Components {
  const below = -(row + 1) * (rowHeight + rowGap);
  return {
    transform: { matrix: placed([0, below, 0], 0) },
    geometry: panel(width, rowHeight),
    collider: box(width, rowHeight),
    ...readingComponents(property, undefined, {}),
  };
}

/** The components that change with a reading. */
export function readingComponents(
  property: Property,
  reading: CountedReading | undefined,
  stamp: Stamp,
): Components {
  const { thing, description } = property;
  return {
    property: {
      thing: thing.id,
      name: description.name,
      title: titleOf(property),
      type: description.type,
      writable: description.writable,
      ...(description.unit !== undefined && { unit: description.unit }),
      ...(thing.simulated && { simulated: true }),
      ...(reading && reading.value !== null && { value: reading.value }),
      ...(reading && { quality: reading.quality }),
      ...stamp,
    },
    text: { string: labelOf(property, reading), height: textHeight, halign: 'center' },
    material: { color: colourOf(reading) },
  };
}

/** `Grow light`, or `Weather: temperature` where the thing has several properties. */
export function titleOf({ thing, description }: Property): string {
  return thing.properties.length === 1 ? thing.title : `${thing.title}: ${description.title.toLowerCase()}`;
}

function labelOf(property: Property, reading: CountedReading | undefined): string {
  const simulated = property.thing.simulated ? ' (simulated)' : '';
  return `${titleOf(property)}${simulated}: ${valueText(property, reading)}`;
}

function valueText({ description }: Property, reading: CountedReading | undefined): string {
  if (!reading || reading.value === null) return reading?.quality === 'fault' ? 'fault' : '–';
  const { value, quality } = reading;
  const unit = description.unit === undefined ? '' : ` ${description.unit}`;
  const shown =
    typeof value === 'boolean' ? (value ? 'on' : 'off') : typeof value === 'number' ? rounded(value) : value;
  return `${shown}${unit}${quality === 'good' ? '' : ` (${quality})`}`;
}

function rounded(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)));
}

function colourOf(reading: CountedReading | undefined): readonly number[] {
  if (reading?.quality === 'fault') return colours.fault;
  if (typeof reading?.value !== 'boolean') return colours.value;
  return reading.value ? colours.on : colours.off;
}

/** Column-major 4×4 matrix: a turn about Y, then a move. */
function placed([x, y, z]: readonly [number, number, number], angle: number): number[] {
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  return [cos, 0, -sin, 0, 0, 1, 0, 0, sin, 0, cos, 0, x, y, z, 1];
}

/** A rectangle a little behind the origin, so that text at the origin stands before it. */
function panel(w: number, h: number): Components {
  const [x, y, z] = [w / 2, h / 2, -0.005];
  return {
    type: 'inline',
    vertices: [
      [-x, -y, z],
      [x, -y, z],
      [x, y, z],
      [-x, y, z],
    ],
    uvs: [
      [0, 0],
      [1, 0],
      [1, 1],
      [0, 1],
    ],
    triangles: [
      [0, 1, 2],
      [0, 2, 3],
    ],
  };
}

function box(w: number, h: number): Components {
  return { type: 'box', width: w, height: h, depth: 0.02 };
}
