import { describe, expect, it } from 'vitest';
import { answerTo, eavesdrop, open, positionOf, raw } from '../../test/support/dialect-stage.ts';
import { PlaceStage } from '../../test/support/place-stage.ts';
import type { PlainAgent } from '../../test/support/plain-agent.ts';
import { type Dialect, type DialectName, dialects } from '../wire/dialect.ts';
import type { Body } from '../wire/interaction.ts';
import type { JsonObject } from '../wire/json.ts';

const servers: readonly DialectName[] = ['v1', 'v2', 'v3', 'v4'];
const deployed: readonly DialectName[] = [...servers, 'alloplace'];
const patched = deployed.filter((name) => dialects[name].state === 'patched');

const forward = { zmovement: 1, xmovement: 0, yaw: 0, pitch: 0 };

/** How many states arrive in a second in which nothing happens. */
async function statesInASecond(stage: PlaceStage, agent: PlainAgent): Promise<number> {
  const before = agent.states.length;
  await stage.time.advance(1_000);
  return agent.states.length - before;
}

describe('a place of each dialect', () => {
  it.each(Object.keys(dialects) as DialectName[])('%s grants its own number of channels', async (name) => {
    const stage = await open(name);
    const dialling = stage.network.dial({ host: 'place', port: 21_337 }, 255, new AbortController().signal);
    const connection = await stage.soon(dialling);
    connection.open({ packet: () => {}, closed: () => {} });
    expect(connection.channelCount).toBe(dialects[name].channels.count);
  });

  it.each(deployed)('%s shows its state to whoever is connected, announced or not', async (name) => {
    const stage = await open(name);
    const agent = await stage.connect();
    await stage.time.advance(300);
    expect(agent.states[0]).toMatchObject({ style: 'set' });
  });

  it('documented is silent until the announcement', async () => {
    const stage = await open('documented');
    const agent = await stage.connect();
    await stage.time.advance(1_500);
    expect(agent.states).toEqual([]);
  });

  it.each<[DialectName, number]>([
    ['v1', 95],
    ['v2', 95],
    ['v3', 5],
    ['alloplace', 17],
    ['v4', 5],
  ])('%s sends %i states a second, whatever was acknowledged', async (name, rate) => {
    const stage = await open(name);
    const agent = await stage.join('Ada');
    expect(Math.abs((await statesInASecond(stage, agent)) - rate)).toBeLessThanOrEqual(1);
    agent.acknowledges = false;
    expect(Math.abs((await statesInASecond(stage, agent)) - rate)).toBeLessThanOrEqual(1);
  });

  it.each<DialectName>(['v3', 'v4'])(
    '%s sends one more at once when somebody asks it something',
    async (name) => {
      const stage = await open(name);
      const agent = await stage.join('Ada');
      const before = agent.states.length;
      await stage.time.advance(200 - (stage.time.now() % 200) + 50);
      const regular = agent.states.length;
      expect(regular).toBeGreaterThan(before);
      void agent.request('place', ['spawn_entity', {}]);
      await stage.time.advance(5);
      expect(agent.states).toHaveLength(regular + 1);
    },
  );

  it('v1 sends the whole world as a list every time, without a style, a place or a clock', async () => {
    const stage = await open('v1');
    const agent = await stage.join('Ada');
    const heard = eavesdrop(agent, 0);
    await stage.time.advance(50);
    const states = heard.map((text) => JSON.parse(text) as JsonObject);
    expect(states.length).toBeGreaterThan(2);
    for (const state of states) {
      expect(Object.keys(state).sort()).toEqual(['entities', 'revision']);
      expect(state.entities).toMatchObject([{ id: agent.avatarId }]);
    }
  });

  it.each(patched)(
    '%s sends the whole world until a revision is acknowledged, then patches from it',
    async (name) => {
      const stage = await open(name);
      const agent = await stage.connect();
      await stage.soon(agent.announce());
      agent.acknowledges = false;
      agent.acknowledge(0);
      agent.states.length = 0;
      await stage.time.advance(600);
      expect(new Set(agent.states.map(({ style }) => style))).toEqual(new Set(['set']));
      const { revision } = agent;
      const before = agent.states.length;
      agent.acknowledge(revision);
      await stage.time.advance(300);
      expect(agent.states[before]).toMatchObject({ style: 'merge', from: revision });
      agent.acknowledge(999_999);
      await stage.time.advance(300);
      expect(agent.states.at(-1)).toMatchObject({ style: 'set' });
    },
  );

  it.each(deployed)('%s ends packets as its agents have to', async (name) => {
    const stage = await open(name);
    const agent = await stage.join('Ada');
    const heard = eavesdrop(agent, dialects[name].channels.state);
    await stage.time.advance(300);
    expect(heard[0]?.endsWith('\n')).toBe(dialects[name].packetEnd === '\n');
  });
});

describe('the clock', () => {
  it.each<DialectName>(['v2', 'v3', 'v4'])(
    'of %s echoes whatever was asked, and cuts to milliseconds',
    async (name) => {
      const stage = await open(name);
      const agent = await stage.connect();
      const { clock }: Dialect['channels'] = dialects[name].channels;
      const heard = eavesdrop(agent, clock);
      await stage.time.advance(0.7);
      raw(agent, clock, '{"client_time":12.5,"mine":[1]}\n');
      await stage.time.advance(5);
      const answer = JSON.parse(heard[0]!) as { server_time: number };
      expect(answer).toEqual({ client_time: 12.5, mine: [1], server_time: expect.any(Number) });
      expect(answer.server_time).toBe(Math.floor(answer.server_time * 1000) / 1000);
    },
  );

  it('of alloplace answers with its two fields and no others', async () => {
    const stage = await open('alloplace');
    const agent = await stage.connect();
    const heard = eavesdrop(agent, 4);
    raw(agent, 4, '{"client_time":12.5,"mine":[1]}');
    await stage.time.advance(5);
    expect(JSON.parse(heard[0]!)).toEqual({ client_time: 12.5, server_time: expect.any(Number) });
  });

  it.each<DialectName>(['v2', 'v3', 'alloplace', 'v4'])(
    'of %s stands in the entity of the place',
    async (name) => {
      const stage = await open(name);
      const agent = await stage.join('Ada');
      await stage.time.advance(1_000);
      const clock = agent.components('place')?.clock as JsonObject | undefined;
      expect(stage.time.now() / 1000 - Number(clock?.time)).toBeLessThan(0.3);
    },
  );
});

describe('announcing', () => {
  it.each<DialectName>(['v1', 'v2', 'v3'])('to %s works with any version', async (name) => {
    const stage = await open(name);
    const stranger = await stage.connect();
    const body: Body = ['announce', 'version', 99, 'identity', { display_name: 'X' }, 'spawn_avatar', {}];
    expect(await stage.soon(stranger.request('place', body, ''))).toEqual([
      'announce',
      expect.stringMatching(/^[a-z]{10}$/),
      'Greenhouse',
    ]);
  });

  it.each<[DialectName, unknown[]]>([
    ['alloplace', []],
    ['documented', []],
    ['v4', ['announce', 'error', 1003, 'Please update your app. Outdated network protocol.']],
  ])('to %s another version, even as a string, ends with 1003', async (name, answer) => {
    for (const version of [99, String(dialects[name].announceVersion)]) {
      const stage = await open(name);
      const stranger = await stage.connect();
      const body: Body = [
        'announce',
        'version',
        version,
        'identity',
        { display_name: 'X' },
        'spawn_avatar',
        {},
      ];
      const answered = await answerTo(stage, stranger, 'place', body);
      expect(answered === 'silence' ? [] : answered).toEqual(answer);
      expect(stranger.closed).toEqual({ by: 'remote', code: 1003 });
    }
  });

  it.each(servers)('to %s is answered from the place to nobody', async (name) => {
    const stage = await open(name);
    const agent = await stage.connect();
    const heard = eavesdrop(agent, dialects[name].channels.interactions);
    void agent.announce();
    await stage.time.advance(50);
    expect(JSON.parse(heard[0]!).slice(0, 5)).toEqual(['interaction', 'response', 'place', '', 'request 1']);
  });
});

describe('somebody who is connected but says nothing', () => {
  it.each(servers)(
    'keeps everybody who was in %s before from moving, until it is sent away',
    async (name) => {
      const stage = await open(name);
      const ada = await stage.join('Ada');
      await stage.connect();
      ada.intend(forward);
      await stage.time.advance(1_000);
      const held = positionOf(ada, ada.avatarId);
      expect(held).toEqual([0, 0, 0]);
      await stage.time.advance(5_000);
      expect(positionOf(ada, ada.avatarId)).not.toEqual(held);
    },
  );

  it.each<DialectName>(['alloplace', 'documented'])('does not disturb %s', async (name) => {
    const stage = await open(name);
    const ada = await stage.join('Ada');
    await stage.connect();
    ada.intend(forward);
    await stage.time.advance(1_000);
    expect(positionOf(ada, ada.avatarId)).not.toEqual([0, 0, 0]);
  });
});

describe('a dialect nobody speaks', () => {
  it('is played as its row says', async () => {
    const shy: Dialect = { ...dialects.v3, stateBeforeAnnounce: false };
    const stage = await PlaceStage.open({}, shy);
    const agent = await stage.connect();
    await stage.time.advance(1_000);
    expect(agent.states).toEqual([]);
  });
});
