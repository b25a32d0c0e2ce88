/** What one place bears. Every number has a safe default; what is beyond it is refused and counted. */
export interface Limits {
  /** Agents connected at once. */
  readonly agents: number;
  /** How long an agent may stay without announcing itself, ms. */
  readonly announceWithin: number;
  readonly entitiesPerAgent: number;
  readonly componentsPerEntity: number;
  /** Bytes of JSON in one component. */
  readonly componentSize: number;
  /** Bytes of JSON that describe all entities of an agent. */
  readonly agentSize: number;
  /** Bytes of JSON that describe everybody's entities: a whole state has to fit into one packet. */
  readonly worldSize: number;
  readonly tracksPerAgent: number;
  readonly subscriptionsPerAgent: number;
  /** Animations that may run in the entities of one agent, and be listed in one entity. */
  readonly animationsPerAgent: number;
  /** Requests of one agent that still wait for a response. */
  readonly outstandingPerAgent: number;
  /** How long the place remembers a request that is not answered, ms. */
  readonly responseWithin: number;
  /** Bytes in one packet other than media. */
  readonly packetSize: number;
  /** Bytes in one media packet. */
  readonly mediaSize: number;
  /** Packets a second an agent may send, on average over a few seconds; one of n `bytesPerToken` counts as n. */
  readonly interactionsPerSecond: number;
  readonly intentsPerSecond: number;
  readonly mediaPerSecond: number;
  readonly clockProbesPerSecond: number;
  readonly bytesPerToken: number;
  /** Packets of assets that were not asked for; what the place asks for is free. */
  readonly assetPacketsPerSecond: number;
  /** Bytes of assets the place keeps in memory. */
  readonly assetCacheSize: number;
  /** Assets one agent may wait for. */
  readonly assetsPerAgent: number;
  /** How long the place waits for the next part of an asset, up to 1 MiB, ms. */
  readonly assetWithin: number;
  /** Entities a second an agent may spawn, on average over a few seconds. */
  readonly spawnsPerSecond: number;
}

export const DEFAULT_LIMITS: Limits = {
  agents: 64,
  announceWithin: 5_000,
  entitiesPerAgent: 1_000,
  componentsPerEntity: 64,
  componentSize: 64 * 1024,
  agentSize: 1024 * 1024,
  worldSize: 6 * 1024 * 1024,
  tracksPerAgent: 16,
  subscriptionsPerAgent: 32,
  animationsPerAgent: 64,
  outstandingPerAgent: 256,
  responseWithin: 30_000,
  packetSize: 256 * 1024,
  mediaSize: 8 * 1024,
  interactionsPerSecond: 500,
  intentsPerSecond: 200,
  mediaPerSecond: 1_000,
  clockProbesPerSecond: 20,
  bytesPerToken: 4 * 1024,
  assetPacketsPerSecond: 500,
  assetCacheSize: 128 * 1024 * 1024,
  assetsPerAgent: 64,
  assetWithin: 10_000,
  spawnsPerSecond: 500,
};
