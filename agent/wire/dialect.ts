/** How one kind of place speaks: everything that differs between places, as data. */
export interface Dialect {
  readonly name: string;
  readonly channels: {
    /** How many to ask for when connecting. */
    readonly count: number;
    /** State from the place, intents to it. */
    readonly state: number;
    readonly interactions: number;
    readonly media: number;
    readonly clock: number;
  };
  /** What follows every packet: a newline, or nothing. */
  readonly packetEnd: '\n' | '';
  /** Names of the two fields of a clock packet. */
  readonly clockFields: { readonly client: string; readonly server: string };
  /** The version an agent announces itself with. */
  readonly announceVersion: number;
  /**
   * How a track is asked for. `positional`: `"audio", 48000, 1, "opus"`;
   * `described`: `"audio", "opus", {"sample_rate", "channel_count", "channel_layout"}`.
   */
  readonly trackRequest: 'positional' | 'described';
  /** Whether publications (interactions to `""`) reach anyone, or come back as errors. */
  readonly publications: boolean;
}

/** One row per dialect. `documented` is the wire protocol as Alloverse publishes it. */
export const dialects = {
  documented: {
    name: 'documented',
    channels: { count: 5, state: 0, interactions: 1, media: 3, clock: 4 },
    packetEnd: '\n',
    clockFields: { client: 'client_clock', server: 'server_clock' },
    announceVersion: 1,
    trackRequest: 'positional',
    publications: true,
  },
} as const satisfies Record<string, Dialect>;

/** Channels of sound and time: what comes late on them is worth nothing. */
export function timelyChannels({ channels }: Dialect): readonly number[] {
  return [channels.media, channels.clock];
}

export type DialectName = keyof typeof dialects;
