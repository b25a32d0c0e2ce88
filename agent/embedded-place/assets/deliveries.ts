import type { Cancel, Time } from '../../time/time.ts';
import { ASSET_CHUNK, type AssetPacket, type AssetRange } from '../../wire/asset.ts';
import type { ConnectedAgent } from '../connected-agent.ts';
import type { AssetContent } from './cache.ts';

/** Parts that may wait to be sent to one agent. */
const MOST_WAITING = 64;

/** How long is waited for a slow agent before looking again, ms. */
const PATIENCE = 20;

export interface AssetPart extends AssetRange {
  readonly id: string;
}

export interface DeliverySurroundings {
  readonly time: Time;
  /** An asset the place has. */
  find(id: string): AssetContent | undefined;
  /** The place has an asset no longer that it was to send a part of. */
  missing(agent: ConnectedAgent, part: AssetPart): void;
  send(agent: ConnectedAgent, packet: AssetPacket): boolean;
}

/** Parts of assets on their way to one agent, no faster than it takes them. */
export class Deliveries {
  readonly #agent: ConnectedAgent;
  readonly #place: DeliverySurroundings;
  readonly #waiting: AssetPart[] = [];
  #cancel: Cancel | undefined;

  constructor(agent: ConnectedAgent, place: DeliverySurroundings) {
    this.#agent = agent;
    this.#place = place;
  }

  /** False where too much waits already. */
  add(part: AssetPart): boolean {
    if (this.#waiting.length >= MOST_WAITING) return false;
    this.#waiting.push(part);
    if (!this.#cancel) this.#send();
    return true;
  }

  stop(): void {
    this.#waiting.length = 0;
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #send(): void {
    this.#cancel = undefined;
    for (let next = this.#waiting[0]; next; next = this.#waiting[0]) {
      if (this.#agent.connection.queued > ASSET_CHUNK || !this.#deliver(next)) {
        this.#cancel = this.#place.time.after(PATIENCE, () => this.#send());
        return;
      }
      this.#waiting.shift();
    }
  }

  /** False where it is to be tried again. */
  #deliver(part: AssetPart): boolean {
    const content = this.#place.find(part.id);
    if (!content) {
      this.#place.missing(this.#agent, part);
      return true;
    }
    const { id, start, length } = part;
    const body = content.slice(start, Math.min(length, ASSET_CHUNK));
    return this.#place.send(this.#agent, { kind: 'data', id, start, total: content.total, body });
  }
}
