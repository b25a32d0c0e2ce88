import type { Visor } from './visor.ts';
import type { rows, Sight, VisorStage } from './visor-stage.ts';

/** What somebody did with his hands, and what Ann sees then. */
export interface Seen {
  readonly what: string;
  readonly sight: Sight;
  /** Whether the lamp is on by then. */
  readonly lit: boolean;
}

interface Deed {
  readonly what: string;
  readonly act: (ann: Visor, bob: Visor, row: (key: (typeof rows)[number]) => string) => void;
  /** Until the panel has shown it, and the place has told it, ms; after a `moment` that is not waited for. */
  readonly wait?: number;
}

const moment = 200;

/** A visit with everything in it that people do before a panel. */
const deeds: readonly Deed[] = [
  { what: 'nobody is near', act: () => {} },
  { what: 'Ann points at the light', act: (ann, _, row) => ann.aim(row('light.on')) },
  { what: 'Ann holds it down', act: (ann) => ann.trigger(true) },
  { what: 'Ann lets go', act: (ann) => ann.trigger(false) },
  { what: 'Ann holds it down again', act: (ann) => ann.trigger(true), wait: moment },
  { what: 'Bob points at it too', act: (_, bob, row) => bob.aim(row('light.on')), wait: moment },
  { what: 'Bob holds it down too', act: (_, bob) => bob.trigger(true) },
  { what: 'Ann lets go first', act: (ann) => ann.trigger(false) },
  { what: 'Bob lets go', act: (_, bob) => bob.trigger(false) },
  { what: 'Bob looks away', act: (_, bob) => bob.aim(undefined) },
  { what: 'Ann holds it down and thinks better of it', act: (ann) => ann.trigger(true) },
  { what: 'Ann drifts off it', act: (ann) => ann.aim(undefined) },
  { what: 'Ann lets go beside it', act: (ann) => ann.trigger(false) },
  { what: 'Ann comes back to it', act: (ann, _, row) => ann.aim(row('light.on')), wait: moment },
  { what: 'Ann holds it down once more', act: (ann) => ann.trigger(true), wait: moment },
  { what: 'Ann strays to the door', act: (ann, _, row) => ann.aim(row('door.on')), wait: moment },
  { what: 'Ann strays back', act: (ann, _, row) => ann.aim(row('light.on')), wait: moment },
  { what: 'Ann lets go where she pressed', act: (ann) => ann.trigger(false) },
  { what: 'Ann points at the door', act: (ann, _, row) => ann.aim(row('door.on')) },
  { what: 'Ann holds the door down', act: (ann) => ann.trigger(true), wait: moment },
  { what: 'Ann lets go of the door', act: (ann) => ann.trigger(false), wait: 2_300 },
  { what: 'three seconds pass', act: () => {}, wait: 3_500 },
  { what: 'Ann points at the thermometer', act: (ann, _, row) => ann.aim(row('weather.temperature')) },
  { what: 'Ann pokes the thermometer', act: (ann) => ann.trigger(true), wait: 2_300 },
  { what: 'Ann has poked the thermometer', act: (ann) => ann.trigger(false), wait: 4_500 },
  { what: 'Ann looks away', act: (ann) => ann.aim(undefined) },
  { what: 'Bob points at the light', act: (_, bob, row) => bob.aim(row('light.on')), wait: moment },
  { what: 'Bob holds the light down', act: (_, bob) => bob.trigger(true) },
  { what: 'Bob is gone', act: (_, bob) => bob.leave() },
];

/** Has it all done. `did` is called after each thing that is waited for. */
export async function visit(
  stage: VisorStage,
  ann: Visor,
  bob: Visor,
  did: (seen: Seen) => void,
): Promise<void> {
  const row = (key: (typeof rows)[number]) => {
    const id = ann.row(key);
    if (id === undefined) throw new Error(`there is no row ${key}`);
    return id;
  };
  for (const { what, act, wait = 1_700 } of deeds) {
    act(ann, bob, row);
    await stage.surroundings.wait(wait);
    if (wait === moment) continue;
    const lit = (await stage.light.read('on')).value === true;
    did({ what, sight: stage.sight(ann), lit });
  }
}
