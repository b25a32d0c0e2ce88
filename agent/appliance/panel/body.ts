import { AVATAR } from '../../place/own-entities.ts';
import type { Components } from '../../wire/place-requests.ts';
import { box, material, moved, type Part, text } from './components.ts';
import { type Condition, isTroubled, statusLine, troubleLine } from './condition.ts';
import type { Layout, Rectangle } from './layout.ts';
import { cutToFit, widthOf } from './lettering.ts';
import { body, depth } from './measures.ts';
import { accent, ink, surface } from './palette.ts';
import { geometryOf, rectangle, slab } from './shapes.ts';

const cornerSteps = 3;

/** The name in front of the frame, which the avatar itself shows: others know it by that, so it is never cut. */
export function namePlate(name: string, { name: field }: Layout): Components {
  const height = Math.min(body.name, Math.floor((field.width / widthOf(name)) * 1e4) / 1e4);
  return text(name, height, field.width, 'left');
}

/** What never changes: the frame, by which the whole panel is grabbed, and a strip of colour. */
export function bodyParts({ frame, strip }: Layout): readonly Part[] {
  return [
    {
      key: 'frame',
      parent: AVATAR,
      components: {
        // In its middle, for that is where colliders are.
        transform: moved(frame.x, frame.y, depth.frame - body.depth / 2),
        geometry: geometryOf(slab(frame.width, frame.height, body.radius, cornerSteps, body.depth)),
        material: material(surface.frame),
        collider: box(frame, body.depth),
        // Not kept upright: the reference server squeezes what a rotation constraint holds, and aborts before long.
        grabbable: { actuate_on: '$parent' },
      },
    },
    {
      key: 'frame/strip',
      parent: 'frame',
      components: {
        transform: moved(strip.x - frame.x, strip.y - frame.y, body.depth / 2 + depth.graphic),
        geometry: geometryOf(rectangle(0, 0, strip.width, strip.height)),
        material: material(accent),
      },
    },
  ];
}

/** Place and clock, and what is wrong. */
export function conditionParts(condition: Condition, { status, trouble }: Layout): readonly Part[] {
  const width = (field: Rectangle) => field.width / body.status;
  const wrong = troubleLine(condition, width(trouble));
  return [
    line('status', cutToFit(statusLine(condition), width(status)), status, ink.quiet),
    line('trouble', wrong, trouble, isTroubled(condition) ? ink.fault : ink.quiet),
  ];
}

function line(key: string, string: string, field: Rectangle, colour: (typeof ink)[keyof typeof ink]): Part {
  return {
    key,
    parent: AVATAR,
    components: {
      transform: moved(field.x, field.y, 0),
      material: material(colour),
      text: text(string, body.status, field.width, 'left'),
    },
  };
}
