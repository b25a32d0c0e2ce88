import type { Closed, Connection } from '../connection/connection.ts';
import { AlloError } from '../errors.ts';
import type { Time } from '../time/time.ts';
import type { Dialect } from '../wire/dialect.ts';
import type { Body, Interaction, InteractionKind } from '../wire/interaction.ts';
import {
  announceBody,
  announced,
  type Components,
  failureReason,
  type Identity,
  isFailure,
  PLACE,
} from '../wire/place-requests.ts';
import type { StatePacket } from '../wire/state.ts';
import type { Assets } from './assets/assets.ts';
import type { PlaceClock } from './clock/place-clock.ts';
import { ClockProbes } from './clock-probes.ts';
import type { SessionCounters } from './counters.ts';
import { check } from './dialect/check.ts';
import type { Heard } from './dialect/listen.ts';
import { Disconnect, errorOfClosed } from './disconnect.ts';
import { EntityPublisher } from './entity-publisher.ts';
import type { Inbox } from './inbox.ts';
import { IntentStream } from './intent-stream.ts';
import { Link, type LinkEvents } from './link.ts';
import { AVATAR, type OwnEntities } from './own-entities.ts';
import { type LateAnswer, Requests } from './requests.ts';
import type { EntityMap } from './state/entity-map.ts';
import { StateHistory } from './state/history.ts';
import type { Tracks } from './tracks.ts';
import type { World } from './world.ts';

/** What outlives the stays in a place. */
export interface Lasting {
  readonly time: Time;
  readonly identity: Identity;
  readonly random: () => number;
  readonly counters: SessionCounters;
  readonly world: World;
  readonly entities: OwnEntities;
  readonly tracks: Tracks;
  readonly assets: Assets;
  readonly inbox: Inbox;
  readonly clock: PlaceClock;
}

/** One stay in a place: from the connection to its end. */
export class Presence {
  readonly dialect: Dialect;
  /** Resolves with the reason once the connection is no more. */
  readonly ended: Promise<AlloError>;
  readonly #lasting: Lasting;
  readonly #connection: Connection;
  readonly #link: Link;
  readonly #requests: Requests;
  readonly #history = new StateHistory();
  #resolveEnded!: (error: AlloError) => void;
  #publisher: EntityPublisher | undefined;
  #intents: IntentStream | undefined;
  #probes: ClockProbes | undefined;
  #reason: AlloError | undefined;
  readonly #heard: Heard;
  readonly #settled: () => void;
  /** Whether nothing that is said in this dialect could harm the place any more. */
  #confirmed = false;
  /** The first state of all, while the announcement waits for its answer. */
  #firstState: EntityMap | undefined;
  #avatarId = '';
  #placeName = '';

  /** `settled`: told once the place has accepted the agent, and what it speaks is beyond doubt. */
  constructor(lasting: Lasting, connection: Connection, heard: Heard, settled: () => void) {
    const { dialect } = heard;
    this.#lasting = lasting;
    this.#heard = heard;
    this.#settled = settled;
    this.dialect = dialect;
    this.#connection = connection;
    this.ended = new Promise((resolve) => {
      this.#resolveEnded = resolve;
    });
    const isConfirmed = () => this.#confirmed;
    const events: LinkEvents = {
      interaction: (interaction) => this.#hear(interaction),
      state: (packet, bytes) => this.#see(packet, bytes),
      media: (packet) => lasting.tracks.receive(packet, lasting.time.now()),
      clock: (packet) => {
        if (!this.#probes?.receive(packet)) lasting.counters.count('ALLO_E_CLOCK_UNUSED');
      },
      asset: (packet) => lasting.assets.receive(packet),
      closed: (reason) => this.#closed(reason),
    };
    this.#link = new Link(connection, dialect, lasting.counters, lasting.time, events, isConfirmed);
    const token = `${Math.floor(lasting.random() * 36 ** 8).toString(36)}-`;
    this.#requests = new Requests(
      lasting.time,
      token,
      (interaction) => this.#link.sendInteraction(interaction),
      () => this.#link.refusal?.detail,
    );
    check(heard, { confirmed: () => this.#confirm(), contradicted: (error) => this.leave(error) });
  }

  get avatarId(): string {
    return this.#avatarId;
  }

  get placeName(): string {
    return this.#placeName;
  }

  /** When the place was last heard, local monotonic ms. */
  get heardAt(): number {
    return this.#link.heardAt;
  }

  /** Whether the clock is known to be this place's, and not that of the one before. */
  get clockConfirmed(): boolean {
    return this.#probes?.confirmed ?? false;
  }

  /**
   * Announces the agent, and once the place has accepted it begins everything else; what could harm a place that
   * speaks another dialect, only once that is ruled out. Rejects with an AlloError.
   */
  async announce(): Promise<void> {
    if (this.#reason) throw this.#reason;
    const { identity, entities } = this.#lasting;
    const { components } = entities.get(AVATAR)!;
    const answer = await this.#requests
      .ask('', PLACE, announceBody(this.dialect, identity, components))
      .catch((error: unknown) => Promise.reject(silent(error)));
    if (this.#reason) throw this.#reason;
    const welcome = announced(answer);
    if (!welcome) throw refusal(answer);
    this.#checkFirstState(welcome.avatarId);
    this.#avatarId = welcome.avatarId;
    this.#placeName = welcome.placeName;
    this.#begin(components);
    if (this.#reason) throw this.#reason;
  }

  /** Leaves properly. What still waits for answers is told so at once. */
  leave(reason = new AlloError('ALLO_E_NOT_JOINED', 'the agent has left the place')): void {
    if (this.#reason) return;
    this.#quit(reason);
    this.#link.close(Disconnect.clientLeft);
  }

  ask(from: string, to: string, body: Body, timeoutMs?: number, late?: LateAnswer): Promise<Body> {
    return this.#requests.ask(from, to, body, timeoutMs, late);
  }

  say(kind: InteractionKind, from: string, to: string, body: Body): boolean {
    return this.#link.sendInteraction({ kind, from, to, requestId: '', body }) === 'sent';
  }

  /** An entity is not in the world any more; it may have been one of ours. */
  entityRemoved(id: string): void {
    const { entities } = this.#lasting;
    const entity = entities.get(entities.key(id) ?? '');
    if (!entity) return;
    if (entity.key === AVATAR) this.leave(new AlloError('ALLO_E_PLACE_KICKED', 'the avatar was removed'));
    else this.#publisher?.vanished(entity);
  }

  /**
   * A state without the avatar is older than the answer, and some places send none so early. Where it was heard
   * before the dialect was chosen, that is known already.
   */
  #checkFirstState(avatarId: string): void {
    const early = this.#firstState !== undefined && this.#firstState.get(avatarId) === undefined;
    this.#firstState = undefined;
    const { witness } = this.#heard;
    if (!early || witness.evidence.spokeFirst || this.dialect.stateBeforeAnnounce) return;
    witness.placeSpokeFirst();
    const what = `the place does not speak ${this.dialect.name}: it sent state before the announcement`;
    throw new AlloError('ALLO_E_PLACE_DIALECT', what);
  }

  #confirm(): void {
    if (this.#reason) return;
    this.#confirmed = true;
    if (this.#publisher) this.#settle();
  }

  #begin(announcedAvatar: Components): void {
    const { time, entities, counters, assets, clock } = this.#lasting;
    const { dialect } = this;
    const connection = this.#connection;
    assets.enter({
      manners: dialect.assets,
      get queued() {
        return connection.queued;
      },
      send: (packet) => (this.#confirmed ? this.#link.sendAsset(packet) : 'congested'),
    });
    if (this.#confirmed) this.#settle();
    if (dialect.channels.clock !== undefined)
      this.#probes = new ClockProbes(time, clock, (packet) => this.#link.sendClock(packet));
    this.#intents = new IntentStream(time, this.#acknowledged, (intent) => this.#link.sendIntent(intent));
    const ask = (body: Body, late?: LateAnswer) => this.ask(this.#avatarId, PLACE, body, undefined, late);
    this.#publisher = new EntityPublisher({ time, entities, counters, ask, spawns: dialect.spawns });
    entities.publishThrough(this.#publisher);
    this.#publisher.start(entities.get(AVATAR)!, this.#avatarId, announcedAvatar);
  }

  /** Begins with what could harm a place of another dialect. */
  #settle(): void {
    const { tracks, assets } = this.#lasting;
    tracks.enter({
      dialect: this.dialect,
      avatarId: this.#avatarId,
      ask: (from, body, late) => this.ask(from, PLACE, body, undefined, late),
      sendMedia: (packet) => this.#link.sendMedia(packet) === 'sent',
    });
    assets.settle();
    this.#settled();
  }

  #hear(interaction: Interaction): void {
    const { counters, inbox } = this.#lasting;
    switch (interaction.kind) {
      case 'response':
        if (!this.#requests.answer(interaction)) counters.count('ALLO_E_INTERACTION_UNHEARD');
        break;
      case 'request':
        void this.#answer(interaction);
        break;
      default:
        inbox.hear(interaction, interaction.kind);
    }
  }

  async #answer(request: Interaction): Promise<void> {
    const body = await this.#lasting.inbox.answer(request);
    const response = {
      kind: 'response',
      from: request.to,
      to: request.from,
      requestId: request.requestId,
    } as const;
    if (this.#link.sendInteraction({ ...response, body }) !== 'refused') return;
    const apology = [request.body[0], 'failed', 'the answer cannot be sent'] as const;
    this.#link.sendInteraction({ ...response, body: apology });
  }

  #see(packet: StatePacket, bytes: number): void {
    const { counters, world, tracks } = this.#lasting;
    const verdict = this.#history.receive(packet, bytes);
    switch (verdict) {
      case 'applied':
        if (!this.#publisher) this.#firstState ??= this.#history.entities;
        this.#link.saw(this.#history.entities);
        world.show(this.#history.entities, packet.revision);
        tracks.worldShown();
        break;
      case 'stale':
        counters.count('ALLO_E_STATE_STALE');
        break;
      case 'unknown-base':
        counters.count('ALLO_E_STATE_BASE');
        break;
      case 'failed':
        counters.count('ALLO_E_STATE_PATCH');
    }
    this.#intents?.acknowledge(this.#acknowledged);
  }

  /** The newest revision; 0 asks for the whole state, as for revisions that cannot be told to such a place. */
  get #acknowledged(): number {
    const { acknowledged } = this.#history;
    return acknowledged <= this.dialect.largestAcknowledgement ? acknowledged : 0;
  }

  #closed(reason: Closed): void {
    this.#quit(errorOfClosed(reason));
    this.#resolveEnded(this.#reason!);
  }

  /** Ends all that goes on; the connection may still have its farewell to say. */
  #quit(reason: AlloError): void {
    if (this.#reason) return;
    this.#reason = reason;
    this.#intents?.stop();
    this.#probes?.stop();
    this.#publisher?.stop();
    this.#requests.end(reason);
    this.#lasting.tracks.leave();
    this.#lasting.assets.leave();
    if (!this.#publisher) return;
    this.#lasting.entities.publishThrough(undefined);
  }
}

function silent(error: unknown): unknown {
  const timedOut = error instanceof AlloError && error.code === 'ALLO_E_REQUEST_TIMEOUT';
  return timedOut
    ? new AlloError('ALLO_E_PLACE_SILENT', 'the announcement was not answered', { cause: error })
    : error;
}

function refusal(answer: Body): AlloError {
  if (answer[2] === Disconnect.outdatedVersion) {
    const text =
      typeof answer[3] === 'string' ? answer[3] : 'the place speaks another version of the protocol';
    return new AlloError('ALLO_E_PLACE_VERSION', text);
  }
  const why = isFailure(answer) ? failureReason(answer) : 'the answer to the announcement names no avatar';
  return new AlloError('ALLO_E_PLACE_REFUSED', why);
}
