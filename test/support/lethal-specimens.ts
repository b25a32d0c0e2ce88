import type { AssetPacket } from '../../agent/wire/asset.ts';
import type { ClockPacket } from '../../agent/wire/clock.ts';
import type { DialectName } from '../../agent/wire/dialect.ts';
import { type Intent, restingIntent } from '../../agent/wire/intent.ts';
import type { Interaction } from '../../agent/wire/interaction.ts';
import type { JsonObject } from '../../agent/wire/json.ts';
import type { MediaPacket } from '../../agent/wire/media.ts';
import type { NeverSent } from '../../agent/wire/never-sent.ts';
import type { PlaceKind } from './referee.ts';

/** Something an agent may be asked to say, as its link takes it. */
export type Utterance =
  | { readonly interaction: Interaction }
  | { readonly intent: Intent }
  | { readonly media: MediaPacket }
  | { readonly clock: ClockPacket }
  | { readonly asset: AssetPacket }
  /** Cannot be asked for: bytes that an encoder would have to write. */
  | { readonly bytes: Uint8Array; readonly on: 'interactions' | 'media' | 'assets' };

/** An entity of the agent, or of somebody else. */
export interface Thing {
  readonly ours: boolean;
  readonly components: JsonObject;
}

export interface Specimen {
  readonly rule: NeverSent;
  readonly place: PlaceKind;
  /** What stands in the place, in the order in which it came; perhaps the avatar, as others have made it. */
  readonly scene?: Readonly<Record<string, Thing>>;
  /** What of it others have removed since. */
  readonly gone?: readonly string[];
  /** Harmless, and said before. */
  readonly before?: readonly Utterance[];
  readonly lethal: Utterance;
  /** Said before the place has accepted the agent. */
  readonly unaccepted?: true;
  /** What the agent takes the place for, where that is not certain yet. */
  readonly takenFor?: DialectName;
  /** Channels granted, where fewer than the dialect has. */
  readonly granted?: number;
}

/** What the specimens live among: an avatar that was announced, and what it was given. */
export const AVATAR_ID = 'avatar-1';
export const TRACK_ID = 7;
const ASSET_ID = `asset:sha256:${'0'.repeat(64)}`;
const identity: number[] = [...Array(16)].map((_, i) => (i % 5 === 0 ? 1 : 0));
const odd = <T>(value: unknown): T => value as T;
const utf8 = (text: string) => new TextEncoder().encode(text);

const ask = (...body: unknown[]): Utterance => said({ body: odd(body) });
const said = (different: Partial<Interaction>): Utterance => ({
  interaction: {
    kind: 'request',
    from: AVATAR_ID,
    to: 'place',
    requestId: 'request-1',
    body: ['hello'],
    ...different,
  },
});
const announce = (version: unknown, avatar: unknown = {}, ...more: unknown[]): Utterance =>
  said({
    from: '',
    requestId: 'again',
    body: odd([
      'announce',
      'version',
      version,
      'identity',
      { display_name: 'A' },
      'spawn_avatar',
      avatar,
      ...more,
    ]),
  });
const change = (changes: unknown, id = AVATAR_ID): Utterance =>
  ask('change_components', id, 'add_or_change', changes, 'remove', []);
const under = (parent: string) => ({ relationships: { parent } });
const ours = (components: JsonObject = {}): Thing => ({ ours: true, components });
const theirs = (components: JsonObject = {}): Thing => ({ ours: false, components });
const scaled = (x: number, y = x, z = x) => ({ matrix: [x, 0, 0, 0, 0, y, 0, 0, 0, 0, z, 0, 9e5, 0, 0, 1] });
/** As many as may hang from one another, each far larger than the one before. */
const tower = Object.fromEntries(
  [...Array(17)].map((_, i): [string, Thing] => [
    `e${i}`,
    theirs({ transform: scaled(1e20), ...(i > 0 && under(`e${i - 1}`)) }),
  ]),
);
const intent = (different: Partial<Intent>): Utterance => ({ intent: { ...restingIntent, ...different } });
const media = (trackId: number, size: number): Utterance => ({
  media: { trackId, payload: new Uint8Array(size).fill(65) },
});
const range = (start: number, length: number): Utterance => ({
  asset: { kind: 'request', id: ASSET_ID, range: { start, length } },
});
const data = (total: number): Utterance => ({
  asset: { kind: 'data', id: ASSET_ID, start: 0, total, body: new Uint8Array(4) },
});
const animation = { path: 'text.height', from: 1, to: 2, start_at: 1, duration: 1 };
const animate = (different: object): Utterance =>
  change({ property_animations: { animations: { a: { ...animation, ...different } } } });
const bytes = (on: 'interactions' | 'media' | 'assets', content: Uint8Array): Utterance => ({
  bytes: content,
  on,
});
const hello = '["interaction","request","avatar-1","place","r",["hello"]]';

type Row = readonly [
  rule: NeverSent,
  place: PlaceKind,
  lethal: Utterance,
  more?: Pick<Specimen, 'before' | 'gone' | 'granted' | 'scene' | 'takenFor' | 'unaccepted'>,
];

const rows: readonly Row[] = [
  ['channel', 'v3', media(TRACK_ID, 10), { granted: 3 }],
  ['end', 'v1', bytes('interactions', utf8(hello))],
  ['end', 'v2', bytes('interactions', utf8(hello))],
  ['end', 'v2', bytes('media', new Uint8Array([0, 0, 0, TRACK_ID, 1, 2, 3, 4]))],
  ['end', 'v4', bytes('interactions', utf8(`${hello}\n`))],
  ['doubtful', 'v2', range(0, 10), { takenFor: 'documented' }],
  ['doubtful', 'v3', ask('allocate_track', 'audio', 48_000, 1, 'opus'), { takenFor: 'documented' }],
  ['doubtful', 'v3', media(TRACK_ID + 1, 10), { takenFor: 'v2' }],
  ['no-assets', 'v1', range(0, 10)],
  ['no-assets', 'v2', range(0, 10)],
  ['no-clock', 'v1', { clock: { clientClock: 1 } }],
  ['no-media', 'v1', media(TRACK_ID, 10)],
  ['no-publications', 'alloplace', said({ kind: 'publication', to: '', requestId: '' })],
  ['no-publications', 'v4', said({ kind: 'publication', to: '', requestId: '' })],
  ['no-spawn', 'v1', ask('spawn_entity', {})],
  ['no-track', 'v1', ask('allocate_track', 'audio', 48_000, 1, 'opus')],
  ['no-track', 'v2', ask('allocate_track', 'audio', 'opus', {})],
  ['no-subscriptions', 'v3', ask('subscribe', '["reading", R]')],
  ['no-subscriptions', 'v4', ask('unsubscribe', '1')],
  ['interaction', 'v3', said({ from: odd(null) })],
  ['interaction', 'v3', said({ to: odd(undefined) })],
  ['interaction', 'v4', said({ requestId: odd(7) })],
  ['interaction', 'v2', said({ kind: odd('question') })],
  ['body', 'v3', ask()],
  ['body', 'v3', ask(null, 1)],
  ['body', 'v4', said({ body: odd('hello') })],
  ['body', 'v1', said({ body: odd({ 0: 'hello' }) })],
  ['body', 'v4', said({ body: odd(Object.assign(['hello'], { toJSON: () => null })) })],
  ['text', 'v3', bytes('interactions', utf8(hello.replace('hello', '\\u0000')))],
  ['text', 'v3', bytes('interactions', utf8(hello.replace('hello', 'a\\ud800b')))],
  ['text', 'v1', bytes('interactions', utf8(`${hello}\0`))],
  ['value', 'v3', change({ transform: { matrix: identity.with(3, Number.NaN) } })],
  ['nobody', 'alloplace', said({ to: '' })],
  ['nobody', 'v3', said({ kind: 'one-way', to: '' })],
  ['nobody', 'documented', said({ kind: 'publication', to: 'visitor' })],
  ['early', 'v3', ask('hello'), { unaccepted: true }],
  ['early', 'v4', intent({}), { unaccepted: true }],
  ['early', 'v2', { clock: { clientClock: 1 } }, { unaccepted: true }],
  ['early', 'v3', media(TRACK_ID, 10), { unaccepted: true }],
  ['early', 'v3', range(0, 10), { unaccepted: true }],
  ['early', 'v3', said({ kind: 'response', to: 'visitor' }), { unaccepted: true }],
  ['again', 'v3', announce(3)],
  ['again', 'documented', announce(1)],
  ['announce', 'v4', announce(3), { unaccepted: true }],
  ['announce', 'v3', announce('3'), { unaccepted: true }],
  ['announce', 'v3', announce(3, {}, 'more'), { unaccepted: true }],
  ['announce', 'v3', said({ from: '', body: ['announce'] }), { unaccepted: true }],
  ['disguised', 'v4', said({ kind: 'one-way', body: ['change_components'] })],
  ['disguised', 'v4', said({ kind: 'response', body: ['announce', 'failed', 'nobody understands this'] })],
  ['disguised', 'v3', said({ kind: 'one-way', body: ['media_track', 1, 'subscribe'] })],
  ['request', 'v3', ask('change_components', AVATAR_ID)],
  ['request', 'v3', ask('change_components', null, 'add_or_change', {}, 'remove', [])],
  ['request', 'v3', ask('change_components', AVATAR_ID, 'add_or_change', {}, 'remove', [1])],
  ['request', 'v3', ask('change_components', AVATAR_ID, 'remove', [], 'add_or_change', {})],
  ['request', 'v3', ask('change_components', AVATAR_ID, 'add_or_change', null, 'remove', [])],
  ['request', 'v3', ask('spawn_entity')],
  ['request', 'v3', ask('remove_entity')],
  ['request', 'v3', ask('remove_entity', 'x', 'bury')],
  ['request', 'v3', ask('media_track', '1', 'subscribe')],
  ['request', 'v4', ask('media_track', 1, 'enjoy')],
  ['request', 'documented', ask('subscribe', 1)],
  ['request', 'v4', ask('kick_agent', null)],
  ['track-form', 'v3', ask('allocate_track', 'audio', 48_000, 1, 'opus')],
  ['track-form', 'v4', ask('allocate_track')],
  ['track-form', 'documented', ask('allocate_track', 'audio', 'opus', {})],
  [
    'sender',
    'v3',
    said({ from: 'visitor', body: ['allocate_track', 'audio', 'opus', {}] }),
    { scene: { visitor: theirs() } },
  ],
  [
    'sender',
    'v4',
    said({ from: 'lamp', body: ['allocate_track', 'audio', 'opus', {}] }),
    { scene: { lamp: ours() }, gone: ['lamp'] },
  ],
  ['animate', 'v4', said({ from: 'visitor', body: ['add_property_animation', animation] })],
  ['animate', 'v4', ask('remove_property_animation', 'x')],
  ['list-agents', 'v4', ask('list_agents')],
  ['launch', 'v4', ask('launch_app', 'alloapp:http://app.example:99999999999/')],
  ['place', 'v3', ask('change_components', 'place', 'add_or_change', { clock: {} }, 'remove', [])],
  ['place', 'v3', ask('remove_entity', 'place', 'cascade')],
  ['avatar', 'v4', ask('remove_entity', AVATAR_ID, 'cascade')],
  ['avatar', 'v3', announce(3, under('wall')), { unaccepted: true }],
  ['foreign', 'v1', change({ text: { string: 'x' } }, 'nobody')],
  ['foreign', 'v3', ask('remove_entity', 'visitor', 'cascade'), { scene: { visitor: theirs() } }],
  ['foreign', 'v2', change({ relationships: {} }, 'hand'), { scene: { hand: theirs() } }],
  ['foreign', 'v4', ask('remove_entity', 'lamp'), { scene: { lamp: ours() }, gone: ['lamp'] }],
  [
    'below',
    'v4',
    ask('remove_entity', 'lamp', 'cascade'),
    { scene: { lamp: ours(), bulb: ours(under('lamp')), visitor: theirs(under('bulb')) } },
  ],
  [
    'below',
    'v3',
    ask('remove_entity', 'lamp', 'reparent'),
    { scene: { [AVATAR_ID]: ours(under('lamp')), lamp: ours() } },
  ],
  ['spawn-form', 'v3', ask('spawn_entity', { components: {} })],
  ['spawn-form', 'v2', ask('spawn_entity', { children: [{ components: {} }] })],
  ['spawn-form', 'v4', ask('spawn_entity', { children: [1] })],
  ['spawn-form', 'v4', ask('spawn_entity', null)],
  ['spawn-form', 'v4', ask('spawn_entity', new Date(0))],
  ['spawn-form', 'v3', announce(3, { components: {} }), { unaccepted: true }],
  ['component', 'v3', change({ transform: { matrix: [1, 2, 3] } })],
  ['component', 'v3', change({ transform: scaled(0) })],
  ['component', 'v4', change({ transform: scaled(1, 1, -1) })],
  ['component', 'v4', ask('spawn_entity', { transform: scaled(1, 10, 1) })],
  ['component', 'v4', ask('spawn_entity', { transform: scaled(1e200) })],
  ['component', 'v3', ask('spawn_entity', { relationships: { parent: 1 } })],
  ['component', 'v4', change({ grabbable: { rotation_constraint: [0, 1, 0] } })],
  ['component', 'v3', change({ grabbable: { translation_constraint: [1e308, 1, -1e308] } })],
  ['component', 'v4', change({ property_animations: {} })],
  ['component', 'v4', change({ property_animations: { animations: { a: { ...animation, path: 1 } } } })],
  ['component', 'v4', animate({ path: undefined })],
  ['component', 'v4', animate({ duration: 0 })],
  ['component', 'v4', animate({ to: [1, 2, 3] })],
  ['component', 'v4', animate({ path: `a.${'é'.repeat(130)}` })],
  ['component', 'v4', animate({ path: `hat.matrix.rotation${'.x'.repeat(30_000)}` })],
  ['component', 'v4', animate({ path: 'transform.matrix.scale.x', from: 1, to: 0 })],
  ['component', 'v4', animate({ path: '0.matrix' })],
  ['component', 'v4', announce(4, { avatar: { token: 5 } }), { unaccepted: true }],
  ['letters', 'v2', change({ Intent: { Actuate_Pose: null } })],
  ['letters', 'v2', change({ relationships: { Parent: 5 } })],
  ['letters', 'v2', ask('spawn_entity', { Transform: { matrix: [1] } })],
  ['letters', 'v2', ask('spawn_entity', { Children: [null, 1] })],
  ['letters', 'v1', announce(1, { Relationships: { parent: null } }), { unaccepted: true }],
  ['posed', 'v3', change({ intent: { actuate_pose: null } })],
  ['posed', 'v2', change({ intent: { actuate_pose: 'root' } })],
  ['posed', 'v4', ask('spawn_entity', { ...under(AVATAR_ID), intent: { from_avatar: 'nobody' } })],
  ['cycle', 'v3', change(under('lamp'), 'lamp'), { scene: { lamp: ours() } }],
  ['cycle', 'v3', change(under('bulb'), 'lamp'), { scene: { lamp: ours(), bulb: ours(under('lamp')) } }],
  ['cycle', 'v4', change(under('hat'), 'lamp'), { scene: { hat: theirs(under('lamp')), lamp: ours() } }],
  ['parent', 'v4', change(under('new'), 'old'), { scene: { old: ours(), new: ours() } }],
  ['parent', 'v4', change(under('wall')), { scene: { wall: theirs() } }],
  ['parent', 'v4', change(under('wall'), 'old'), { scene: { old: ours(), wall: theirs() } }],
  ['deep', 'v4', ask('spawn_entity', under('e16')), { scene: tower }],
  [
    'subscription',
    'v3',
    ask('media_track', 1, 'subscribe'),
    { before: [ask('media_track', 1, 'subscribe')] },
  ],
  ['intent-numbers', 'v3', intent({ yaw: odd(undefined) })],
  ['intent-numbers', 'v2', intent({ pitch: Number.NaN })],
  ['acknowledgement', 'alloplace', intent({ ackStateRevision: 1.5 })],
  ['acknowledgement', 'alloplace', intent({ ackStateRevision: 2 ** 31 })],
  ['acknowledgement', 'v3', intent({ ackStateRevision: -1 })],
  ['pose', 'v3', intent({ poses: { head: { matrix: [1] } } })],
  ['short-media', 'v3', media(TRACK_ID, 2)],
  ['short-media', 'documented', media(TRACK_ID, 0)],
  ['foreign-track', 'alloplace', media(TRACK_ID + 1, 10)],
  ['foreign-track', 'v2', media(TRACK_ID + 1, 10)],
  ['track-number', 'v3', media(2 ** 32 + 5, 10)],
  ['clock', 'v3', { clock: { clientClock: Number.NaN } }],
  ['clock', 'v3', { clock: { clientClock: 1, serverClock: 2 } }],
  ['asset-form', 'v3', { asset: { kind: 'failure', id: odd(undefined), code: 1, reason: '' } }],
  ['asset-form', 'v4', bytes('assets', new Uint8Array([0, 1, 0]))],
  ['asset-form', 'v4', bytes('assets', new Uint8Array([0, 1, 0, 9, ...utf8('{"id":1}\n')]))],
  ['asset-range', 'v3', range(10, 10)],
  ['asset-range', 'v3', range(4, 1), { before: [data(4)] }],
  ['asset-range', 'v4', range(0, 0)],
  ['asset-range', 'v4', range(0, 2 ** 21)],
  ['asset-length', 'v4', data(5), { before: [data(4)] }],
];

/** At least one packet for every rule that a place would not survive, or that goes wrong in it. */
export const specimens: readonly Specimen[] = rows.map(([rule, place, lethal, more]) => ({
  rule,
  place,
  lethal,
  ...more,
}));
