import type { PropertyDescription, Reading, Thing } from '../../devices/thing.ts';
import type { Stamp } from './stamp.ts';

/** A reading with its place in the property's own count: no number is ever left out. */
export interface CountedReading extends Reading {
  readonly seq: number;
}

/** One property of one thing as the appliance keeps it: what it is, its newest reading, how many there were. */
export class Property {
  readonly thing: Thing;
  readonly description: PropertyDescription;
  /** `grow_light.on`: how requests name it, and the key of its entity. */
  readonly key: string;
  #latest: CountedReading | undefined;

  constructor(thing: Thing, description: PropertyDescription) {
    this.thing = thing;
    this.description = description;
    this.key = `${thing.id}.${description.name}`;
  }

  get latest(): CountedReading | undefined {
    return this.#latest;
  }

  /** Numbers a new reading and keeps it as the latest. */
  take(reading: Reading, seq: number): CountedReading {
    this.#latest = { ...reading, seq };
    return this.#latest;
  }

  /** A reading of it as the place is told: `{ value, unit, time, quality }`. */
  told({ value, quality }: Pick<Reading, 'value' | 'quality'>, stamp: Stamp) {
    const { unit } = this.description;
    return { value, ...(unit !== undefined && { unit }), ...stamp, quality };
  }
}
