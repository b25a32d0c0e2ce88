import type { Closed } from '../../connection/connection.ts';
import { serverFieldOf } from '../../wire/clock.ts';
import type { EarlyConnection } from './early-connection.ts';
import { type Evidence, knownDialects, stateEndOf } from './evidence.ts';

/** Takes from all that a connection brings, from its beginning on, what tells the dialect of the place. */
export class Witness {
  /** Called whenever there is more evidence than before. */
  learnt: () => void = () => {};
  ended: (reason: Closed) => void = () => {};
  /** How long it was listened to in vain, when it was last considered what to speak, ms. */
  silence = 0;
  readonly #connection: EarlyConnection;
  #evidence: Evidence;
  #agentSpoke = false;
  readonly #stateChannels: ReadonlySet<number>;
  readonly #clockChannels: ReadonlySet<number | undefined>;

  constructor(connection: EarlyConnection) {
    const { channelCount } = connection;
    this.#connection = connection;
    this.#evidence = { channels: channelCount };
    const possible = knownDialects.filter(({ channels }) => channels.count === channelCount);
    this.#stateChannels = new Set(possible.map(({ channels }) => channels.state));
    this.#clockChannels = new Set(possible.map(({ channels }) => channels.clock));
    connection.watcher = {
      packet: (channel, data) => {
        if (this.#stateChannels.has(channel)) this.#hearState(data);
        else if (this.#clockChannels.has(channel)) this.#hearClock(data);
      },
      closed: (reason) => this.ended(reason),
    };
  }

  get evidence(): Evidence {
    return this.#evidence;
  }

  /** Why the connection ended, if it did. */
  get closed(): Closed | undefined {
    return this.#connection.closed;
  }

  /** What the place says from now on may be an answer. */
  agentSpeaks(): void {
    this.#agentSpoke = true;
  }

  /** What came was on its way before the agent had said a word. */
  placeSpokeFirst(): void {
    if (!this.#evidence.spokeFirst) this.#learn({ spokeFirst: true });
  }

  #hearState(packet: Uint8Array): void {
    if (this.#evidence.stateEnd !== undefined) return;
    const stateEnd = stateEndOf(packet);
    const first = !this.#agentSpoke && !this.#evidence.spokeFirst;
    if (!first && stateEnd === undefined) return;
    this.#learn({ ...(first && { spokeFirst: true }), ...(stateEnd !== undefined && { stateEnd }) });
  }

  #hearClock(packet: Uint8Array): void {
    if (this.#evidence.serverField !== undefined) return;
    const serverField = serverFieldOf(packet);
    if (serverField !== undefined) this.#learn({ serverField });
  }

  #learn(more: Partial<Evidence>): void {
    this.#evidence = { ...this.#evidence, ...more };
    this.learnt();
  }
}
