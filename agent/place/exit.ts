import { type AssetPacket, encodeAsset } from '../wire/asset.ts';
import { type ClockPacket, encodeClock } from '../wire/clock.ts';
import type { Dialect } from '../wire/dialect.ts';
import { encodeIntent, type Intent } from '../wire/intent.ts';
import { decodeInteraction, encodeInteraction, type Interaction } from '../wire/interaction.ts';
import { encodeMedia, type MediaPacket } from '../wire/media.ts';
import { forbid } from '../wire/never-sent.ts';
import { isPlaceRequest, judgePlaceRequest } from '../wire/place-request-form.ts';
import { PLACE } from '../wire/place-requests.ts';
import { accept, type Outcome, type Rejected } from '../wire/rejection.ts';
import { AssetLengths } from './asset-lengths.ts';
import { Holdings } from './holdings.ts';
import type { EntityMap } from './state/entity-map.ts';

/** A packet that may go out. */
export interface Outgoing {
  readonly channel: number;
  readonly bytes: Uint8Array;
  readonly reliable: boolean;
  /** Must be called once it has been taken by the connection: later packets are judged by it. */
  sent(): void;
}

/**
 * Judges everything that is about to leave on one connection. The encoders of `wire` refuse what no place could
 * read; here stand the rules that depend on the dialect, and on what was said and shown before. All of them, with their
 * reasons, are listed in `wire/never-sent.ts`.
 */
export class Exit {
  readonly #dialect: Dialect;
  readonly #granted: number;
  readonly #holdings: Holdings;
  readonly #assets = new AssetLengths();
  readonly #isConfirmed: () => boolean;
  #announced = false;

  /**
   * `granted`: how many channels the place granted. `isConfirmed`: whether it is known not to speak what this dialect
   * could harm.
   */
  constructor(dialect: Dialect, granted: number, isConfirmed: () => boolean = () => true) {
    this.#dialect = dialect;
    this.#granted = granted;
    this.#isConfirmed = isConfirmed;
    this.#holdings = new Holdings(dialect);
  }

  interaction(interaction: Interaction): Outcome<Outgoing> {
    const encoded = encodeInteraction(interaction, this.#dialect);
    if (!encoded.ok) return encoded;
    // What is judged is what the place will read: objects may write themselves otherwise than they look.
    const said = decodeInteraction(encoded.value);
    if (!said.ok) return said;
    const rejected = this.#judgeInteraction(said.value);
    if (rejected) return rejected;
    const toPlace = said.value.to === PLACE && isPlaceRequest(said.value.body);
    return this.#out(this.#dialect.channels.interactions, encoded, true, () => {
      if (said.value.body[0] === ANNOUNCE && toPlace) this.#announced = true;
      if (toPlace) this.#holdings.sent(said.value);
    });
  }

  intent(intent: Intent): Outcome<Outgoing> {
    const encoded = encodeIntent(intent, this.#dialect);
    return this.#early() ?? this.#out(this.#dialect.channels.state, encoded, false);
  }

  media(packet: MediaPacket): Outcome<Outgoing> {
    const { channels, mediaTo, name } = this.#dialect;
    if (mediaTo === 'nobody') return forbid('no-media', `${name} places pass no media on`);
    const encoded = encodeMedia(packet, this.#dialect);
    const ours = !encoded.ok || this.#holdings.hasTrack(packet.trackId);
    const foreign = ours ? undefined : forbid('foreign-track', `track ${packet.trackId} is not ours`);
    return this.#early() ?? this.#doubtful() ?? foreign ?? this.#out(channels.media, encoded, false);
  }

  clock(packet: ClockPacket): Outcome<Outgoing> {
    const { clock } = this.#dialect.channels;
    if (clock === undefined) return forbid('no-clock', `${this.#dialect.name} places have no clock channel`);
    if (packet.serverClock !== undefined) return forbid('clock', 'an agent asks for the time of the place');
    return this.#early() ?? this.#out(clock, encodeClock(packet, this.#dialect), false);
  }

  asset(packet: AssetPacket): Outcome<Outgoing> {
    const { assets } = this.#dialect.channels;
    if (assets === undefined) return forbid('no-assets', `${this.#dialect.name} places take no assets`);
    const rejected = this.#early() ?? this.#doubtful() ?? this.#assets.judge(packet);
    if (rejected) return rejected;
    return this.#out(assets, encodeAsset(packet), true, () => this.#assets.note(packet));
  }

  /** An interaction has arrived: answers of the place tell what the agent holds there. */
  heard(interaction: Interaction): void {
    if (interaction.kind === 'response') this.#holdings.answered(interaction);
  }

  /** A packet of an asset has arrived: data tells how long it is. */
  heardAsset(packet: AssetPacket): void {
    this.#assets.note(packet);
  }

  /** The place has shown another state of the world. */
  saw(entities: EntityMap): void {
    this.#holdings.saw(entities);
  }

  #judgeInteraction(interaction: Interaction): Rejected | undefined {
    const { kind, from, to, body } = interaction;
    const announces = kind === 'request' && from === '' && to === PLACE && body[0] === ANNOUNCE;
    if (announces && this.#announced) return forbid('again', 'an agent announces itself once');
    const early = announces ? undefined : this.#early();
    return early ?? this.#judgeRecipient(interaction) ?? this.#judgeRequest(interaction);
  }

  #judgeRecipient({ kind, to }: Interaction): Rejected | undefined {
    const { publications, name } = this.#dialect;
    if ((kind === 'publication') !== (to === ''))
      return forbid('nobody', 'publications, and nothing else, go to nobody');
    if (kind === 'publication' && publications !== 'delivered')
      return forbid('no-publications', `${name} places deliver no publications`);
    return undefined;
  }

  #judgeRequest(interaction: Interaction): Rejected | undefined {
    const { kind, from, to, body } = interaction;
    if (to !== PLACE || !isPlaceRequest(body)) return undefined;
    if (kind !== 'request') return forbid('disguised', `${body[0]} is said to the place as a request only`);
    if (body[0] === ANNOUNCE && from !== '')
      return forbid('announce', 'an announcement comes from nobody yet');
    const doubtful = body[0] === ALLOCATE_TRACK ? this.#doubtful() : undefined;
    return doubtful ?? judgePlaceRequest(body, this.#dialect) ?? this.#holdings.judge(interaction);
  }

  #doubtful(): Rejected | undefined {
    if (this.#isConfirmed()) return undefined;
    return forbid('doubtful', `it is not certain yet that the place speaks ${this.#dialect.name}`);
  }

  #early(): Rejected | undefined {
    return this.#holdings.accepted ? undefined : forbid('early', 'the place has not accepted the agent yet');
  }

  #out(
    channel: number,
    encoded: Outcome<Uint8Array>,
    reliable: boolean,
    sent: () => void = () => {},
  ): Outcome<Outgoing> {
    if (!encoded.ok) return encoded;
    if (channel >= this.#granted)
      return forbid('channel', `channel ${channel}, of which ${this.#granted} were granted`);
    return accept({ channel, bytes: encoded.value, reliable, sent });
  }
}

const ANNOUNCE = 'announce';
const ALLOCATE_TRACK = 'allocate_track';
