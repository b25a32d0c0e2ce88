/** Why a connection ended. `code` is the disconnect data of the protocol document, section 1 (1000 to 1005). */
export interface Closed {
  /** `local`: we closed it; `remote`: the other side did; `timeout`: nothing was heard any more. */
  readonly by: 'local' | 'remote' | 'timeout';
  /** Disconnect data as sent by the side that closed; 0 after a timeout. */
  readonly code: number;
}

/** What the owner of a connection wants to hear. Neither may throw. */
export interface ConnectionEvents {
  /** One packet, whole. The bytes belong to the receiver. */
  packet(channel: number, data: Uint8Array): void;
  /** Called once; nothing follows it. */
  closed(reason: Closed): void;
}

/** One link between an agent and a place: packets on numbered channels. Seen alike from both ends. */
export interface Connection {
  /** Channels granted: the smaller of what both sides asked for. */
  readonly channelCount: number;
  /** The other side, for logs: `host:port`. */
  readonly remote: string;
  /** Bytes taken by `send` that the other side has not acknowledged yet. */
  readonly queued: number;
  /**
   * Must be called in the turn in which the connection was handed over: packets wait for it no longer. Called again,
   * it gives the connection another owner, and the one before hears nothing more.
   * Unreliable packets on `timelyChannels` are never held back: a throttle would take jitter for congestion.
   */
  open(events: ConnectionEvents, timelyChannels?: readonly number[]): void;
  /** Queues a packet. False where it was not taken: closed, no such channel, too large, or too much waiting. */
  send(channel: number, data: Uint8Array, reliable: boolean): boolean;
  /** Ends it once everything queued has arrived, telling the other side `code`; `closed` follows. */
  close(code: number): void;
}

/** Where a place is: what an `alloplace://` URL says. */
export interface Address {
  /** DNS name, IPv4, or IPv6 without brackets. */
  readonly host: string;
  readonly port: number;
}

/**
 * Opens a connection as an agent does.
 * Rejects with an `AlloError` (ALLO_E_PLACE_UNREACHABLE, ALLO_E_PLACE_NAME) or when `signal` aborts.
 */
export type Dial = (address: Address, channels: number, signal: AbortSignal) => Promise<Connection>;

/** A place's door: accepts connections until closed. */
export interface Listener {
  /** Where it really listens: the port is known even if 0 was asked for. */
  readonly address: Address;
  /** Closes the door and every connection behind it, telling each `code`. */
  close(code: number): Promise<void>;
}

/** Opens a door. `accept` is called with each new connection and must `open` it. */
export type Listen = (
  address: Address,
  maxChannels: number,
  accept: (connection: Connection) => void,
) => Promise<Listener>;
