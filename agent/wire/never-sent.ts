import { type Rejected, type RejectionCode, reject } from './rejection.ts';

/** What an agent must never say to a place, and why: the rules that keep deployed servers alive. */
interface Rule {
  /** Reads on from "Never sent:". */
  readonly what: string;
  readonly why: string;
  /** Of the protocol document. */
  readonly section: 1 | 2 | 3 | 4 | 5 | 6 | 7;
  /** What a refusal for this reason is counted as; absent where the packet is always mended instead. */
  readonly code?: RejectionCode;
}

export const neverSent = {
  channel: {
    what: 'anything on a channel that the place did not grant',
    why: 'It would reach nobody.',
    section: 1,
    code: 'ALLO_E_WIRE_CHANNEL',
  },
  end: {
    what: 'a packet without the end of the dialect, or with one where it has none',
    why: 'Versions 1 and 2 cut the last byte off whatever it is; elsewhere it garbles sound.',
    section: 2,
  },
  doubtful: {
    what: 'assets, media and `allocate_track`, while the place may speak another dialect, which they harm',
    why: 'Version 2 aborts on assets, and version 3 stores the tracks of other dialects wrongly.',
    section: 2,
    code: 'ALLO_E_WIRE_TURN',
  },
  'no-assets': {
    what: 'assets, where the dialect has no channel for them',
    why: 'Version 2 aborts on any packet of channel 2.',
    section: 2,
    code: 'ALLO_E_WIRE_DIALECT',
  },
  'no-clock': {
    what: 'clock probes, where the dialect has no channel for them',
    why: 'The number of the channel means something else there, or nothing.',
    section: 2,
    code: 'ALLO_E_WIRE_DIALECT',
  },
  'no-media': {
    what: 'media, where the place passes none on',
    why: 'It costs the place and its network, and reaches nobody.',
    section: 2,
    code: 'ALLO_E_WIRE_DIALECT',
  },
  'no-publications': {
    what: 'publications, where the place does not deliver them',
    why: 'They come back as errors, one for each, or vanish.',
    section: 2,
    code: 'ALLO_E_WIRE_DIALECT',
  },
  'no-spawn': {
    what: '`spawn_entity`, where agents have no entities but their avatar',
    why: 'It is never answered.',
    section: 2,
    code: 'ALLO_E_WIRE_DIALECT',
  },
  'no-track': {
    what: '`allocate_track`, where the place gives out none',
    why: 'It is never answered.',
    section: 2,
    code: 'ALLO_E_WIRE_DIALECT',
  },
  'no-subscriptions': {
    what: '`subscribe` and `unsubscribe`, where the place delivers no publications',
    why: 'Nothing would ever come of it; some places never answer.',
    section: 2,
    code: 'ALLO_E_WIRE_DIALECT',
  },
  interaction: {
    what: 'an interaction that is not six elements: its name, a known type, three strings and a body',
    why: 'The reference server reads each by its position and falls over one that is missing or null.',
    section: 3,
    code: 'ALLO_E_WIRE_SHAPE',
  },
  body: {
    what: 'a body that is not a list beginning with a string',
    why: 'The reference server compares the first item with names, without a look at what it is.',
    section: 3,
    code: 'ALLO_E_WIRE_BODY',
  },
  text: {
    what: 'a NUL or half a surrogate pair in a string (U+FFFD is said instead)',
    why: 'Strings end there for a reader in C, or the packet is no JSON to it.',
    section: 3,
  },
  value: {
    what: 'what JSON cannot say: numbers that are not finite, `undefined` in lists, functions',
    why: 'It would arrive as null.',
    section: 3,
    code: 'ALLO_E_WIRE_NUMBER',
  },
  nobody: {
    what: 'anything but a publication to nobody (`""`), or a publication to somebody',
    why: 'It is never answered, or comes back as an error.',
    section: 3,
    code: 'ALLO_E_WIRE_RECIPIENT',
  },
  early: {
    what: 'anything but the announcement before the place has accepted the agent',
    why: 'The reference server would act for an avatar that is not there.',
    section: 3,
    code: 'ALLO_E_WIRE_TURN',
  },
  again: {
    what: 'a second announcement in a connection',
    why: 'The reference server makes a second avatar and forgets the first.',
    section: 3,
    code: 'ALLO_E_WIRE_TURN',
  },
  announce: {
    what: 'an announcement of another form, or of another version than that of the dialect',
    why: 'The reference server reads each item by its position; another version is thrown out.',
    section: 3,
    code: 'ALLO_E_WIRE_REQUEST',
  },
  disguised: {
    what: 'what a place takes as a request, but one-way or as a response',
    why: 'The reference server carries it out whatever its type.',
    section: 3,
    code: 'ALLO_E_WIRE_REQUEST',
  },
  request: {
    what: 'a request to the place that lacks an argument, or has one too many or of another kind',
    why: 'The reference server takes arguments by position, and falls over those that are missing.',
    section: 3,
    code: 'ALLO_E_WIRE_REQUEST',
  },
  'track-form': {
    what: '`allocate_track` in the form of another dialect',
    why: 'It is stored wrongly, and visors of everyone read it.',
    section: 3,
    code: 'ALLO_E_WIRE_REQUEST',
  },
  sender: {
    what: '`allocate_track` from what is no entity of ours, or not there any more',
    why: 'Somebody else would be heard to say what we send.',
    section: 3,
    code: 'ALLO_E_WIRE_REQUEST',
  },
  animate: {
    what: '`add_property_animation` and `remove_property_animation`',
    why:
      'Version 4 falls over them where somebody else has removed the entity in the same moment; a change of its ' +
      'component `property_animations` does the same, and no harm.',
    section: 3,
    code: 'ALLO_E_WIRE_REQUEST',
  },
  'list-agents': {
    what: '`list_agents`',
    why: 'Version 4 falls over it while somebody is connected who has no avatar, as all who are about to join.',
    section: 3,
    code: 'ALLO_E_WIRE_REQUEST',
  },
  launch: {
    what: '`launch_app`',
    why: 'Version 4 stands still while it talks to the address, and aborts over one that is long, or has no real port.',
    section: 3,
    code: 'ALLO_E_WIRE_REQUEST',
  },
  place: {
    what: 'a change or removal of the entity `place`',
    why: 'It holds the clock of the whole simulation.',
    section: 3,
    code: 'ALLO_E_WIRE_REQUEST',
  },
  avatar: {
    what: 'the removal of our own avatar, or an announcement that hangs it from something',
    why: 'The simulation of the reference server stands still while an agent has none; it would go with its parent.',
    section: 3,
    code: 'ALLO_E_WIRE_REQUEST',
  },
  foreign: {
    what: 'a change or removal of an entity that is not ours, or not there any more',
    why: 'Version 1 falls over the change of what is not there, and all freeze if it was the avatar of somebody.',
    section: 3,
    code: 'ALLO_E_WIRE_REQUEST',
  },
  below: {
    what: 'the removal of an entity of ours from which one of somebody else hangs, or our avatar',
    why: 'The reference server removes all that hangs from it; it might be an avatar, which nothing tells apart.',
    section: 3,
    code: 'ALLO_E_WIRE_REQUEST',
  },
  'spawn-form': {
    what: 'an entity described as `{"components": {...}}`, or with `children`',
    why: 'The reference server frees the description and goes on using it; ids of children are told to nobody.',
    section: 3,
    code: 'ALLO_E_WIRE_COMPONENT',
  },
  component: {
    what:
      'a component that the place itself reads, in another form: a `parent` or avatar `token` that is no string; ' +
      'a `transform` whose 16 numbers do more than move, turn, and scale all alike by 10^-5 to 10^5; a ' +
      '`grabbable` that constrains rotation, or translation by anything but 0 to 1, or actuates another than ' +
      'itself or its `$parent`; an animation without path, ends, start or duration, with a path of more than 250 ' +
      'bytes, or of what the place reads but translation and single angles of a transform',
    why:
      'The reference server reads them at every step of its simulation, falls over what is not there, and ' +
      'aborts where a grab comes to no number.',
    section: 4,
    code: 'ALLO_E_WIRE_COMPONENT',
  },
  letters: {
    what: 'the name of a component that the place reads, or of its members, in other letters, such as `Transform`',
    why: 'Versions 1 and 2 look names up without regard to capital letters, and later ones some of them.',
    section: 4,
    code: 'ALLO_E_WIRE_COMPONENT',
  },
  posed: {
    what: 'a component `intent`',
    why:
      'A session sends no poses that could be followed, and the reference server falls over one without parent, ' +
      'or of an avatar that is not there.',
    section: 4,
    code: 'ALLO_E_WIRE_COMPONENT',
  },
  cycle: {
    what: 'an entity that hangs from itself, also by way of others',
    why: 'The reference server follows parents without end.',
    section: 4,
    code: 'ALLO_E_WIRE_COMPONENT',
  },
  parent: {
    what: 'a parent that is younger than its child, or not there; for what is spawned already, one that is not ours',
    why: 'Where their agent leaves, version 4 frees the child and goes on using it, unless it is the younger one.',
    section: 4,
    code: 'ALLO_E_WIRE_COMPONENT',
  },
  deep: {
    what: 'entities that hang from one another more than 16 deep',
    why: 'The reference server calls itself for each parent, and multiplies what they scale.',
    section: 4,
    code: 'ALLO_E_WIRE_COMPONENT',
  },
  subscription: {
    what: '`media_track` to subscribe what is subscribed already, or to unsubscribe what is not; more than 1,024 tracks',
    why: 'Every packet would come twice, and the second subscription outlives the connection.',
    section: 3,
    code: 'ALLO_E_WIRE_SUBSCRIPTION',
  },
  'intent-numbers': {
    what: 'an intent without its four finite numbers',
    why: 'The reference server crashes.',
    section: 4,
    code: 'ALLO_E_WIRE_NUMBER',
  },
  acknowledgement: {
    what: 'an acknowledgement that is no integer, or more than the dialect can hold',
    why: 'Alloplace crashes on 2^31 and on fractions.',
    section: 4,
    code: 'ALLO_E_WIRE_NUMBER',
  },
  pose: {
    what: 'a pose without its 16 finite numbers, or with part of a grab',
    why: 'The reference server takes 16 numbers whatever there is.',
    section: 4,
    code: 'ALLO_E_WIRE_SHAPE',
  },
  'short-media': {
    what: 'a media packet of less than 7 bytes, not counting its end',
    why: 'Versions 3 and 4 abort.',
    section: 5,
    code: 'ALLO_E_WIRE_MEDIA_SHORT',
  },
  'foreign-track': {
    what: 'media on a track that the place did not give to this agent in this connection',
    why: 'Some places would pass it on as if its owner had sent it.',
    section: 5,
    code: 'ALLO_E_WIRE_TRACK',
  },
  'track-number': {
    what: 'media on a track that is no unsigned 32-bit integer',
    why: 'It would go out on another track.',
    section: 5,
    code: 'ALLO_E_WIRE_NUMBER',
  },
  clock: {
    what: 'a clock probe whose time is no finite number, or that answers itself',
    why: 'The reference server echoes whatever it finds, with its own time in that field.',
    section: 6,
    code: 'ALLO_E_WIRE_NUMBER',
  },
  'asset-form': {
    what:
      'a packet of an asset whose header is not exactly as long as it says, or lacks a field, or whose body is ' +
      'not exactly as long as its range',
    why: 'Versions 3 and 4 abort, or copy what lies behind.',
    section: 7,
    code: 'ALLO_E_WIRE_SHAPE',
  },
  'asset-range': {
    what: 'a request for no bytes, more than 1 MiB, an offset past the end, or one while the end is unknown',
    why: 'Versions 3 and 4 send whatever lies in memory there.',
    section: 7,
    code: 'ALLO_E_WIRE_NUMBER',
  },
  'asset-length': {
    what: 'data of an asset with another total length than before',
    why: 'Versions 3 and 4 make room by the first and write by the last.',
    section: 7,
    code: 'ALLO_E_WIRE_NUMBER',
  },
} as const satisfies Record<string, Rule>;

export type NeverSent = keyof typeof neverSent;

/** Rules that are kept by refusing what breaks them. */
type Refusing = {
  [R in NeverSent]: (typeof neverSent)[R] extends { code: RejectionCode } ? R : never;
}[NeverSent];

/** A refusal by a rule. `detail`: what was wrong in this case, for people. */
export function forbid(rule: Refusing, detail: string): Rejected {
  return reject(neverSent[rule].code, detail);
}
