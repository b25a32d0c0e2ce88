import { beforeEach, describe, expect, it } from 'vitest';
import { PlainAgent } from '../../test/support/plain-agent.ts';
import type { Listener } from '../connection/connection.ts';
import { MemoryNetwork } from '../connection/memory-network.ts';
import { VirtualTime } from '../time/virtual-time.ts';
import type { Body } from '../wire/interaction.ts';
import type { JsonObject } from '../wire/json.ts';
import { type AgentInfo, EmbeddedPlace, type EmbeddedPlaceOptions } from './embedded-place.ts';
import type { Limits } from './limits.ts';

let time: VirtualTime;
let network: MemoryNetwork;
let place: EmbeddedPlace;
let listener: Listener;
let log: string[];

async function open(options: Partial<EmbeddedPlaceOptions> = {}): Promise<void> {
  const line = (what: string, { displayName }: AgentInfo) => log.push(`${displayName} ${what}`);
  place = new EmbeddedPlace({
    name: 'Greenhouse',
    time,
    events: {
      joined: (agent) => line('joined', agent),
      left: (agent, { by, code }) => line(`left: ${by} ${code}`, agent),
      turnedAway: (_remote, why) => log.push(`turned away: ${why}`),
    },
    ...options,
  });
  listener = await network.listen({ host: 'place', port: 0 }, place.channels, (c) => place.accept(c));
}

beforeEach(async () => {
  time = new VirtualTime(1_000);
  network = new MemoryNetwork(time);
  log = [];
  await open();
});

/** Lets time pass until a promise has settled. */
async function soon<T>(promise: Promise<T>): Promise<T> {
  let settled = false;
  const done = () => {
    settled = true;
  };
  promise.then(done, done);
  for (let i = 0; i < 1_000 && !settled; i++) await time.advance(5);
  if (!settled) throw new Error('still waiting after 5 s');
  return promise;
}

async function connect(): Promise<PlainAgent> {
  return soon(PlainAgent.connect(network.dial, listener.address.port));
}

async function join(displayName: string, avatar: JsonObject = {}): Promise<PlainAgent> {
  const agent = await connect();
  await soon(agent.announce(avatar, displayName));
  await time.advance(200);
  return agent;
}

async function ask(agent: PlainAgent, to: string, body: Body, from?: string): Promise<Body> {
  const answer = await soon(agent.request(to, body, from));
  await time.advance(200);
  return answer;
}

/** Components of one entity, as an agent sees them. */
function seen(agent: PlainAgent, id: string): JsonObject | undefined {
  const entity = agent.world[id] as JsonObject | undefined;
  return entity?.components as JsonObject | undefined;
}

describe('announcing', () => {
  it('gives an avatar with its children and the name of the place', async () => {
    const agent = await connect();
    const avatar = {
      text: { string: 'me' },
      children: [{ text: { string: 'hand' }, children: [{ text: { string: 'finger' } }] }],
    };
    const answer = await soon(agent.announce(avatar, 'Ada'));
    await time.advance(200);

    expect(answer).toEqual(['announce', agent.avatarId, 'Greenhouse']);
    expect(place.agents).toMatchObject([{ displayName: 'Ada', avatarId: agent.avatarId }]);
    const entities = Object.values(agent.world) as { id: string; components: JsonObject }[];
    const called = (string: string) =>
      entities.find(({ components }) => (components.text as JsonObject)?.string === string);
    expect(called('me')).toEqual({ id: agent.avatarId, components: { text: { string: 'me' } } });
    expect(called('hand')?.components.relationships).toEqual({ parent: agent.avatarId });
    expect(called('finger')?.components.relationships).toEqual({ parent: called('hand')?.id });
  });

  it('comes before everything else: no state, no clock, no answers', async () => {
    const agent = await connect();
    expect(await soon(agent.request('place', ['spawn_entity', {}], ''))).toEqual([
      'error',
      'forbidden_request',
      'spawn_entity',
    ]);
    const silent = await connect();
    silent.askTime(1);
    silent.acknowledge(0);
    await time.advance(1_000);
    expect(silent.states).toEqual([]);
    expect(silent.clocks).toEqual([]);
  });

  it('in another version is answered by disconnecting with 1003', async () => {
    const agent = await connect();
    const body: Body = ['announce', 'version', 3, 'identity', { display_name: 'x' }, 'spawn_avatar', {}];
    void agent.request('place', body, '');
    await time.advance(100);
    expect(agent.closed).toEqual({ by: 'remote', code: 1003 });
    expect(place.faults.of('ALLO_E_AGENT_VERSION')).toBe(1);
  });

  it('with an avatar that is too large is answered with an error, then disconnected with 1002', async () => {
    const agent = await connect();
    const answer = await soon(agent.announce({ picture: 'x'.repeat(100_000) }));
    expect(answer.slice(0, 3)).toEqual(['announce', 'error', 1002]);
    await time.advance(100);
    expect(agent.closed).toEqual({ by: 'remote', code: 1002 });
    expect(log).toEqual([]);
  });

  it('has to happen within 5 s', async () => {
    const agent = await connect();
    await time.advance(4_900);
    expect(agent.closed).toBeUndefined();
    await time.advance(200);
    expect(agent.closed).toEqual({ by: 'remote', code: 1002 });
    expect(log).toEqual(['turned away: it did not announce itself']);
  });

  it('happens once', async () => {
    const agent = await join('Ada');
    expect(await ask(agent, 'place', ['announce', 'version', 1, 'identity', {}, 'spawn_avatar', {}])).toEqual(
      ['error', 'invalid_request', 'announce'],
    );
  });
});

describe('leaving', () => {
  it('takes the entities of an agent along, at once for everyone', async () => {
    const ada = await join('Ada', { children: [{}, {}] });
    const bob = await join('Bob');
    expect(Object.keys(bob.world)).toHaveLength(5);
    ada.connection.close(1001);
    await time.advance(200);
    expect(Object.keys(bob.world).sort()).toEqual(['place', bob.avatarId].sort());
    expect(log).toEqual(['Ada joined', 'Bob joined', 'Ada left: remote 1001']);
  });

  it('leaves what others hung onto those entities at the root', async () => {
    const ada = await join('Ada');
    const bob = await join('Bob', { relationships: { parent: ada.avatarId }, text: { string: 'b' } });
    ada.connection.close(1001);
    await time.advance(200);
    expect(seen(bob, bob.avatarId)).toEqual({ text: { string: 'b' } });
  });

  it('tells those who wait for an answer of the one who left', async () => {
    const ada = await join('Ada');
    const bob = await join('Bob');
    const asked = ada.request(bob.avatarId, ['poke', true]);
    await time.advance(50);
    bob.connection.close(1001);
    expect(await soon(asked)).toEqual(['error', 'invalid_recipient', 'poke', bob.avatarId]);
  });

  it('is told to everyone when the place stops', async () => {
    const ada = await join('Ada');
    place.stop();
    await time.advance(100);
    expect(ada.closed).toEqual({ by: 'remote', code: 1000 });
    expect(log.at(-1)).toBe('Ada left: local 1000');
    expect(time.pending).toBe(0);
  });

  it('makes room in a place that was full', async () => {
    await open({ limits: { agents: 1 } });
    const ada = await join('Ada');
    const bob = await connect();
    await time.advance(100);
    expect(bob.closed).toEqual({ by: 'remote', code: 1004 });
    ada.connection.close(1001);
    await time.advance(100);
    expect(await join('Carl')).toMatchObject({ closed: undefined });
  });
});

describe('state', () => {
  it('is a set first, then patches against what was acknowledged', async () => {
    const ada = await join('Ada', { text: { string: 'a', height: 1 } });
    expect(ada.states[0]).toMatchObject({ style: 'set', entities: { [ada.avatarId]: { id: ada.avatarId } } });
    const before = ada.states.length;
    await ask(ada, 'place', [
      'change_components',
      ada.avatarId,
      'add_or_change',
      { text: { string: 'b', height: 1 } },
      'remove',
      [],
    ]);
    const patch = ada.states[before]!;
    expect(patch).toMatchObject({ style: 'merge', from: ada.states[before - 1]!.revision });
    expect(patch.style === 'merge' && patch.entities[ada.avatarId]).toEqual({
      components: { text: { string: 'b' } },
    });
    expect(seen(ada, ada.avatarId)).toEqual({ text: { string: 'b', height: 1 } });
  });

  it('reaches each agent as patches from what that agent holds', async () => {
    const ada = await join('Ada');
    const bob = await join('Bob');
    bob.acknowledges = false;
    const held = bob.revision;
    for (let i = 0; i < 5; i++)
      await ask(ada, 'place', [
        'change_components',
        ada.avatarId,
        'add_or_change',
        { n: { i } },
        'remove',
        [],
      ]);
    await time.advance(1_000);
    expect(bob.states.at(-1)).toMatchObject({ style: 'merge', from: held });
    expect(seen(bob, ada.avatarId)).toEqual({ n: { i: 4 } });
    expect(bob.world).toEqual(ada.world);
  });

  it('is a set again for an agent that acknowledges 0, or nothing the place remembers', async () => {
    const ada = await join('Ada');
    ada.acknowledges = false;
    for (const bogus of [0, 999_999]) {
      const before = ada.states.length;
      ada.acknowledge(bogus);
      await time.advance(1_100);
      expect(ada.states[before]).toMatchObject({ style: 'set' });
    }
  });

  it('gathers the changes of one heartbeat into one revision', async () => {
    const ada = await join('Ada');
    const revision = ada.revision;
    for (let i = 0; i < 10; i++) void ada.request('place', ['spawn_entity', { n: { i } }]);
    await time.advance(300);
    expect(Object.keys(ada.world)).toHaveLength(12);
    expect(ada.revision - revision).toBeLessThanOrEqual(2);
  });

  it('comes once a second while nothing changes, with the time of the place', async () => {
    const ada = await join('Ada');
    await time.advance(2_000);
    const before = ada.states.length;
    await time.advance(10_000);
    expect(ada.states.length - before).toBe(10);
    expect(seen(ada, 'place')?.clock).toMatchObject({ time: expect.closeTo(time.now() / 1000, -0.5) });
  });

  it('is repeated to an agent that does not acknowledge, ever more rarely', async () => {
    const ada = await join('Ada');
    ada.acknowledges = false;
    await time.advance(10_000);
    const before = ada.states.length;
    await time.advance(10_000);
    expect(ada.states.length - before).toBeGreaterThanOrEqual(9);
    expect(ada.states.length - before).toBeLessThanOrEqual(11);
  });

  it('survives loss: every agent ends with the same world', async () => {
    let n = 0;
    network.options.lose = () => n++ % 3 === 0;
    const ada = await join('Ada');
    const bob = await join('Bob');
    for (let i = 0; i < 40; i++) {
      void ada.request('place', ['spawn_entity', { n: { i } }]);
      await time.advance(70);
    }
    network.options.lose = () => false;
    await time.advance(2_000);
    expect(Object.keys(bob.world)).toHaveLength(43);
    expect(bob.worlds.get(bob.revision)).toEqual(ada.worlds.get(bob.revision));
  });
});

describe('requests to the place', () => {
  it('spawn entities with children, and remove them with or without', async () => {
    const ada = await join('Ada');
    const spawn = ['spawn_entity', { text: { string: 'p' }, children: [{ text: { string: 'c' } }] }] as const;
    const [, parent] = await ask(ada, 'place', spawn);
    expect(Object.keys(ada.world)).toHaveLength(4);
    expect(await ask(ada, 'place', ['remove_entity', parent!, 'reparent'])).toEqual(['remove_entity', 'ok']);
    expect(Object.keys(ada.world)).toHaveLength(3);
    const orphan = Object.values(ada.world).find((e) => JSON.stringify(e).includes('"c"'));
    expect(orphan).toMatchObject({ components: { text: { string: 'c' } } });
    expect(JSON.stringify(orphan)).not.toContain('relationships');

    const [, again] = await ask(ada, 'place', spawn);
    expect(await ask(ada, 'place', ['remove_entity', again!, 'cascade'])).toEqual(['remove_entity', 'ok']);
    expect(Object.keys(ada.world)).toHaveLength(3);
  });

  it('change, add and remove components', async () => {
    const ada = await join('Ada', { text: { string: 'a' }, old: {} });
    const changes = { text: { string: 'b' }, fresh: { n: 1 } };
    const body: Body = ['change_components', ada.avatarId, 'add_or_change', changes, 'remove', ['old']];
    expect(await ask(ada, 'place', body)).toEqual(['change_components', 'ok']);
    expect(seen(ada, ada.avatarId)).toEqual(changes);
  });

  it('touch only what the sender owns', async () => {
    const ada = await join('Ada');
    const bob = await join('Bob');
    const change = (id: string): Body => ['change_components', id, 'add_or_change', { x: 1 }, 'remove', []];
    expect(await ask(bob, 'place', change(ada.avatarId))).toEqual([
      'error',
      'forbidden_request',
      'change_components',
    ]);
    expect(await ask(bob, 'place', change('place'))).toEqual([
      'error',
      'forbidden_request',
      'change_components',
    ]);
    expect(await ask(bob, 'place', change('nobody'))).toEqual([
      'change_components',
      'error',
      'no such entity',
    ]);
    expect(await ask(bob, 'place', ['remove_entity', ada.avatarId, 'cascade'])).toEqual([
      'error',
      'forbidden_request',
      'remove_entity',
    ]);
    expect(place.faults.of('ALLO_E_AGENT_FORBIDDEN')).toBe(3);
  });

  it.each<[Body, Body]>([
    [
      ['lol', 1, 2, 3],
      ['error', "Greenhouse doesn't understand lol"],
    ],
    [['spawn_entity'], ['error', 'invalid_request', 'spawn_entity']],
    [
      ['spawn_entity', { live_media: {} }],
      ['spawn_entity', 'failed', 'live_media comes from allocate_track'],
    ],
    [
      ['spawn_entity', { children: 1 }],
      ['spawn_entity', 'failed', 'children is not a list'],
    ],
    [
      ['spawn_entity', { children: [1] }],
      ['spawn_entity', 'failed', 'a child is not an object of components'],
    ],
    [
      ['spawn_entity', { text: null }],
      ['spawn_entity', 'failed', 'component text has no value'],
    ],
    [
      ['remove_entity', 'nobody', 'cascade'],
      ['remove_entity', 'failed', 'no such entity'],
    ],
    [
      ['remove_entity', 'nobody', 'burn'],
      ['error', 'invalid_request', 'remove_entity'],
    ],
    [
      ['change_components', 1],
      ['error', 'invalid_request', 'change_components'],
    ],
    [
      ['change_components', 'nobody', 'remove', [1]],
      ['error', 'invalid_request', 'change_components'],
    ],
    [
      ['subscribe', 1],
      ['error', 'invalid_request', 'subscribe'],
    ],
    [
      ['subscribe', '["a"'],
      ['subscribe', 'failed', 'the pattern has to be a list'],
    ],
    [
      ['unsubscribe', 'x'],
      ['unsubscribe', 'not_subscribed'],
    ],
    [
      ['allocate_track', 'video', 48_000, 1, 'h264'],
      ['allocate_track', 'failed', 'only audio at 48000 Hz, mono, as opus is supported'],
    ],
  ])('%j is answered %j', async (body, answer) => {
    const ada = await join('Ada');
    expect(await ask(ada, 'place', body)).toEqual(answer);
  });

  it.each<[string, Partial<Limits>, Body, string]>([
    [
      'entities',
      { entitiesPerAgent: 2 },
      ['spawn_entity', { children: [{}] }],
      'an agent may have 2 entities',
    ],
    [
      'components',
      { componentsPerEntity: 1 },
      ['spawn_entity', { a: 1, b: 1 }],
      'an entity may have 1 components',
    ],
    [
      'a component',
      { componentSize: 10 },
      ['spawn_entity', { a: 'x'.repeat(10) }],
      'component a is larger than 10 bytes',
    ],
    [
      'an agent',
      { agentSize: 100 },
      ['spawn_entity', { a: 'x'.repeat(10) }],
      'the entities of an agent may hold 100 bytes',
    ],
    ['the world', { worldSize: 250 }, ['spawn_entity', { a: 'x'.repeat(30) }], 'the place is full'],
    ['subscriptions', { subscriptionsPerAgent: 0 }, ['subscribe', '[]'], 'an agent may have 0 subscriptions'],
    [
      'tracks',
      { tracksPerAgent: 0 },
      ['allocate_track', 'audio', 48_000, 1, 'opus'],
      'an agent may have 0 tracks',
    ],
  ])('are refused beyond the limit of %s', async (_name, limits, body, why) => {
    await open({ limits });
    const ada = await join('Ada');
    expect(await ask(ada, 'place', body)).toEqual([body[0], 'failed', why]);
    expect(place.faults.of('ALLO_E_AGENT_LIMIT')).toBe(1);
  });
});

describe('interactions between entities', () => {
  it('reach the recipient as they are, and responses find their way back', async () => {
    const ada = await join('Ada');
    const bob = await join('Bob');
    const asked = ada.request(bob.avatarId, ['custom', { a: [1, 2.5, null, true], s: 'å"\\\n' }]);
    await time.advance(50);
    const request = bob.interactions.at(-1)!;
    expect(request).toMatchObject({ kind: 'request', from: ada.avatarId, to: bob.avatarId });
    expect(request.body).toEqual(['custom', { a: [1, 2.5, null, true], s: 'å"\\\n' }]);
    bob.respond(request, ['custom', 'ok']);
    expect(await soon(asked)).toEqual(['custom', 'ok']);
    ada.oneWay(bob.avatarId, ['point-exit']);
    await time.advance(50);
    expect(bob.interactions.at(-1)).toMatchObject({ kind: 'one-way', body: ['point-exit'] });
  });

  it('come only from entities of the sender', async () => {
    const ada = await join('Ada');
    const bob = await join('Bob');
    expect(await ask(ada, bob.avatarId, ['poke', true], bob.avatarId)).toEqual([
      'error',
      'forbidden_request',
      'poke',
    ]);
    ada.say({ kind: 'one-way', from: 'nobody', to: bob.avatarId, requestId: '', body: ['boo'] });
    ada.say({ kind: 'publication', from: bob.avatarId, to: '', requestId: '', body: ['boo'] });
    await time.advance(50);
    expect(bob.interactions).toEqual([]);
    expect(place.faults.of('ALLO_E_AGENT_FORBIDDEN')).toBe(3);
  });

  it('to nobody are answered with an error in the name of who was asked', async () => {
    const ada = await join('Ada');
    for (const nobody of ['nosuchent', ''])
      expect(await ask(ada, nobody, ['poke', true])).toEqual(['error', 'invalid_recipient', 'poke', nobody]);
    ada.oneWay('nosuchent', ['point-exit']);
    await time.advance(50);
    expect(ada.interactions).toEqual([]);
    expect(place.faults.of('ALLO_E_AGENT_RECIPIENT')).toBe(3);
  });

  it('cannot be answered by somebody else, twice, or unasked', async () => {
    const ada = await join('Ada');
    const bob = await join('Bob');
    const eve = await join('Eve');
    const asked = ada.request(bob.avatarId, ['poke', true]);
    await time.advance(50);
    const request = bob.interactions.at(-1)!;
    eve.respond({ ...request, to: eve.avatarId }, ['poke', 'failed', 'by Eve']);
    eve.respond(request, ['poke', 'failed', 'by Eve as Bob']);
    await time.advance(50);
    bob.respond(request, ['poke', 'ok']);
    bob.respond(request, ['poke', 'ok']);
    expect(await soon(asked)).toEqual(['poke', 'ok']);
    await time.advance(50);
    expect(ada.interactions).toEqual([]);
    expect(place.faults.toJSON()).toEqual({ ALLO_E_AGENT_FORBIDDEN: 1, ALLO_E_AGENT_UNASKED: 2 });
  });

  it('may wait for so many answers, and no longer than 30 s', async () => {
    await open({ limits: { outstandingPerAgent: 2 } });
    const ada = await join('Ada');
    const bob = await join('Bob');
    void ada.request(bob.avatarId, ['one']);
    void ada.request(bob.avatarId, ['two']);
    expect(await ask(ada, bob.avatarId, ['three'])).toEqual([
      'three',
      'failed',
      '2 requests wait for an answer already',
    ]);
    await time.advance(30_000);
    const answered = ada.request(bob.avatarId, ['four']);
    await time.advance(50);
    bob.respond(bob.interactions.at(-1)!, ['four', 'ok']);
    expect(await soon(answered)).toEqual(['four', 'ok']);
  });
});

describe('publications', () => {
  it('reach those who subscribed to them, once each', async () => {
    const ada = await join('Ada');
    const bob = await join('Bob');
    const eve = await join('Eve');
    const [, subscription] = await ask(bob, 'place', ['subscribe', '["new_tweet", X]']);
    await ask(bob, 'place', ['subscribe', '[_, "hi"]']);
    ada.publish(['new_tweet', 'hi']);
    ada.publish(['new_tweet', 'ho']);
    ada.publish(['old_tweet', 'ho']);
    await time.advance(50);
    expect(bob.interactions.map(({ kind, from, to, body }) => [kind, from, to, ...body])).toEqual([
      ['publication', ada.avatarId, '', 'new_tweet', 'hi'],
      ['publication', ada.avatarId, '', 'new_tweet', 'ho'],
    ]);
    expect(eve.interactions).toEqual([]);

    expect(await ask(bob, 'place', ['unsubscribe', subscription!])).toEqual(['unsubscribe', 'ok']);
    ada.publish(['new_tweet', 'ho']);
    await time.advance(50);
    expect(bob.interactions).toHaveLength(2);
  });

  it('do not reach subscriptions of others', async () => {
    const ada = await join('Ada');
    const bob = await join('Bob');
    const [, subscription] = await ask(bob, 'place', ['subscribe', '["x"]']);
    expect(await ask(ada, 'place', ['unsubscribe', subscription!])).toEqual([
      'unsubscribe',
      'not_subscribed',
    ]);
  });
});

describe('tracks', () => {
  const allocate: Body = ['allocate_track', 'audio', 48_000, 1, 'opus'];
  const opus = new Uint8Array([0xfc, 1, 2, 3]);

  it('are carried by the entity that asked, and relayed to everyone else', async () => {
    const ada = await join('Ada');
    const bob = await join('Bob');
    const eve = await join('Eve');
    expect(await ask(ada, 'place', allocate)).toEqual(['allocate_track', 'ok', 1]);
    expect(seen(bob, ada.avatarId)).toEqual({
      live_media: { track_id: 1, sample_rate: 48_000, channel_count: 1, format: 'opus' },
    });
    ada.play(1, opus);
    await time.advance(50);
    for (const listener of [bob, eve]) expect(listener.media).toEqual([{ trackId: 1, payload: opus }]);
    expect(ada.media).toEqual([]);
  });

  it('are one to an entity, until it gives up its live_media component', async () => {
    const ada = await join('Ada');
    await ask(ada, 'place', allocate);
    expect(await ask(ada, 'place', allocate)).toEqual([
      'allocate_track',
      'failed',
      'only one track allowed per entity',
    ]);
    await ask(ada, 'place', ['change_components', ada.avatarId, 'remove', ['live_media']]);
    expect(await ask(ada, 'place', allocate)).toEqual(['allocate_track', 'ok', 2]);
  });

  it('take media from their owner only, and none once the entity is gone', async () => {
    const ada = await join('Ada');
    const bob = await join('Bob');
    const [, speaker] = await ask(ada, 'place', ['spawn_entity', {}]);
    await ask(ada, 'place', allocate, speaker as string);
    bob.play(1, opus);
    ada.play(77, opus);
    await ask(ada, 'place', ['remove_entity', speaker!, 'cascade']);
    ada.play(1, opus);
    await time.advance(50);
    expect([...ada.media, ...bob.media]).toEqual([]);
    expect(place.faults.of('ALLO_E_AGENT_FORBIDDEN')).toBe(3);
  });
});

describe('the clock', () => {
  it('echoes the question with the time of the place, in seconds', async () => {
    const ada = await join('Ada');
    ada.askTime(123.456);
    await time.advance(1);
    const asked = time.now();
    await time.advance(1);
    expect(ada.clocks).toEqual([{ clientClock: 123.456, serverClock: asked / 1000 }]);
  });
});

describe('an intent', () => {
  const position = (agent: PlainAgent) => {
    const { transform } = seen(agent, agent.avatarId) as { transform: { matrix: number[] } };
    return transform.matrix.slice(12, 15);
  };

  it('moves the avatar where it looks, at 2 m/s, until the next', async () => {
    const ada = await join('Ada', {
      transform: { matrix: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 1.5, 0, 1] },
    });
    ada.intend({ zmovement: 1, yaw: 0.5 });
    await time.advance(1_000);
    ada.intend({ yaw: 0.5 });
    await time.advance(1_100);
    const [x, y, z] = position(ada);
    expect([x, y, z]).toEqual([
      expect.closeTo(-2 * Math.sin(0.5), 0),
      1.5,
      expect.closeTo(2 * Math.cos(0.5), 0),
    ]);
    await time.advance(2_000);
    expect(position(ada)).toEqual([x, y, z]);
  });

  it('gives poses to the entities that follow them', async () => {
    const ada = await join('Ada', { children: [{ intent: { actuate_pose: 'head' } }] });
    const head = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 1.7, 0, 1];
    ada.intend({ poses: { head: { matrix: head }, root: { matrix: head } } });
    await time.advance(200);
    const child = Object.keys(ada.world).find((id) => id !== 'place' && id !== ada.avatarId)!;
    expect(seen(ada, child)?.transform).toEqual({ matrix: head });
    expect(seen(ada, ada.avatarId)).not.toHaveProperty('transform');
  });

  it('of an agent that never moves leaves its avatar as it was announced', async () => {
    const turned = [0, 0, -1, 0, 0, 1, 0, 0, 1, 0, 0, 0, 1, 2, 3, 1];
    const ada = await join('Ada', { transform: { matrix: turned } });
    ada.intend({});
    await time.advance(500);
    expect(seen(ada, ada.avatarId)?.transform).toEqual({ matrix: turned });
  });
});

describe('a flood', () => {
  it('is cut to what the limits allow, and everybody else is served', async () => {
    const eve = await join('Eve');
    const ada = await join('Ada');
    for (let i = 0; i < 20_000; i++) eve.oneWay(ada.avatarId, ['boo', i]);
    await time.advance(1_000);
    expect(ada.interactions.length).toBeLessThanOrEqual(1_000);
    expect(place.faults.of('ALLO_E_AGENT_FLOOD')).toBeGreaterThanOrEqual(19_000);
    expect(await ask(ada, 'place', ['spawn_entity', {}])).toEqual(['spawn_entity', expect.any(String)]);
    await time.advance(3_000);
    expect(await ask(eve, 'place', ['spawn_entity', {}])).toEqual(['spawn_entity', expect.any(String)]);
  });
});
