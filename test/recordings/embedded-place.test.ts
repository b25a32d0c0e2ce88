import { describe, expect, it } from 'vitest';
import { type Dialect, dialects } from '../../agent/wire/dialect.ts';
import { Conversation, understood } from '../support/conversation.ts';
import {
  bytesOf,
  golden,
  type RecordedDialect,
  type RecordedPacket,
  session,
  withSessions,
} from './recording.ts';

/** How the recorded places were called. */
const placeNames: Readonly<Record<RecordedDialect, string>> = {
  v1: 'Menu',
  v2: 'Menu',
  v3: 'Standalone',
  v4: 'Standalone',
  alloplace: 'Elixir place',
};

/**
 * What is not said again: a joke of one server, and a description of an entity that damages the memory of others,
 * with what was asked about that entity.
 */
const leftOut: Readonly<Partial<Record<RecordedDialect, RegExp>>> = {
  alloplace: /\["lol"|yeah, very funny/,
  v3: /"(?:SP|RM)2"/,
  v4: /"(?:SP|RM)2"/,
};

describe.each(withSessions)('the embedded place of %s', (name) => {
  it('answers a recorded session as the recorded place did, and is silent where that was silent', async () => {
    const { conversation, recorded } = await replay(name, session(name));
    for (const key of new Set([...recorded.keys(), ...conversation.heard.keys()]))
      expect(comparable(conversation.heard.get(key)), key).toEqual(
        comparable(conversation.ours(recorded.get(key) ?? [])),
      );
    expect(conversation.lethal).toEqual([]);
  });
});

describe('the embedded place of v1', () => {
  it('answers every kind of recorded message as the recorded place did', async () => {
    const examples = golden('v1').filter(({ client }) => client !== undefined);
    const { conversation, recorded } = await replay('v1', [...['A', 'B'].flatMap(announced), ...examples]);
    expect(recorded.size).toBe(2);
    for (const [key, said] of recorded)
      expect(conversation.heard.get(key), key).toEqual(expect.arrayContaining(conversation.ours(said)));
    expect(conversation.lethal).toEqual([]);
  });

  /** The golden recording has neither announcement of its two clients. */
  function announced(client: string): RecordedPacket[] {
    const said = golden('v1').find(
      (packet) => packet.client === client && packet.dir === 'c2s' && packet.text,
    );
    const [, , avatarId] = JSON.parse(said?.text ?? '[]') as string[];
    const body = ['announce', 'version', 1, 'identity', { display_name: client }, 'spawn_avatar', {}];
    return [
      interaction(client, 'c2s', ['interaction', 'request', '', 'place', 'ANN0', body]),
      interaction(client, 's2c', [
        'interaction',
        'response',
        'place',
        '',
        'ANN0',
        ['announce', avatarId, placeNames.v1],
      ]),
    ];
  }
});

/** Says what the clients said, and notes what the recorded place answered, by client and channel. */
async function replay(name: RecordedDialect, packets: readonly RecordedPacket[]) {
  const dialect: Dialect = dialects[name];
  const { assets, state } = dialect.channels;
  const lines = packets.filter(({ channel, text = '' }) => channel !== assets && !leftOut[name]?.test(text));
  const conversation = await Conversation.open(dialect, placeNames[name]);
  const recorded = new Map<string, unknown[]>();
  await allocateEarlier(conversation, dialect, firstTrackIn(lines) - 1);
  conversation.heard.clear();
  for (const packet of lines) {
    const { client = '', channel, dir, reliable } = packet;
    if (dir === 'c2s') await conversation.say(client, channel, bytesOf(packet), reliable);
    else if (channel !== state) {
      const key = `${client} ${channel}`;
      const said = recorded.get(key) ?? [];
      recorded.set(key, said);
      said.push(understood(bytesOf(packet)));
      conversation.match(said.at(-1), conversation.heard.get(key)?.[said.length - 1]);
    }
  }
  return { conversation, recorded };
}

/** The recorded places had given tracks to others before. */
async function allocateEarlier(conversation: Conversation, dialect: Dialect, count: number): Promise<void> {
  const { channels, announceVersion } = dialect;
  for (let i = 0; i < count; i++) {
    const announce = ['announce', 'version', announceVersion, 'identity', {}, 'spawn_avatar', {}];
    const allocate = ['allocate_track', 'audio', 'opus', { sample_rate: 48_000 }];
    const say = (from: string, body: unknown[]) => {
      const { text } = interaction('earlier', 'c2s', ['interaction', 'request', from, 'place', '', body]);
      return conversation.say('earlier', channels.interactions, Buffer.from(text!), true);
    };
    await say('', announce);
    const [answer] = conversation.heard.get(`earlier ${channels.interactions}`) as [string[]];
    await say(answer![5]![1]!, allocate);
    await conversation.leave('earlier');
  }
}

function firstTrackIn(lines: readonly RecordedPacket[]): number {
  const granted = lines.map(({ text = '' }) => /"allocate_track", ?"ok", ?(\d+)/.exec(text)?.[1]);
  return Number(granted.find((id) => id !== undefined) ?? 1);
}

function interaction(client: string, dir: RecordedPacket['dir'], packet: unknown[]): RecordedPacket {
  const text = `${JSON.stringify(packet)}\n`;
  return { client, dir, channel: 1, reliable: true, len: Buffer.byteLength(text), text };
}

/** Times and figures of a machine are its own. */
function comparable(said: unknown): unknown {
  const own = new Set(['server_time', 'stats']);
  return JSON.parse(JSON.stringify(said ?? []), (key, value: unknown) => (own.has(key) ? 'its own' : value));
}
