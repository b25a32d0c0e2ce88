import type { Cancel, Time } from '../time/time.ts';
import type { Dialect } from '../wire/dialect.ts';
import { PLACE } from '../wire/place-requests.ts';
import { encodeState } from '../wire/state.ts';
import { admitComponent } from './component.ts';
import type { ConnectedAgent } from './connected-agent.ts';
import type { PlaceClock } from './place-clock.ts';
import type { World } from './world.ts';

/** How often a state goes out when nothing changes, ms: it carries the place's clock, and shows it is alive. */
const IDLE_INTERVAL = 1_000;
/** States sent at every heartbeat without a new acknowledgement; from then on each waits twice as long. */
const EAGER_SENDS = 8;
/** A large state is given time to arrive before it is repeated. */
const REPEATED_BYTES_PER_MS = 1_000;

/** Between two beats, however often one is asked for at once, ms. */
const SHORTEST_INTERVAL = 10;

/** What the heartbeat needs of the place. */
export interface HeartbeatEvents {
  /** Lets what moves by itself move for `seconds`, before the world is described; true where it moves on. */
  act(seconds: number): boolean;
  /** False where the state could not be queued. */
  send(agent: ConnectedAgent, bytes: Uint8Array): boolean;
}

export interface StateStreamOptions {
  readonly time: Time;
  readonly clock: PlaceClock;
  readonly dialect: Dialect;
  /** Of the heartbeat, ms. */
  readonly interval: number;
}

/** What an agent was sent, and when it is due again. */
interface Follower {
  /** Acknowledgement the last state was built for. */
  acknowledged: number;
  /** Revision sent last. */
  sent: number;
  /** States sent since the acknowledgement last moved. */
  unanswered: number;
  /** Time of `Time.now` before which nothing is sent to it, */
  notBefore: number;
  /** and before which it is not sent the whole world again, whatever it acknowledges. */
  wholeNotBefore: number;
}

/**
 * The world, to every agent, at most once a heartbeat: whole to those that hold nothing, otherwise the patch
 * from the revision each acknowledged. A change goes out at the next heartbeat. The protocol document wants a
 * state every heartbeat; this sends one as long as an agent has not acknowledged the newest revision, and else
 * once a second, so that a still place costs next to nothing. To an agent that does not acknowledge, states
 * are repeated ever more rarely, down to one a second. Where the dialect's places send a state at every beat
 * to everyone, so does this.
 */
export class StateStream {
  readonly #world: World;
  readonly #time: Time;
  readonly #dialect: Dialect;
  readonly #clock: PlaceClock;
  readonly #interval: number;
  /** Between two states where nothing changed, ms. */
  readonly #idleInterval: number;
  /** Whether states go out at every beat, and to everyone. */
  readonly #steady: boolean;
  readonly #events: HeartbeatEvents;
  readonly #followers = new Map<ConnectedAgent, Follower>();
  #cancel: Cancel = () => {};
  #due = Number.POSITIVE_INFINITY;
  #lastBeat = Number.NEGATIVE_INFINITY;
  #lastCommit = Number.NEGATIVE_INFINITY;

  constructor(world: World, { time, clock, dialect, interval }: StateStreamOptions, events: HeartbeatEvents) {
    this.#world = world;
    this.#time = time;
    this.#clock = clock;
    this.#dialect = dialect;
    this.#interval = interval;
    this.#steady = dialect.manners.steadyStates;
    this.#idleInterval = this.#steady ? interval : IDLE_INTERVAL;
    this.#events = events;
    this.#showTime();
    world.commit();
  }

  follow(agent: ConnectedAgent): void {
    this.#followers.set(agent, { acknowledged: 0, sent: -1, unanswered: 0, notBefore: 0, wholeNotBefore: 0 });
    this.wake();
  }

  unfollow(agent: ConnectedAgent): void {
    this.#followers.delete(agent);
    if (this.#followers.size === 0) this.#rest();
  }

  /** Something changed, moves, or has to be sent again: the next heartbeat is due sooner. */
  wake(): void {
    if (this.#followers.size > 0) this.#beatAt(this.#lastBeat + this.#interval);
  }

  /** Somebody did what such a place answers with a state: the next heartbeat is due now. */
  hurry(): void {
    if (this.#followers.size > 0)
      this.#beatAt(Math.max(this.#time.now(), this.#lastBeat + SHORTEST_INTERVAL));
  }

  stop(): void {
    this.#followers.clear();
    this.#rest();
  }

  #rest(): void {
    this.#cancel();
    this.#due = Number.POSITIVE_INFINITY;
  }

  #beatAt(at: number): void {
    if (at >= this.#due) return;
    this.#cancel();
    this.#due = at;
    this.#cancel = this.#time.after(at - this.#time.now(), () => this.#beat());
  }

  #beat(): void {
    const now = this.#time.now();
    this.#due = Number.POSITIVE_INFINITY;
    const moving = this.#events.act((now - this.#lastBeat) / 1000);
    this.#lastBeat = now;
    // The very sum the beat was set for: a difference may round to less, and the beat would be due again at once.
    if (this.#steady || this.#world.changed || now >= this.#lastCommit + this.#idleInterval) {
      this.#showTime();
      this.#world.commit();
      this.#lastCommit = now;
    }
    /** Many agents acknowledge the same revision: each patch is made once. */
    const encoded = new Map<number, Uint8Array | undefined>();
    let next = moving ? now + this.#interval : this.#lastCommit + this.#idleInterval;
    for (const [agent, follower] of this.#followers) {
      this.#update(agent, follower, now, encoded);
      if (this.#behind(agent, follower))
        next = Math.min(next, Math.max(now + this.#interval, follower.notBefore));
    }
    this.#beatAt(next);
  }

  #behind(agent: ConnectedAgent, follower: Follower): boolean {
    return agent.acknowledged !== this.#world.revision || follower.sent !== this.#world.revision;
  }

  #update(
    agent: ConnectedAgent,
    follower: Follower,
    now: number,
    encoded: Map<number, Uint8Array | undefined>,
  ): void {
    if (agent.acknowledged !== follower.acknowledged) {
      follower.acknowledged = agent.acknowledged;
      follower.unanswered = 0;
      follower.notBefore = 0;
    }
    if (now < follower.notBefore || !this.#behind(agent, follower)) return;
    const patched = this.#dialect.state === 'patched';
    const base = patched && this.#world.remembers(agent.acknowledged) ? agent.acknowledged : 0;
    if (base === 0 && now < follower.wholeNotBefore) return;
    if (!encoded.has(base)) encoded.set(base, this.#encode(base));
    const bytes = encoded.get(base);
    if (bytes && this.#events.send(agent, bytes)) follower.sent = this.#world.revision;
    follower.unanswered++;
    const size = bytes?.length ?? 0;
    const delivery = size / REPEATED_BYTES_PER_MS;
    if (base === 0) follower.wholeNotBefore = now + delivery;
    const patience = this.#steady ? 0 : this.#interval * 2 ** Math.max(0, follower.unanswered - EAGER_SENDS);
    // A little early is in time: timers are not exact.
    follower.notBefore = now + Math.max(Math.min(patience, IDLE_INTERVAL), delivery) - this.#interval / 2;
  }

  #encode(base: number): Uint8Array | undefined {
    const state = base > 0 ? this.#world.patchFrom(base) : this.#world.whole();
    const bytes = encodeState(state, this.#dialect);
    return bytes.ok ? bytes.value : undefined;
  }

  /** The place's clock, in seconds, as a component of the entity `place`. */
  #showTime(): void {
    const clock = admitComponent('clock', { time: this.#clock.now() }, Number.POSITIVE_INFINITY);
    if (typeof clock !== 'string') this.#world.setComponent(PLACE, 'clock', clock);
  }
}
