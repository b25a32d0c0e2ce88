import type { Connection } from '../connection/connection.ts';
import { Counters } from '../counters.ts';
import type { Cancel, Time } from '../time/time.ts';
import type { Intent } from '../wire/intent.ts';
import type { AgentFault } from './faults.ts';
import type { Limits } from './limits.ts';
import { randomId } from './random-id.ts';
import { TokenBucket } from './token-bucket.ts';
import type { Owner } from './world.ts';

/** What the place knows of one connection. */
export class ConnectedAgent {
  readonly owner: Owner;
  /** What other agents may call it, where a place lists its agents. */
  readonly agentId = randomId(16);
  readonly connection: Connection;
  /** What it did that was not taken. */
  readonly faults = new Counters<AgentFault>();
  readonly interactions: TokenBucket;
  readonly intents: TokenBucket;
  readonly media: TokenBucket;
  readonly clockProbes: TokenBucket;
  readonly assets: TokenBucket;
  /** Entities spawned. */
  readonly spawns: TokenBucket;
  /** Set once it has announced itself. */
  announced: { readonly displayName: string; readonly avatarId: string } | undefined;
  /** What it last said it wants to do; acts until the next. */
  intent: Intent | undefined;
  /** Whether it has sent an intent since it announced itself. */
  intends = false;
  /** Yaw its avatar was last turned to, radians. */
  turned = 0;
  /** Ends the wait for its announcement. */
  cancelDeadline: Cancel = () => {};
  #leaving = false;

  constructor(owner: Owner, connection: Connection, time: Time, limits: Limits) {
    this.owner = owner;
    this.connection = connection;
    this.interactions = new TokenBucket(time, limits.interactionsPerSecond);
    this.intents = new TokenBucket(time, limits.intentsPerSecond);
    this.media = new TokenBucket(time, limits.mediaPerSecond);
    this.clockProbes = new TokenBucket(time, limits.clockProbesPerSecond);
    this.assets = new TokenBucket(time, limits.assetPacketsPerSecond);
    this.spawns = new TokenBucket(time, limits.spawnsPerSecond);
  }

  /** The newest revision it says it holds; 0 for none. */
  get acknowledged(): number {
    return this.intent?.ackStateRevision ?? 0;
  }

  /** Whether the place has ended the connection: nothing more is taken from it. */
  get leaving(): boolean {
    return this.#leaving;
  }

  dismiss(code: number): void {
    this.#leaving = true;
    this.cancelDeadline();
    this.connection.close(code);
  }
}
