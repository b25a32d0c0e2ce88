import { type Manners, manners } from './manners.ts';

/** How one kind of place speaks: everything that differs between places, as data (protocol document, section 2). */
export interface Dialect {
  readonly name: string;
  readonly channels: {
    /** How many such a place grants, whatever more is asked for. */
    readonly count: number;
    /** State from the place, intents to it. */
    readonly state: number;
    readonly interactions: number;
    /** Absent where a packet of an asset would make the place abort, or reach nobody. */
    readonly assets?: number;
    /** Sound. */
    readonly media: number;
    /** Pictures, where they have a channel of their own. */
    readonly video?: number;
    /** Absent where the place does not tell its time in this way. */
    readonly clock?: number;
  };
  /** What follows every packet but those of assets: a newline, or nothing. A wrong end kills some places. */
  readonly packetEnd: '\n' | '';
  /** Names of the two fields of a clock packet. */
  readonly clockFields: { readonly client: string; readonly server: string };
  /** The version an agent announces itself with. */
  readonly announceVersion: number;
  /**
   * What becomes of an announcement of another version. `disconnected`: with 1003, no answer;
   * `answered`: `["announce", "error", 1003, text]`, then disconnected.
   */
  readonly otherVersion: 'accepted' | 'disconnected' | 'answered';
  /** Whether state flows from the connection on, or only from the announcement on. */
  readonly stateBeforeAnnounce: boolean;
  /** `whole`: a list of all entities every time, without `patch_style` or history. */
  readonly state: 'whole' | 'patched';
  /** States a second, and whether one follows at once on an interaction to the place. */
  readonly stateRate: { readonly perSecond: number; readonly atOnce: boolean };
  /** The largest revision an intent may acknowledge. */
  readonly largestAcknowledgement: number;
  /** Whether an agent may have entities beside its avatar. */
  readonly spawns: boolean;
  /**
   * How a track comes about. `positional`: `"audio", 48000, 1, "opus"`; `described`: `"audio", "opus",
   * {"sample_rate", "channel_count", "channel_layout"}`; `unasked`: the place does not answer, but passes on what
   * is sent under a number of the agent's own; `none`: it passes nothing on.
   */
  readonly trackRequest: 'positional' | 'described' | 'unasked' | 'none';
  /** Who is sent the media of a track. `subscribers`: who sent `["media_track", id, "subscribe"]`. */
  readonly mediaTo: 'everyone' | 'subscribers' | 'nobody';
  /** How the place deals with assets; absent where it knows none. */
  readonly assets?: AssetManners;
  /** What becomes of publications (interactions to `""`); `refused`: each comes back as an error. */
  readonly publications: 'delivered' | 'ignored' | 'refused';
  /**
   * What a request the place does not know, or a recipient that is not there, is answered with. `error`:
   * `["error", ...]`; `named`: `[request, "error", "invalid request"]`.
   */
  readonly refusals: 'error' | 'named' | 'silence';
  /** Whether the place lets an agent speak only for entities of its own. */
  readonly senderChecked: boolean;
  /** What else is peculiar to such places, as the embedded place plays it. */
  readonly manners: Manners;
}

export interface AssetManners {
  /**
   * What becomes of data the place did not ask for. `cached`: it asks for the rest and keeps it; `wanted`: so only
   * while somebody waits for this very asset.
   */
  readonly unasked: 'cached' | 'wanted';
  /** Whether the place makes sure that what it hands on is what its id says. */
  readonly verified: boolean;
  /** What those who waited for an asset are sent once the place has it, whatever range they asked for. */
  readonly wakesWith: 'asked' | 'first-chunk';
}

/** How the reference server deals with assets, since it knows any. */
const serverAssets: AssetManners = { unasked: 'wanted', verified: false, wakesWith: 'first-chunk' };

/** What the places of the reference server's versions 2, 3 and 4 have in common. */
const server = {
  packetEnd: '',
  clockFields: { client: 'client_time', server: 'server_time' },
  otherVersion: 'accepted',
  stateBeforeAnnounce: true,
  state: 'patched',
  stateRate: { perSecond: 5, atOnce: true },
  largestAcknowledgement: 2 ** 31 - 1,
  spawns: true,
  trackRequest: 'described',
  mediaTo: 'subscribers',
  publications: 'ignored',
  refusals: 'silence',
  senderChecked: false,
} as const satisfies Partial<Dialect>;

/**
 * One row per dialect. `documented` is the wire protocol as Alloverse publishes it; `v1` to `v4` are the versions of
 * the reference server, and `alloplace` the server in Elixir, which speaks version 3 with manners of its own.
 */
export const dialects = {
  documented: {
    name: 'documented',
    manners: manners.documented,
    channels: { count: 5, state: 0, interactions: 1, assets: 2, media: 3, clock: 4 },
    packetEnd: '\n',
    clockFields: { client: 'client_clock', server: 'server_clock' },
    announceVersion: 1,
    otherVersion: 'disconnected',
    stateBeforeAnnounce: false,
    state: 'patched',
    stateRate: { perSecond: 20, atOnce: false },
    largestAcknowledgement: Number.MAX_SAFE_INTEGER,
    spawns: true,
    trackRequest: 'positional',
    mediaTo: 'everyone',
    assets: { unasked: 'cached', verified: true, wakesWith: 'asked' },
    publications: 'delivered',
    refusals: 'error',
    senderChecked: true,
  },
  v1: {
    ...server,
    name: 'v1',
    manners: manners.v1,
    channels: { count: 4, state: 0, interactions: 1, media: 3 },
    packetEnd: '\n',
    announceVersion: 1,
    state: 'whole',
    stateRate: { perSecond: 95, atOnce: false },
    spawns: false,
    trackRequest: 'none',
    mediaTo: 'nobody',
  },
  v2: {
    ...server,
    name: 'v2',
    manners: manners.v2,
    channels: { count: 5, state: 0, interactions: 1, media: 3, clock: 4 },
    packetEnd: '\n',
    announceVersion: 2,
    stateRate: { perSecond: 95, atOnce: false },
    trackRequest: 'unasked',
    mediaTo: 'everyone',
  },
  v3: {
    ...server,
    name: 'v3',
    manners: manners.v3,
    channels: { count: 5, state: 0, interactions: 1, assets: 2, media: 3, clock: 4 },
    announceVersion: 3,
    assets: serverAssets,
  },
  alloplace: {
    ...server,
    name: 'alloplace',
    manners: manners.alloplace,
    channels: { count: 5, state: 0, interactions: 1, assets: 2, media: 3, clock: 4 },
    announceVersion: 3,
    assets: serverAssets,
    otherVersion: 'disconnected',
    stateRate: { perSecond: 17, atOnce: false },
    mediaTo: 'everyone',
    publications: 'refused',
    refusals: 'error',
    senderChecked: true,
  },
  v4: {
    ...server,
    name: 'v4',
    manners: manners.v4,
    channels: { count: 6, state: 2, interactions: 1, assets: 3, media: 0, video: 4, clock: 5 },
    announceVersion: 4,
    assets: serverAssets,
    otherVersion: 'answered',
    refusals: 'named',
  },
} as const satisfies Record<string, Dialect>;

export type DialectName = keyof typeof dialects;

/** Channels of sound and time: what comes late on them is worth nothing. */
export function timelyChannels({ channels }: Dialect): readonly number[] {
  return channels.clock === undefined ? [channels.media] : [channels.media, channels.clock];
}
