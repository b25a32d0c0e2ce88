import { AlloError } from '../errors.ts';
import type { Cancel, Time } from '../time/time.ts';
import type { Body } from '../wire/interaction.ts';
import {
  type Components,
  changeComponentsBody,
  isFailure,
  removeEntityBody,
  spawnEntityBody,
  spawned,
} from '../wire/place-requests.ts';
import type { SessionCounters } from './counters.ts';
import type { OwnEntities } from './own-entities.ts';
import { difference, type OwnEntity } from './own-entity.ts';
import { RateLimit } from './rate-limit.ts';
import type { LateAnswer } from './requests.ts';

/** Changes of all entities together that may be sent in a second. */
const CHANGES_A_SECOND = 10;

/** Spawns that may be under way at one time. */
const MOST_SPAWNS = 16;

/** Until something the place did not take is offered again, ms. */
const RETRY = 5_000;
/** After pauses that double up to this, what cannot be removed stays until the agent leaves, ms. */
const LONGEST_RETRY = 600_000;

export interface EntityPublisherOptions {
  readonly time: Time;
  readonly entities: OwnEntities;
  readonly counters: SessionCounters;
  /** Asks the place, as the avatar. */
  readonly ask: (body: Body, late?: LateAnswer) => Promise<Body>;
  /** Whether the place takes entities beside the avatar. */
  readonly spawns: boolean;
}

/**
 * Makes the place have our entities as they should be, during one stay there. Changes are coalesced (the last
 * value wins) and rate limited; what did not change is not sent.
 */
export class EntityPublisher {
  readonly #time: Time;
  readonly #entities: OwnEntities;
  readonly #counters: SessionCounters;
  readonly #ask: (body: Body, late?: LateAnswer) => Promise<Body>;
  readonly #spawns: boolean;
  readonly #limit = new RateLimit(CHANGES_A_SECOND, 1_000);
  /** To be spawned, in order of declaration; those under way are not in it. */
  readonly #absent = new Set<OwnEntity>();
  /** Perhaps not what they should be, longest first. */
  readonly #dirty = new Set<OwnEntity>();
  readonly #timers = new Set<Cancel>();
  readonly #spawning = new Set<OwnEntity>();
  #flushAt: number | undefined;
  #cancelFlush: Cancel | undefined;
  #stopped = false;

  constructor({ time, entities, counters, ask, spawns }: EntityPublisherOptions) {
    this.#time = time;
    this.#entities = entities;
    this.#counters = counters;
    this.#ask = ask;
    this.#spawns = spawns;
  }

  /** The avatar is in the place, made of what was announced; the others follow. */
  start(avatar: OwnEntity, avatarId: string, announced: Components): void {
    for (const entity of this.#entities.all()) if (entity !== avatar) this.declared(entity);
    this.#arrived(avatar, avatarId, announced);
  }

  stop(): void {
    this.#stopped = true;
    this.#cancelFlush?.();
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
  }

  declared(entity: OwnEntity): void {
    if (!this.#spawns) return;
    this.#absent.add(entity);
    this.#spawnNext();
  }

  changed(entity: OwnEntity): void {
    if (entity.id === undefined) return;
    this.#dirty.add(entity);
    this.#flushSoon(this.#time.now());
  }

  removed(entity: OwnEntity): void {
    this.#absent.delete(entity);
    this.#dirty.delete(entity);
    if (entity.id !== undefined) void this.#remove(entity.id);
  }

  /** Somebody else took it out of the place: it comes back after a while. */
  vanished(entity: OwnEntity): void {
    this.#dirty.delete(entity);
    this.#entities.left(entity);
    this.#later(RETRY, () => this.#declareAgain(entity));
  }

  #spawnNext(): void {
    for (const entity of this.#absent) {
      if (this.#spawning.size >= MOST_SPAWNS) return;
      const parentId = entity.parent === undefined ? undefined : this.#entities.id(entity.parent);
      if (parentId !== undefined) void this.#spawn(entity, parentId);
    }
  }

  async #spawn(entity: OwnEntity, parentId: string): Promise<void> {
    this.#absent.delete(entity);
    this.#spawning.add(entity);
    const components = entity.under(parentId);
    const late = (body: Body) => this.#spawnedLate(entity, body, components);
    const answer = await this.#tell(spawnEntityBody(components), late);
    const id = answer && spawned(answer);
    this.#spawning.delete(entity);
    if (this.#stopped) return;
    if (id === undefined) this.#later(RETRY, () => this.#declareAgain(entity));
    else if (this.#isWanted(entity)) this.#arrived(entity, id, components);
    else void this.#remove(id);
    this.#spawnNext();
  }

  /** A place at work may answer after it was given up: without this, the entity would be there twice. */
  #spawnedLate(entity: OwnEntity, answer: Body, components: Components): void {
    const id = spawned(answer);
    if (id === undefined || this.#stopped) return;
    const awaited = this.#isWanted(entity) && entity.id === undefined && !this.#spawning.has(entity);
    if (awaited) {
      this.#absent.delete(entity);
      this.#arrived(entity, id, components);
    } else {
      void this.#remove(id);
    }
  }

  #declareAgain(entity: OwnEntity): void {
    if (this.#isWanted(entity) && entity.id === undefined) this.declared(entity);
  }

  #arrived(entity: OwnEntity, id: string, components: Components): void {
    entity.placed = components;
    this.#entities.arrived(entity, id);
    this.changed(entity);
    this.#renewChildren(entity);
    this.#spawnNext();
  }

  /** What was there before the entity it hangs from came back cannot be hung from it: parents come first. */
  #renewChildren(parent: OwnEntity): void {
    for (const child of this.#entities.all()) {
      const { id } = child;
      if (child.parent !== parent.key || id === undefined) continue;
      this.#dirty.delete(child);
      this.#entities.left(child);
      this.#renewChildren(child);
      void this.#remove(id);
      this.declared(child);
    }
  }

  #isWanted(entity: OwnEntity): boolean {
    return this.#entities.get(entity.key) === entity;
  }

  /** Where something of somebody else's hangs from it, it cannot be removed until that has gone. */
  async #remove(id: string, pause = RETRY): Promise<void> {
    try {
      if (!isFailure(await this.#ask(removeEntityBody(id)))) return;
    } catch (error) {
      if (this.#stopped) return;
      const withheld = error instanceof AlloError && error.code === 'ALLO_E_REQUEST_UNSENDABLE';
      if (withheld && pause <= LONGEST_RETRY) this.#later(pause, () => void this.#remove(id, 2 * pause));
    }
    this.#counters.count('ALLO_E_ENTITY_REFUSED');
  }

  /** One timer at most, set for the earliest moment; changes made in one turn go out as one. */
  #flushSoon(at: number): void {
    if (this.#flushAt !== undefined && this.#flushAt <= at) return;
    this.#cancelFlush?.();
    this.#flushAt = at;
    this.#cancelFlush = this.#time.after(at - this.#time.now(), () => {
      this.#flushAt = undefined;
      this.#flush();
    });
  }

  #flush(): void {
    const now = this.#time.now();
    let next = Number.POSITIVE_INFINITY;
    for (const entity of this.#dirty) {
      const readyAt = Math.max(this.#limit.readyAt, entity.limit.readyAt);
      if (readyAt <= now) this.#update(entity, now);
      else next = Math.min(next, readyAt);
      if (this.#limit.readyAt > now) break;
    }
    if (this.#dirty.size > 0) this.#flushSoon(this.#limit.readyAt > now ? this.#limit.readyAt : next);
  }

  #update(entity: OwnEntity, now: number): void {
    this.#dirty.delete(entity);
    const { id, placed, parent } = entity;
    if (id === undefined || !placed) return;
    const wanted = entity.under(parent === undefined ? undefined : this.#entities.id(parent));
    const differs = difference(placed, wanted);
    if (!differs) return;
    this.#limit.take(now);
    entity.limit.take(now);
    entity.placed = wanted;
    void this.#change(entity, changeComponentsBody(id, differs.changes, differs.removals), placed);
  }

  /** Where the place does not take a change, it is offered again, together with what has changed since. */
  async #change(entity: OwnEntity, body: Body, before: Components): Promise<void> {
    const { id } = entity;
    const answer = await this.#tell(body);
    if (answer || this.#stopped || entity.id !== id) return;
    entity.placed = before;
    this.#later(RETRY, () => this.changed(entity));
  }

  /** The answer of the place, or undefined where it did not come, or said no; that is counted. */
  async #tell(body: Body, late?: LateAnswer): Promise<Body | undefined> {
    try {
      const answer = await this.#ask(body, late);
      if (!isFailure(answer)) return answer;
    } catch {
      if (this.#stopped) return undefined;
    }
    this.#counters.count('ALLO_E_ENTITY_REFUSED');
    return undefined;
  }

  #later(ms: number, callback: () => void): void {
    const cancel = this.#time.after(ms, () => {
      this.#timers.delete(cancel);
      callback();
    });
    this.#timers.add(cancel);
  }
}
