import type { Closed, Connection } from '../connection/connection.ts';
import type { Cancel, Time } from '../time/time.ts';
import { type ClockPacket, decodeClock, encodeClock } from '../wire/clock.ts';
import { type Dialect, timelyChannels } from '../wire/dialect.ts';
import { encodeIntent, type Intent } from '../wire/intent.ts';
import { decodeInteraction, encodeInteraction, type Interaction } from '../wire/interaction.ts';
import { decodeMedia, encodeMedia, type MediaPacket } from '../wire/media.ts';
import type { Outcome } from '../wire/rejection.ts';
import { decodeState, type StatePacket } from '../wire/state.ts';
import type { SessionCounters } from './counters.ts';

/** What arrives from a place, understood. */
export interface LinkEvents {
  interaction(interaction: Interaction): void;
  /** `bytes`: size of the packet. */
  state(packet: StatePacket, bytes: number): void;
  media(packet: MediaPacket): void;
  clock(packet: ClockPacket): void;
  /** Called once; nothing follows it. */
  closed(reason: Closed): void;
}

/** `refused`: not of a shape that may be sent. `congested`: the connection did not take it. */
export type Sent = 'sent' | 'refused' | 'congested';

/** How long a place is given to acknowledge that we leave, ms. */
export const LEAVE_TIME = 1_000;

/**
 * One connection, spoken over in one dialect: packets become values and values packets. The one exit through
 * which a session sends, and the one entrance; what does not pass is counted by code.
 */
export class Link {
  readonly #connection: Connection;
  readonly #dialect: Dialect;
  readonly #counters: SessionCounters;
  readonly #time: Time;
  #events: LinkEvents | undefined;
  #leaving: Cancel | undefined;

  constructor(
    connection: Connection,
    dialect: Dialect,
    counters: SessionCounters,
    time: Time,
    events: LinkEvents,
  ) {
    this.#connection = connection;
    this.#dialect = dialect;
    this.#counters = counters;
    this.#time = time;
    this.#events = events;
    connection.open(
      {
        packet: (channel, data) => this.#receive(channel, data),
        closed: (reason) => this.#end(reason),
      },
      timelyChannels(dialect),
    );
  }

  sendInteraction(interaction: Interaction): Sent {
    const { interactions } = this.#dialect.channels;
    return this.#send(interactions, encodeInteraction(interaction, this.#dialect), true);
  }

  sendIntent(intent: Intent): Sent {
    return this.#send(this.#dialect.channels.state, encodeIntent(intent, this.#dialect), false);
  }

  sendMedia(packet: MediaPacket): Sent {
    return this.#send(this.#dialect.channels.media, encodeMedia(packet, this.#dialect), false);
  }

  sendClock(packet: ClockPacket): Sent {
    const { clock } = this.#dialect.channels;
    return clock === undefined ? 'refused' : this.#send(clock, encodeClock(packet, this.#dialect), false);
  }

  /** Ends the connection. `closed` follows once the place knows, after `LEAVE_TIME` at the latest. */
  close(code: number): void {
    if (!this.#events || this.#leaving) return;
    this.#leaving = this.#time.after(LEAVE_TIME, () => this.#end({ by: 'local', code }));
    this.#connection.close(code);
  }

  #send(channel: number, packet: Outcome<Uint8Array>, reliable: boolean): Sent {
    if (!this.#events || this.#leaving) return 'congested';
    if (!packet.ok) {
      this.#counters.count(packet.code);
      return 'refused';
    }
    if (this.#connection.send(channel, packet.value, reliable)) return 'sent';
    this.#counters.count('ALLO_E_SEND_CONGESTED');
    return 'congested';
  }

  #receive(channel: number, data: Uint8Array): void {
    const events = this.#events;
    if (!events || this.#leaving) return;
    const { channels } = this.#dialect;
    switch (channel) {
      case channels.interactions:
        this.#take(decodeInteraction(data), (interaction) => events.interaction(interaction));
        break;
      case channels.state:
        this.#take(decodeState(data), (packet) => events.state(packet, data.length));
        break;
      case channels.media:
        this.#take(decodeMedia(data, this.#dialect), (packet) => events.media(packet));
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
