import type { Components } from '../../wire/place-requests.ts';
import type { Rectangle } from './layout.ts';
import { lineHeight, widthOf } from './lettering.ts';
import type { Colour } from './palette.ts';

/** One entity of the panel: its key, the key of what it hangs from, and all it is made of. */
export interface Part {
  readonly key: string;
  readonly parent: string;
  readonly components: Components;
}

/** The component `transform` of a move; `scale` makes everything smaller or larger first. */
export function moved(x: number, y: number, z: number, scale = 1): Components {
  return { matrix: [scale, 0, 0, 0, 0, scale, 0, 0, 0, 0, scale, 0, round(x), round(y), round(z), 1] };
}

export type Alignment = 'left' | 'center' | 'right';

/**
 * The component `text`, in a field about the origin of its entity. Visors differ: older ones break lines at `wrap`
 * metres and align within them, newer ones align within `width`. What is written here fits without being broken.
 */
export function text(lines: string, height: number, width: number, halign: Alignment): Components {
  return { string: lines, height: round(height), width: round(width), wrap: round(width), halign };
}

export function material(colour: Colour): Components {
  return { color: [...colour] };
}

/** The component `collider`: what people point at. */
export function box({ width, height }: Pick<Rectangle, 'width' | 'height'>, depth: number): Components {
  return { type: 'box', width: round(width), height: round(height), depth };
}

/** The largest of these sizes in which the text fits its field on one line; the smallest where none does. */
export function sizeToFit(string: string, field: Rectangle, sizes: readonly number[]): number {
  const fits = (size: number) =>
    widthOf(string) * size <= field.width && size * lineHeight <= field.height + 1e-9;
  return sizes.find(fits) ?? sizes.at(-1)!;
}

function round(metres: number): number {
  return Math.round(metres * 1e4) / 1e4 + 0;
}
