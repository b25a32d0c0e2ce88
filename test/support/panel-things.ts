import type { Fault, PropertyDescription, Value } from '../../devices/thing.ts';
import { ScriptedThing } from './scripted-thing.ts';

/** How something goes: its value so many seconds after the beginning. */
export type Course = (seconds: number) => Value;

export interface PanelProperty extends PropertyDescription {
  readonly course: Course;
}

/** A thing of real hardware, as a panel shows it, that goes as it is told. */
export class PanelThing extends ScriptedThing {
  override readonly simulated = false;
  override readonly driver: string;
  readonly #courses: readonly PanelProperty[];
  readonly #fault: Fault | undefined;

  /** `fault`: why it never worked. */
  constructor(
    about: {
      readonly id: string;
      readonly title: string;
      readonly driver: string;
      readonly now: () => number;
      readonly fault?: Fault;
    },
    properties: readonly PanelProperty[],
  ) {
    const described = properties.map(({ course: _, ...description }) => description);
    super(about.id, described, about.now, about.title);
    this.driver = about.driver;
    this.#courses = properties;
    this.#fault = about.fault;
  }

  /** Says how everything is so many seconds after the beginning, and that it was so at that time, ms. */
  sayAll(seconds: number, time: number): void {
    const fault = this.#fault;
    for (const { name, course } of this.#courses) {
      if (fault) this.events?.reading(name, { value: null, time, quality: 'fault' });
      else this.say(name, course(seconds), time);
    }
    if (fault) this.events?.fault(fault);
  }
}

export function output(on: boolean): PanelProperty {
  const policy = { onStart: 'keep', onDisconnect: 'keep', onStop: 'keep' } as const;
  return { name: 'on', title: 'On', type: 'boolean', writable: true, output: policy, course: () => on };
}

export function input(on: boolean): PanelProperty {
  return { name: 'on', title: 'On', type: 'boolean', writable: false, course: () => on };
}

/** A number that is only read. `title` also names it, in lower case. */
export function measure(
  title: string,
  unit: string,
  course: Course,
  bounds: Pick<PropertyDescription, 'minimum' | 'maximum'> = {},
): PanelProperty {
  const name = title.toLowerCase().replace(/\W+/g, '_');
  return { name, title, type: 'number', unit, writable: false, ...bounds, course };
}

/**
 * Up and down around a middle, a whole wave every `period` seconds. Made of parabolas: a sine differs from machine to
 * machine in its last digit.
 */
export function wave(middle: number, swing: number, period: number): Course {
  return (seconds) => {
    const phase = ((seconds % period) / period) * 4;
    const height = phase < 1 ? phase : phase < 3 ? 2 - phase : phase - 4;
    return middle + swing * height * (2 - Math.abs(height));
  };
}
