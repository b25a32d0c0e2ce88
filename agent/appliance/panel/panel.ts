import { AVATAR, type OwnEntities } from '../../place/own-entities.ts';
import { jsonEqual } from '../../place/state/json-equal.ts';
import type { Cancel, Time } from '../../time/time.ts';
import type { Components } from '../../wire/place-requests.ts';
import type { History } from '../history/history.ts';
import type { CountedReading, Property } from '../property.ts';
import type { Stamp } from '../stamp.ts';
import { nameOf, raisedBy } from './avatar.ts';
import { bodyParts, conditionParts, namePlate } from './body.ts';
import { Coalescer, type Urgency } from './coalescer.ts';
import { material, type Part } from './components.ts';
import type { Condition } from './condition.ts';
import { Curves } from './curves.ts';
import { type Layout, layOut } from './layout.ts';
import { listText } from './list.ts';
import { ink } from './palette.ts';
import { Row } from './row.ts';
import { blank, type RowState } from './row-state.ts';
import type { Touch, TouchShown } from './touch.ts';

export interface PanelOptions {
  /** The avatar among them says what the appliance is called, and where it is to be. */
  readonly entities: OwnEntities;
  readonly time: Time;
  readonly properties: Iterable<Property>;
  readonly condition: () => Condition;
  /** Why a thing does not work, where it does not; by its id. */
  readonly faultOf: (thing: string) => string | undefined;
  /** When an output goes off by itself, ms of the local monotonic clock. */
  readonly offAt: (key: string) => number | undefined;
  /** Whether the place takes entities beside the avatar; where it does not, the avatar lists the rows. */
  readonly spawns: () => boolean;
  /** Whether the panel hangs from where the avatar is to be, as beneath a model, instead of being about it. */
  readonly hangs?: boolean;
}

/** How often everything that changes by itself is looked at, ms. */
const lookEvery = 5_000;

interface Shown {
  readonly row: Row;
  state: RowState;
}

/** What people see of the appliance: a device with a row for each property, made of entities of ours. */
export class Panel implements TouchShown {
  readonly layout: Layout;
  readonly #name: string;
  readonly #options: PanelOptions;
  readonly #rows: ReadonlyMap<string, Shown>;
  readonly #curves: Curves;
  readonly #coalescer: Coalescer;
  /** Every part as it should be, by its key. */
  readonly #wanted = new Map<string, Part>();
  #cancelLook: Cancel = () => {};

  constructor(options: PanelOptions) {
    const { entities, time, properties } = options;
    const all = [...properties];
    this.#options = options;
    this.#name = nameOf(entities.get(AVATAR)!.components);
    this.layout = layOut(all.length);
    const { rows: places, measures } = this.layout;
    const rows = all.map((property, n) => new Row(property, places[n]!, measures));
    this.#rows = new Map(rows.map((row) => [row.property.key, { row, state: blank }]));
    this.#curves = new Curves(
      rows.filter(({ graphic }) => graphic === 'curve'),
      rows.length,
    );
    this.#coalescer = new Coalescer({ time, send: (part) => this.#send(part) });
  }

  /** Everything as it is before the first reading; to be called before the place is joined. */
  declare(): void {
    const { entities, hangs = false } = this.#options;
    const { transform } = entities.get(AVATAR)!.components;
    const raised = hangs ? transform : raisedBy(-this.layout.frame.y, transform);
    entities.update(AVATAR, { transform: raised, material: material(ink.plain), text: this.#avatarText() });
    for (const part of [...bodyParts(this.layout), ...this.#conditionParts(), ...this.#rowParts()])
      entities.declare(part.key, part.components, { parent: part.parent });
  }

  /** Keeps it as it should be from now on, with what is remembered of the last ten minutes. */
  async start(history: Pick<History, 'between'>): Promise<void> {
    this.#look();
    await this.#curves.recall(history, this.#options.time);
  }

  stop(): void {
    this.#cancelLook();
    this.#coalescer.stop();
  }

  read(property: Property, reading: CountedReading, stamp: Stamp): void {
    this.#curves.add(property.key, reading);
    this.#change(property.key, { reading, stamp });
  }

  touched(key: string, touch: Touch): void {
    this.#change(key, { touch }, 'touch');
  }

  /** Something that it shows has changed beyond readings and touches: a place, a fault, a deadline. */
  refresh(): void {
    this.#show({ key: AVATAR, parent: '', components: { text: this.#avatarText() } }, AVATAR);
    if (!this.#options.spawns()) return;
    for (const shown of this.#rows.values()) this.#showRow(shown);
    for (const part of this.#conditionParts()) this.#show(part, part.key);
  }

  #look(): void {
    const { time } = this.#options;
    const curves = this.#options.spawns() ? this.#curves.due(time.now()) : [];
    // What is written makes room first.
    this.refresh();
    for (const part of curves) this.#show(part, part.key.replace(/\/curve$/, ''));
    this.#cancelLook = time.after(lookEvery, () => this.#look());
  }

  #change(key: string, change: Partial<RowState>, urgency?: Urgency): void {
    const shown = this.#rows.get(key);
    if (!shown) return;
    shown.state = { ...shown.state, ...change };
    if (this.#options.spawns()) this.#showRow(shown, urgency);
    else this.refresh();
  }

  /** Whoever points at a row, or holds it, waits for what it will say. */
  #showRow(shown: Shown, urgency?: Urgency): void {
    const { pointed, pressed } = shown.state.touch;
    for (const part of this.#partsOf(shown))
      this.#show(part, shown.row.property.key, urgency ?? (pointed || pressed ? 'touch' : 'look'));
  }

  #rowParts(): readonly Part[] {
    return [...this.#rows.values()].flatMap((shown) => this.#partsOf(shown));
  }

  #partsOf(shown: Shown): readonly Part[] {
    return shown.row.parts(this.#stateOf(shown), this.#options.time.now());
  }

  /** With what changes beyond readings and touches. */
  #stateOf({ row, state }: Shown): RowState {
    const { faultOf, offAt } = this.#options;
    const { key, thing } = row.property;
    const deadline = offAt(key);
    const fault = faultOf(thing.id);
    return {
      ...state,
      ...(deadline !== undefined && { offAt: deadline }),
      ...(fault !== undefined && { fault }),
      curve: this.#curves.isDrawn(key),
    };
  }

  #conditionParts(): readonly Part[] {
    return conditionParts(this.#options.condition(), this.layout);
  }

  #avatarText(): Components {
    const { spawns, condition, time } = this.#options;
    if (spawns()) return namePlate(this.#name, this.layout);
    const rows = [...this.#rows.values()].map((shown) => ({
      property: shown.row.property,
      state: this.#stateOf(shown),
    }));
    return listText(this.#name, rows, condition(), time.now());
  }

  #show(part: Part, row: string, urgency: Urgency = 'look'): void {
    this.#wanted.set(part.key, part);
    const placed = this.#options.entities.get(part.key)?.components;
    if (!placed || looksDifferent(placed, part.components)) this.#coalescer.want(part.key, row, urgency);
    else if (!jsonEqual(placed.property, part.components.property))
      this.#coalescer.want(part.key, row, 'quiet');
  }

  #send(key: string): boolean {
    const { entities } = this.#options;
    const part = this.#wanted.get(key)!;
    const placed = entities.get(key)?.components;
    const differs = Object.entries(part.components).some(
      ([name, value]) => !jsonEqual(placed?.[name], value),
    );
    if (!differs) return false;
    if (key === AVATAR) entities.update(AVATAR, part.components);
    else entities.declare(key, part.components, { parent: part.parent });
    return true;
  }
}

/** Whether people would see a difference: the component `property` is for programs. */
function looksDifferent(placed: Components, wanted: Components): boolean {
  return Object.entries(wanted).some(
    ([name, value]) => name !== 'property' && !jsonEqual(placed[name], value),
  );
}
