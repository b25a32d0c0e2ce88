/*
 * How places of each kind behave beyond the form of their packets (protocol document, sections 2 to 7): what the
 * embedded place plays, so that an agent meets the places people run before it meets them. No agent relies on it.
 */

/** What a place may be asked, beside `announce`. */
export type PlaceRequestName =
  | 'add_property_animation'
  | 'allocate_track'
  | 'change_components'
  | 'kick_agent'
  | 'launch_app'
  | 'list_agents'
  | 'media_track'
  | 'remove_entity'
  | 'remove_property_animation'
  | 'spawn_entity'
  | 'subscribe'
  | 'unsubscribe';

/**
 * What makes a place abort, or damages its memory:
 *
 *   acknowledgement  an intent that acknowledges more than fits, or no whole number
 *   asset            any packet on channel 2
 *   foreign-asset    a packet on the channel of assets that is no asset message
 *   intent           an intent without its four numbers
 *   interaction      an interaction that is not six elements, with strings and a body in their places
 *   negative         an intent that acknowledges less than nothing
 *   pose             a pose whose matrix is not 16 numbers
 *   request          a request to the place whose arguments are not where the place looks for them
 *   short-media      a media packet of less than 7 bytes
 *   spawn-form       an entity described as `{"components": {...}}`
 *   unended          a packet that does not end in a newline
 */
export type LethalPacket =
  | 'acknowledgement'
  | 'asset'
  | 'foreign-asset'
  | 'intent'
  | 'interaction'
  | 'negative'
  | 'pose'
  | 'request'
  | 'short-media'
  | 'spawn-form'
  | 'unended';

export interface Manners {
  readonly requests: readonly PlaceRequestName[];
  /** Whether an answer comes from who was asked and goes to who asked; otherwise from `place` to `""`. */
  readonly addressedAnswers: boolean;
  /** Whether what is said one-way to nobody comes back as an error, one-way. */
  readonly returnsOneWays: boolean;
  /** Whether only the agent an entity belongs to may change or remove it. */
  readonly entitiesProtected: boolean;
  /**
   * What a request about an entity that is not there is answered with; `explained`: a failure with its reason;
   * `lethal`: the place crashes.
   */
  readonly missingEntity: {
    readonly change: 'explained' | 'invalid' | 'silence' | 'lethal';
    readonly remove: 'explained' | 'failed' | 'ok';
  };
  /** Whether `reparent` keeps the children of an entity that is removed; otherwise they go with it. */
  readonly reparents: boolean;
  /** Whether components of a new entity may also lie in an object `components`. */
  readonly unwrapsComponents: boolean;
  /** Components that an entity gets where it is spawned without: the identity; nobody. */
  readonly completes: readonly ('transform' | 'parent')[];
  /** Whether members of components that are null stay in the world, though no merge patch can carry them. */
  readonly keepsNulls: boolean;
  /** Whether the place shows as an entity of its own, with its clock. */
  readonly showsPlace: boolean;
  readonly tracks: {
    /**
     * How it reads `allocate_track`. `positional`: as the dialect's `trackRequest` names it; `verbatim`: the three
     * arguments after the name become the component, whatever they say; `either`: positional and described.
     */
    readonly wish: 'positional' | 'verbatim' | 'either';
    /** Whether an entity that has a track is given another instead. */
    readonly replaced: boolean;
    /** Whether only the agent a track belongs to may send on it. */
    readonly protected: boolean;
  };
  /** Whether the answer to a clock probe holds whatever the probe held; otherwise only its own two fields. */
  readonly echoesProbes: boolean;
  /** Whether it tells its time in whole milliseconds, cut off. */
  readonly wholeMilliseconds: boolean;
  /** Whether a state goes out at every beat, whatever happened and whatever was acknowledged. */
  readonly steadyStates: boolean;
  /**
   * Whether somebody who is connected, but has sent no intent since announcing himself, keeps everyone who was
   * there before him, and all animations, from moving. Clock and states go on.
   */
  readonly freezes: boolean;
  readonly lethal: readonly LethalPacket[];
}

/** What the reference server does in all its versions. */
const server = {
  addressedAnswers: false,
  returnsOneWays: false,
  entitiesProtected: false,
  missingEntity: { change: 'explained', remove: 'failed' },
  reparents: false,
  unwrapsComponents: false,
  completes: ['transform'],
  keepsNulls: true,
  showsPlace: true,
  tracks: { wish: 'verbatim', replaced: false, protected: true },
  echoesProbes: true,
  wholeMilliseconds: true,
  steadyStates: true,
  freezes: true,
} as const satisfies Partial<Manners>;

const withEntities = ['change_components', 'remove_entity', 'spawn_entity'] as const;
const withTracks = [
  ...withEntities,
  'add_property_animation',
  'allocate_track',
  'media_track',
  'remove_property_animation',
] as const;

/** To the reference server since it lost its newlines. */
const lethalToServers = [
  'foreign-asset',
  'short-media',
  'interaction',
  'request',
  'spawn-form',
  'intent',
  'negative',
] as const;

/** One row per dialect. */
export const manners = {
  documented: {
    requests: [...withEntities, 'allocate_track', 'subscribe', 'unsubscribe'],
    addressedAnswers: true,
    returnsOneWays: false,
    entitiesProtected: true,
    missingEntity: { change: 'explained', remove: 'explained' },
    reparents: true,
    unwrapsComponents: false,
    completes: [],
    keepsNulls: false,
    showsPlace: true,
    tracks: { wish: 'positional', replaced: false, protected: true },
    echoesProbes: false,
    wholeMilliseconds: false,
    steadyStates: false,
    freezes: false,
    lethal: [],
  },
  v1: {
    ...server,
    requests: ['change_components'],
    missingEntity: { change: 'lethal', remove: 'failed' },
    showsPlace: false,
    lethal: ['unended', 'interaction', 'request', 'intent', 'pose'],
  },
  v2: {
    ...server,
    requests: withEntities,
    missingEntity: { change: 'silence', remove: 'failed' },
    tracks: { ...server.tracks, protected: false },
    lethal: ['unended', 'asset', 'interaction', 'request', 'intent', 'pose', 'negative'],
  },
  v3: {
    ...server,
    requests: withTracks,
    lethal: lethalToServers,
  },
  alloplace: {
    ...server,
    requests: [...withEntities, 'allocate_track'],
    addressedAnswers: true,
    returnsOneWays: true,
    entitiesProtected: true,
    missingEntity: { change: 'invalid', remove: 'ok' },
    unwrapsComponents: true,
    completes: ['transform', 'parent'],
    tracks: { wish: 'either', replaced: true, protected: false },
    echoesProbes: false,
    freezes: false,
    lethal: ['acknowledgement'],
  },
  v4: {
    ...server,
    requests: [...withTracks, 'kick_agent', 'launch_app', 'list_agents'],
    lethal: lethalToServers,
  },
} as const satisfies Record<string, Manners>;
