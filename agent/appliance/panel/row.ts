import type { PropertyType } from '../../../devices/thing.ts';
import type { Components } from '../../wire/place-requests.ts';
import type { Property } from '../property.ts';
import { box, material, moved, type Part, sizeToFit, text } from './components.ts';
import { curveUnit } from './curve-shape.ts';
import { barSteps, type Graphic, graphicOf } from './graphic.ts';
import type { Rectangle } from './layout.ts';
import { cutToFit, squeezeToFit, wrapToFit } from './lettering.ts';
import { plain } from './letters.ts';
import { depth, type Measures } from './measures.ts';
import { accent, type Colour, ink, surface } from './palette.ts';
import { type Middle, type RowFields, rowFields } from './row-fields.ts';
import { fails, isLost, type RowState, shownValue } from './row-state.ts';
import { disc, geometryOf, plate, rectangle, type Shape, together } from './shapes.ts';
import type { Touch } from './touch.ts';
import { ageText, fullTitle, isLit, origin, remainingText, rowTitle } from './words.ts';

/** How much smaller text may become before it is cut. */
const shrinking = { title: [1, 0.85], value: [1, 0.88, 0.77, 0.68] } as const;

/** The row of one property: what each of its entities is made of. */
export class Row {
  readonly property: Property;
  readonly graphic: Graphic;
  readonly fields: RowFields;
  readonly #place: Rectangle;
  readonly #measures: Measures;
  readonly #plate: Components;
  readonly #lamp: Shape;
  /** By how much of the bar is filled; the lamp alone under undefined. */
  readonly #shapes = new Map<number | undefined, Components>();

  constructor(property: Property, place: Rectangle, measures: Measures) {
    this.property = property;
    this.graphic = graphicOf(property.description);
    this.fields = rowFields(measures, middleOf(this.graphic, property.description.type));
    this.#place = place;
    this.#measures = measures;
    this.#plate = geometryOf(plate(place.width, place.height, measures.row.radius, measures.row.cornerSteps));
    const { x, y, radius } = this.fields.lamp;
    this.#lamp = disc(x, y, radius, measures.row.lampEdges, depth.graphic);
  }

  /** All but the curve; those that hang from others after them. */
  parts(state: RowState, now: number): readonly Part[] {
    const { key } = this.property;
    return [
      { key, parent: 'avatar', components: this.#row(state) },
      { key: `${key}/plate`, parent: key, components: this.#plateComponents(state) },
      { key: `${key}/title`, parent: key, components: this.#title(state.touch) },
      { key: `${key}/note`, parent: `${key}/title`, components: this.#note(state, now) },
    ];
  }

  curvePart(geometry: Components): Part {
    const { key } = this.property;
    const { graphic, title } = this.fields;
    const components = {
      transform: moved(graphic.x - title.x, graphic.y - title.y, depth.graphic, curveUnit),
      geometry,
      material: material(accent),
    };
    return { key: `${key}/curve`, parent: `${key}/title`, components };
  }

  /** What people point at; its own text and lamp are of one colour, so that one update changes both. */
  #row(state: RowState): Components {
    const { x, y, width, height } = this.#place;
    const { pressed, refusal } = state.touch;
    return {
      transform: pressed ? moved(x, y, -depth.travel, depth.pressedScale) : moved(x, y, 0),
      collider: box({ width, height }, depth.rowCollider),
      ...this.#geometry(refusal === undefined ? this.#filled(state) : undefined),
      material: material(refusal === undefined ? this.#ink(state) : ink.fault),
      text: refusal === undefined ? this.#value(state) : this.#refusal(refusal),
      property: this.#component(state),
    };
  }

  #plateComponents(state: RowState): Components {
    const failing = fails(this.property, state) ? surface.fault : surface.row;
    const colour = state.touch.pointed ? surface.pointed : failing;
    return { transform: moved(0, 0, 0), geometry: this.#plate, material: material(colour) };
  }

  /** The face of the row hangs from the title: it goes back into the frame while a refusal is read. */
  #title({ refusal }: Touch): Components {
    const { title: field } = this.fields;
    const sizes = shrinking.title.map((share) => share * this.#measures.text.title);
    const { string, height } = fitted(rowTitle(this.property), field, sizes);
    return {
      transform: moved(field.x, field.y, refusal === undefined ? 0 : -depth.hidden),
      material: material(ink.plain),
      text: text(string, height, field.width, 'left'),
    };
  }

  #note(state: RowState, now: number): Components {
    const { note, wideNote, title } = this.fields;
    const alone = this.graphic === 'curve' && !state.curve && isLost(this.property, state);
    const field = alone ? wideNote : note;
    const { note: height } = this.#measures.text;
    const stale = state.reading?.quality === 'stale';
    const colour = fails(this.property, state) ? ink.fault : stale ? ink.stale : ink.quiet;
    return {
      transform: moved(field.x - title.x, field.y - title.y, 0),
      material: material(colour),
      text: text(this.#noteText(state, now, field.width / height), height, field.width, 'left'),
    };
  }

  #noteText(state: RowState, now: number, width: number): string {
    const { reading, offAt, fault } = state;
    const { thing, description } = this.property;
    if (fails(this.property, state)) return faultText(fault, width);
    // What is set here is as it is set, however long ago that was.
    const known = description.writable && reading?.quality === 'good';
    const age = reading && !known ? ageText(now - reading.time) : undefined;
    const from = origin(this.property, reading?.value);
    const news = [
      thing.simulated ? 'simulated' : '',
      reading ? '' : 'waiting',
      reading?.quality === 'stale' ? 'stale' : '',
      (offAt === undefined ? age : remainingText(offAt - now)) ?? '',
    ].filter((word) => word !== '');
    const whole = [from, ...news].filter((word) => word !== '').join(' · ');
    return cutToFit(news.length === 0 || fits(whole, width) ? whole : news.join(' · '), width);
  }

  #value(state: RowState): Components {
    const { value: field } = this.fields;
    const sizes = shrinking.value.map((share) => share * this.#measures.text.value);
    // Of what does not fit the end goes: that must never be digits.
    const least = field.width / sizes.at(-1)!;
    const whole = shownValue(this.property, state);
    const fitting = fits(whole, least) ? whole : shownValue(this.property, state, true);
    const { string, height } = fitted(fitting, field, sizes);
    return text(string, height, 2 * (field.x + field.width / 2), 'right');
  }

  #refusal(reason: string): Components {
    const { width } = this.fields.refusal;
    const height = this.#measures.text.note;
    return text(wrapToFit(plain(reason), width / height, 2).join('\n'), height, width, 'left');
  }

  #ink(state: RowState): Colour {
    const { reading } = state;
    const { description, thing } = this.property;
    if (fails(this.property, state)) return ink.fault;
    if (!reading || reading.value === null) return ink.quiet;
    if (reading.quality !== 'good') return ink.stale;
    if (description.type !== 'boolean') return ink.value;
    if (!isLit(description, reading.value)) return ink.off;
    return thing.driver === 'microphone' ? ink.onAir : ink.on;
  }

  /** How many steps of the bar are filled; undefined where there is no bar. */
  #filled({ reading }: RowState): number | undefined {
    if (this.graphic !== 'bar') return undefined;
    const { minimum = 0, maximum = 1 } = this.property.description;
    const value = typeof reading?.value === 'number' && reading.quality !== 'fault' ? reading.value : minimum;
    const share = (value - minimum) / (maximum - minimum);
    return Math.round(Math.max(0, Math.min(1, share)) * barSteps);
  }

  /** What is on or off has a lamp, and so has a bar while a refusal is in its place; all else is told by text alone. */
  #geometry(filled: number | undefined): Components {
    if (this.graphic !== 'bar' && this.property.description.type !== 'boolean') return {};
    const known = this.#shapes.get(filled);
    if (known) return { geometry: known };
    const geometry = geometryOf(filled === undefined ? this.#lamp : together(...this.#bar(filled)));
    this.#shapes.set(filled, geometry);
    return { geometry };
  }

  /** A thin line as long as the bar can be, and upon it the bar. */
  #bar(filled: number): Shape[] {
    const { x, y, width, height } = this.fields.graphic;
    const line = rectangle(x, y, width, height / 20, depth.graphic);
    if (filled === 0) return [line];
    const length = (width * filled) / barSteps;
    return [line, rectangle(x - width / 2 + length / 2, y, length, height / 4, depth.graphic)];
  }

  /** What programs read. */
  #component({ reading, stamp }: RowState): Components {
    const { thing, description } = this.property;
    return {
      thing: thing.id,
      name: description.name,
      title: fullTitle(this.property),
      type: description.type,
      writable: description.writable,
      ...(description.unit !== undefined && { unit: description.unit }),
      ...(thing.simulated && { simulated: true }),
      ...(reading && reading.value !== null && { value: reading.value }),
      ...(reading && { quality: reading.quality }),
      ...stamp,
    };
  }
}

/** Of a reason that begins with a long name the end matters more than the middle. */
function faultText(fault: string | undefined, width: number): string {
  if (fault === undefined) return 'fault';
  const reason = plain(fault);
  return /^\S*\//.test(reason) ? squeezeToFit(reason, width) : cutToFit(reason, width);
}

function middleOf(graphic: Graphic, type: PropertyType): Middle {
  if (graphic !== 'none') return 'graphic';
  return type === 'string' ? 'value' : 'title';
}

function fits(string: string, width: number): boolean {
  return cutToFit(string, width) === string;
}

function fitted(
  string: string,
  field: Rectangle,
  sizes: readonly number[],
): { string: string; height: number } {
  const height = sizeToFit(string, field, sizes);
  return { string: cutToFit(string, field.width / height), height };
}
