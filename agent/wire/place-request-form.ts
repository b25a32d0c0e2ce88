import { judgeComponents, judgeEntity } from './component-form.ts';
import type { Dialect } from './dialect.ts';
import type { Body } from './interaction.ts';
import { isObject, type Json } from './json.ts';
import { forbid } from './never-sent.ts';
import { PLACE } from './place-requests.ts';
import type { Rejected } from './rejection.ts';
import { misspelt } from './spelling.ts';

type Judge = (body: Body, dialect: Dialect) => Rejected | undefined;

/** What places are known to take as requests, and the one form of each that all of them survive. */
const judges: ReadonlyMap<string, Judge> = new Map<string, Judge>([
  ['announce', judgeAnnounce],
  ['spawn_entity', judgeSpawn],
  ['remove_entity', judgeRemove],
  ['change_components', judgeChange],
  ['allocate_track', judgeTrack],
  ['media_track', ([, id, verb, ...rest]) => fits(isTrackId(id) && isVerb(verb) && !rest.length, mediaForm)],
  ['subscribe', (body, dialect) => judgeSubscription(body, dialect)],
  ['unsubscribe', (body, dialect) => judgeSubscription(body, dialect)],
  ['list_agents', () => forbid('list-agents', 'a place may fall over it while somebody joins')],
  ['kick_agent', ([, id, ...rest]) => fits(isId(id) && !rest.length, '["kick_agent", agent id]')],
  ['add_property_animation', () => forbid('animate', instead)],
  ['remove_property_animation', () => forbid('animate', instead)],
  ['launch_app', () => forbid('launch', 'a place stands still over it, or falls')],
]);

const instead = 'animations are changed as the component `property_animations`';
const mediaForm = '["media_track", track id, "subscribe" or "unsubscribe"]';

/** Whether a place acts on a body of this name. */
export function isPlaceRequest([name]: Body): boolean {
  return judges.has(name);
}

/** The body of a request to the place. Undefined where it may be sent; names that no place knows are not judged. */
export function judgePlaceRequest(body: Body, dialect: Dialect): Rejected | undefined {
  return judges.get(body[0])?.(body, dialect);
}

function judgeAnnounce(body: Body, { announceVersion }: Dialect): Rejected | undefined {
  const [, versionKey, version, identityKey, identity, avatarKey, avatar, ...rest] = body;
  const keys = versionKey === 'version' && identityKey === 'identity' && avatarKey === 'spawn_avatar';
  const named = isObject(identity) && typeof identity.display_name === 'string';
  const wrong = isObject(identity) ? misspelt(identity, ['display_name']) : undefined;
  if (wrong !== undefined) return forbid('letters', `${wrong} is spelt in small letters`);
  if (!keys || !named || rest.length > 0)
    return forbid(
      'announce',
      'announce is ["announce", "version", n, "identity", {...}, "spawn_avatar", {...}]',
    );
  if (version !== announceVersion)
    return forbid('announce', `the version to announce here is ${announceVersion}`);
  return judgeEntity(avatar);
}

function judgeSpawn(body: Body, { spawns, name }: Dialect): Rejected | undefined {
  if (!spawns) return forbid('no-spawn', `${name} places have no entities but avatars`);
  return fits(body.length === 2, '["spawn_entity", {components}]') ?? judgeEntity(body[1]);
}

function judgeRemove([, id, mode = 'cascade', ...rest]: Body): Rejected | undefined {
  if (id === PLACE) return forbid('place', 'the place itself cannot be removed');
  const known = mode === 'cascade' || mode === 'reparent';
  return fits(isId(id) && known && !rest.length, '["remove_entity", id, "cascade" or "reparent"]');
}

function judgeChange([, id, addKey, changes, removeKey, removals, ...rest]: Body): Rejected | undefined {
  if (id === PLACE) return forbid('place', 'the components of the place are its own');
  const keys = addKey === 'add_or_change' && removeKey === 'remove' && rest.length === 0;
  const names = Array.isArray(removals) && removals.every((name) => typeof name === 'string');
  if (!isId(id) || !keys || !names || !isObject(changes))
    return forbid('request', 'it is ["change_components", id, "add_or_change", {...}, "remove", [names]]');
  return judgeComponents(changes);
}

function judgeTrack(body: Body, { trackRequest, name }: Dialect): Rejected | undefined {
  if (trackRequest === 'none' || trackRequest === 'unasked')
    return forbid('no-track', `${name} places give out no tracks`);
  if (trackRequest === 'positional') {
    const [, medium, rate, channels, codec, ...rest] = body;
    const fit = isMedium(medium) && isCount(rate) && isCount(channels) && isId(codec) && !rest.length;
    return fit
      ? undefined
      : forbid('track-form', 'it is ["allocate_track", medium, rate, channels, codec] here');
  }
  const [, medium, codec, metadata, ...rest] = body;
  const fit = isMedium(medium) && isId(codec) && isObject(metadata) && !rest.length;
  return fit ? undefined : forbid('track-form', 'it is ["allocate_track", medium, codec, {metadata}] here');
}

function judgeSubscription(body: Body, { publications, name }: Dialect): Rejected | undefined {
  const [request, argument, ...rest] = body;
  if (publications !== 'delivered')
    return forbid('no-subscriptions', `${name} places deliver no publications`);
  return fits(isId(argument) && rest.length === 0, `["${request}", string]`);
}

function fits(fit: boolean, form: string): Rejected | undefined {
  return fit ? undefined : forbid('request', `it is ${form}`);
}

function isVerb(value: Json | undefined): value is 'subscribe' | 'unsubscribe' {
  return value === 'subscribe' || value === 'unsubscribe';
}

function isMedium(value: Json | undefined): boolean {
  return value === 'audio' || value === 'video';
}

function isId(value: Json | undefined): value is string {
  return typeof value === 'string' && value !== '';
}

function isCount(value: Json | undefined): boolean {
  return Number.isInteger(value) && (value as number) > 0;
}

function isTrackId(value: Json | undefined): boolean {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 0xffff_ffff;
}
