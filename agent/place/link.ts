import type { Closed, Connection } from '../connection/connection.ts';
import type { Cancel, Time } from '../time/time.ts';
import { type AssetPacket, decodeAsset } from '../wire/asset.ts';
import { type ClockPacket, decodeClock } from '../wire/clock.ts';
import { type Dialect, timelyChannels } from '../wire/dialect.ts';
import type { Intent } from '../wire/intent.ts';
import { decodeInteraction, type Interaction } from '../wire/interaction.ts';
import { decodeMedia, type MediaPacket } from '../wire/media.ts';
import type { Outcome, Rejected } from '../wire/rejection.ts';
import { decodeState, type StatePacket } from '../wire/state.ts';
import type { SessionCounters } from './counters.ts';
import { Exit, type Outgoing } from './exit.ts';
import type { EntityMap } from './state/entity-map.ts';

/** What arrives from a place, understood. */
export interface LinkEvents {
  interaction(interaction: Interaction): void;
  /** `bytes`: size of the packet. */
  state(packet: StatePacket, bytes: number): void;
  media(packet: MediaPacket): void;
  clock(packet: ClockPacket): void;
  asset?(packet: AssetPacket): void;
  /** Called once; nothing follows it. */
  closed(reason: Closed): void;
}

/** `refused`: it may not be sent; `Link.refusal` tells why. `congested`: the connection did not take it. */
export type Sent = 'sent' | 'refused' | 'congested';

/** How long a place is given to acknowledge that we leave, ms. */
export const LEAVE_TIME = 1_000;

/**
 * One connection, spoken over in one dialect: packets become values and values packets. All that a session sends
 * goes out here, past the `Exit`, and all that it hears comes in here; what does not pass is counted by code.
 */
export class Link {
  readonly #connection: Connection;
  readonly #dialect: Dialect;
  readonly #counters: SessionCounters;
  readonly #time: Time;
  readonly #exit: Exit;
  #refusal: Rejected | undefined;
  #heardAt: number;
  #events: LinkEvents | undefined;
  #leaving: Cancel | undefined;

  /** `isConfirmed`: whether the place is known not to speak what this dialect harms. */
  constructor(
    connection: Connection,
    dialect: Dialect,
    counters: SessionCounters,
    time: Time,
    events: LinkEvents,
    isConfirmed: () => boolean,
  ) {
    this.#connection = connection;
    this.#dialect = dialect;
    this.#counters = counters;
    this.#time = time;
    this.#exit = new Exit(dialect, connection.channelCount, isConfirmed);
    this.#heardAt = time.now();
    this.#events = events;
    connection.open(
      {
        packet: (channel, data) => this.#receive(channel, data),
        closed: (reason) => this.#end(reason),
      },
      timelyChannels(dialect),
    );
  }

  /** Why the packet that was refused last may not be sent. */
  get refusal(): Rejected | undefined {
    return this.#refusal;
  }

  /** When the place was last heard, local monotonic ms; to begin with, when the connection was made. */
  get heardAt(): number {
    return this.#heardAt;
  }

  sendInteraction(interaction: Interaction): Sent {
    return this.#send(this.#exit.interaction(interaction));
  }

  sendIntent(intent: Intent): Sent {
    return this.#send(this.#exit.intent(intent));
  }

  sendMedia(packet: MediaPacket): Sent {
    return this.#send(this.#exit.media(packet));
  }

  sendClock(packet: ClockPacket): Sent {
    return this.#send(this.#exit.clock(packet));
  }

  sendAsset(packet: AssetPacket): Sent {
    return this.#send(this.#exit.asset(packet));
  }

  /** The world as the place shows it now: what may be sent depends on it. Told before anybody else is. */
  saw(entities: EntityMap): void {
    this.#exit.saw(entities);
  }

  /** Ends the connection. `closed` follows once the place knows, after `LEAVE_TIME` at the latest. */
  close(code: number): void {
    if (!this.#events || this.#leaving) return;
    this.#leaving = this.#time.after(LEAVE_TIME, () => this.#end({ by: 'local', code }));
    this.#connection.close(code);
  }

  #send(packet: Outcome<Outgoing>): Sent {
    if (!this.#events || this.#leaving) return 'congested';
    if (!packet.ok) {
      this.#refusal = packet;
      this.#counters.count(packet.code);
      return 'refused';
    }
    const { channel, bytes, reliable, sent } = packet.value;
    if (!this.#connection.send(channel, bytes, reliable)) {
      this.#counters.count('ALLO_E_SEND_CONGESTED');
      return 'congested';
    }
    sent();
    return 'sent';
  }

  #receive(channel: number, data: Uint8Array): void {
    const events = this.#events;
    if (!events || this.#leaving) return;
    this.#heardAt = this.#time.now();
    const { channels } = this.#dialect;
    switch (channel) {
      case channels.interactions:
        this.#take(decodeInteraction(data), (interaction) => {
          this.#exit.heard(interaction);
          events.interaction(interaction);
        });
        break;
      case channels.state:
        this.#take(decodeState(data), (packet) => events.state(packet, data.length));
        break;
      case channels.media:
        this.#take(decodeMedia(data, this.#dialect), (packet) => events.media(packet));
        break;
      case channels.assets:
        this.#take(decodeAsset(data), (packet) => {
          this.#exit.heardAsset(packet);
          events.asset?.(packet);
        });
        break;
      case channels.clock:
        this.#take(decodeClock(data), (packet) => events.clock(packet));
        break;
      default:
        this.#counters.count('ALLO_E_WIRE_CHANNEL');
    }
  }

  #take<T>(decoded: Outcome<T>, deliver: (value: T) => void): void {
    if (decoded.ok) deliver(decoded.value);
    else this.#counters.count(decoded.code);
  }

  #end(reason: Closed): void {
    const events = this.#events;
    this.#events = undefined;
    this.#leaving?.();
    events?.closed(reason);
  }
}
