import type { Cancel } from '../../time/time.ts';
import type { Interaction } from '../../wire/interaction.ts';
import { isObject, type Json } from '../../wire/json.ts';
import { readingIn, type ToldReading } from './reading.ts';
import type { SeenProperty } from './survey.ts';
import type { Visitor } from './visitor.ts';

/** Pause before an appliance that did not take an observer is asked again, ms. */
const retryAfter = 1_000;

export interface ObservationEvents {
  /** `missed`: how many readings of this property came before it and never arrived. */
  reading(property: SeenProperty, reading: ToldReading, missed: number): void;
  /** A property is observed from now on: for the first time, or again. */
  observed?(property: SeenProperty): void;
  /** A property is not observed at the moment; it is asked for again. */
  refused(property: SeenProperty, reason: unknown): void;
}

/**
 * Observes properties for as long as it lasts: when the visitor has rejoined, or an appliance has, they are
 * observed again, and what was missed meanwhile is told, as far as the appliance kept it. A property is known by appliance and name, for its entity is another one after a rejoin.
 */
export class Observation {
  readonly #visitor: Visitor;
  readonly #wanted: (property: SeenProperty) => boolean;
  readonly #events: ObservationEvents;
  /** Readings that are older are wanted too, as far back as this, ms. */
  readonly #since: number | undefined;
  /** By `addressOf`: those that were asked to tell us their readings. */
  readonly #observed = new Map<string, SeenProperty>();
  readonly #lastSeq = new Map<string, number>();
  readonly #undo: (() => void)[] = [];
  #retry: Cancel | undefined;

  constructor(
    visitor: Visitor,
    wanted: (property: SeenProperty) => boolean,
    events: ObservationEvents,
    since?: number,
  ) {
    this.#visitor = visitor;
    this.#wanted = wanted;
    this.#events = events;
    this.#since = since;
  }

  /** Begins. Rejects where an appliance refuses at once. */
  async start(): Promise<void> {
    this.#listen();
    await Promise.all(this.#missing().map((property) => this.#observe(property)));
    this.#follow();
  }

  /** Begins. Who refuses, even at once, is asked again. */
  startPatiently(): void {
    this.#listen();
    this.#follow();
    this.#again();
  }

  stop(): void {
    for (const undo of this.#undo) undo();
    this.#retry?.();
  }

  #listen(): void {
    this.#undo.push(this.#visitor.session.onOneWay((message) => this.#hear(message)));
  }

  #follow(): void {
    const { session } = this.#visitor;
    const again = () => this.#again();
    this.#undo.push(
      session.world.observe({
        componentAdded: (_entity, name) => name === 'property' && again(),
        // After rejoining, the world is the old one until it shows the new avatar. Where appliances show nothing
        // but theirs, whoever comes may be one.
        entityAdded: ({ id }) =>
          (id === session.status.avatarId || session.dialect?.spawns === false) && again(),
        entityRemoved: ({ id }) => this.#forget(id),
      }),
      session.observe({ joined: () => this.#observed.clear() }),
    );
  }

  #missing(): SeenProperty[] {
    const { properties } = this.#visitor.survey;
    return properties.filter(
      (property) => !this.#observed.has(addressOf(property)) && this.#wanted(property),
    );
  }

  /** Once the world has been told of completely. */
  #again(delay = 0): void {
    this.#retry?.();
    this.#retry = this.#visitor.time.after(delay, () => void this.#observeMissing());
  }

  async #observeMissing(): Promise<void> {
    // Interrupted, there is nothing more to observe.
    await this.#visitor.meetEveryone().catch(() => {});
    if (this.#visitor.signal.aborted) return;
    for (const property of this.#missing()) {
      this.#observe(property).catch((reason: unknown) => {
        this.#events.refused(property, reason);
        this.#again(retryAfter);
      });
    }
  }

  #forget(entityId: string): void {
    for (const [address, property] of this.#observed)
      if (property.entityId === entityId) this.#observed.delete(address);
  }

  async #observe(property: SeenProperty): Promise<void> {
    this.#observed.set(addressOf(property), property);
    try {
      await this.#visitor.ask(property.entityId, [
        'observe_property',
        ...property.address,
        ...this.#missedBy(property),
      ]);
    } catch (error) {
      this.#observed.delete(addressOf(property));
      throw error;
    }
    this.#events.observed?.(property);
  }

  #hear({ from, body }: Interaction): void {
    const told = body[0] === 'reading' ? body[1] : undefined;
    const reading = readingIn(told);
    const key = isObject(told) ? `${told.thing}.${told.property}` : '';
    const property =
      this.#observed.get(addressOf({ entityId: from, address: [] })) ??
      this.#observed.get(addressOf({ entityId: from, address: [key] }));
    if (property && reading) this.#events.reading(property, reading, this.#missed(property, reading));
  }

  /** What the appliance is to tell first. */
  #missedBy(property: SeenProperty): Json[] {
    const last = this.#lastSeq.get(nameOf(property));
    if (last !== undefined) return [{ after_seq: last }];
    const { session, time } = this.#visitor;
    const now = session.clock.placeTime(time.now());
    return this.#since === undefined || now === undefined ? [] : [{ from: now - this.#since / 1e3 }];
  }

  #missed(property: SeenProperty, { seq }: ToldReading): number {
    if (seq === undefined) return 0;
    const name = nameOf(property);
    const last = this.#lastSeq.get(name);
    this.#lastSeq.set(name, seq);
    // An appliance that lost its count begins anew.
    return last === undefined || seq <= last ? 0 : seq - last - 1;
  }
}

const nameOf = ({ appliance, key }: SeenProperty): string => `${appliance.name}/${key}`;

/** Who is asked, and with what words. */
function addressOf({ entityId, address }: Pick<SeenProperty, 'entityId' | 'address'>): string {
  return [entityId, ...address].join(' ');
}
