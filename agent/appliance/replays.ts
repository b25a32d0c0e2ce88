import type { Cancel, Time } from '../time/time.ts';
import type { Following, History, PastReading } from './history/history.ts';
import type { Exists, Observers } from './observers.ts';
import type { Property } from './property.ts';
import type { Stamp } from './stamp.ts';

/** How often some are sent, ms, and how many then: a hundred a second, to all observers together. */
const sendEvery = 100;
const sentAtOnce = 10;
/** Readings looked up at once for one replay. */
const pageSize = 100;
/** Replays that go on at once; the others wait for their turn, which ends with a page. */
const atOnce = 16;
/** Tries to send a reading. */
const refusalLimit = 100;

export interface Replayed {
  readonly property: Property;
  readonly observers: Observers;
}

export interface ReplaysOptions {
  readonly time: Time;
  readonly history: Pick<History, 'following'>;
  readonly exists: Exists;
  /** The stamp of a local moment, empty where that is not known; undefined while the place's time is not. */
  readonly stamp: (ms: number | undefined) => Stamp | undefined;
  /** False where it cannot be sent now. */
  readonly send: (
    property: Property,
    entity: string,
    reading: PastReading,
    stamp: Stamp,
    past: boolean,
  ) => boolean;
}

interface Replay {
  readonly property: Property;
  readonly observers: Observers;
  readonly entity: string;
  readonly startedAt: number;
  wanted: Following;
  /** Looked up and not sent yet. */
  page: PastReading[];
  looking: boolean;
  /** How often the first of the page could not be sent. */
  refusals: number;
}

/**
 * Tells observers the readings they missed, oldest first, up to the newest there is; from there on they are told
 * each as it comes. Until then they get none out of order.
 */
export class Replays {
  readonly #options: ReplaysOptions;
  readonly #replays = new Map<string, Replay>();
  #cancel: Cancel | undefined;

  constructor(options: ReplaysOptions) {
    this.#options = options;
  }

  /** A number that was not given yet was not ours: then nothing was missed. */
  start({ property, observers }: Replayed, entity: string, wanted: Following): void {
    if (property.latest && wanted.afterSeq > property.latest.seq) return;
    const startedAt = this.#options.time.now();
    const replay = { property, observers, entity, startedAt, wanted, page: [], looking: false, refusals: 0 };
    this.#replays.set(nameOf(property, entity), replay);
    this.#schedule();
  }

  /** Whether this observer is being told what it missed. */
  has(property: Property, entity: string): boolean {
    return this.#replays.has(nameOf(property, entity));
  }

  stop(): void {
    this.#replays.clear();
    this.#cancel?.();
  }

  #schedule(): void {
    this.#cancel ??= this.#options.time.after(sendEvery, () => {
      this.#cancel = undefined;
      this.#sendSome();
      if (this.#replays.size > 0) this.#schedule();
    });
  }

  #sendSome(): void {
    const going = [...this.#replays.values()].slice(0, atOnce);
    let ready = going;
    for (let left = sentAtOnce; left > 0; left -= ready.length) {
      ready = ready.filter(({ page }) => page.length > 0).slice(0, left);
      if (ready.length === 0) break;
      ready = ready.filter((replay) => this.#sendNext(replay));
    }
    for (const replay of going) if (replay.page.length === 0 && !replay.looking) void this.#look(replay);
  }

  /** False where it has to wait: the place is away, or the way to it is full. */
  #sendNext(replay: Replay): boolean {
    const { property, entity, page, startedAt } = replay;
    const reading = page[0]!;
    const stamp = this.#options.stamp(reading.time);
    if (!stamp) return false;
    const past = reading.time === undefined || reading.time < startedAt;
    const sent = this.#options.send(property, entity, reading, stamp, past);
    // One that never goes is no reason to wait for ever.
    if (!sent && ++replay.refusals < refusalLimit) return false;
    replay.refusals = 0;
    page.shift();
    replay.observers.tell(entity, reading.seq);
    replay.wanted = { afterSeq: reading.seq };
    return true;
  }

  async #look(replay: Replay): Promise<void> {
    const { time, history, exists } = this.#options;
    const { property, observers, entity, wanted } = replay;
    const name = nameOf(property, entity);
    const { latest } = property;
    replay.looking = true;
    const current = () => this.#replays.get(name) === replay;
    try {
      const there = observers.present(time.now(), exists).includes(entity);
      const page = there ? await history.following(property.key, wanted, pageSize) : [];
      if (!current()) return;
      replay.page = page;
      this.#replays.delete(name);
      const more = page.length > 0 || (there && property.latest !== latest);
      // At the end of the line: others have their turn.
      if (more) this.#replays.set(name, replay);
    } catch {
      // Too many questions at once: it is asked again.
    } finally {
      replay.looking = false;
    }
  }
}

const nameOf = (property: Property, entity: string): string => `${property.key} ${entity}`;
