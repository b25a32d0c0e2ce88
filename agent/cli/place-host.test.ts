import { expect, it } from 'vitest';
import { PlainAgent } from '../../test/support/plain-agent.ts';
import { MemoryNetwork } from '../connection/memory-network.ts';
import { VirtualTime } from '../time/virtual-time.ts';
import { type Dialect, dialects } from '../wire/dialect.ts';
import { hostPlace } from './place-host.ts';

async function open(dialect: Dialect = dialects.documented) {
  const time = new VirtualTime();
  const { listen, dial, kill } = bound(new MemoryNetwork(time));
  const lines: string[] = [];
  const tell = (line: string) => lines.push(line);
  const place = await hostPlace({
    name: 'Shed',
    address: { host: '127.0.0.1', port: 1 },
    dialect,
    listen,
    time,
    tell,
  });
  const join = async (displayName: string) => {
    const connecting = PlainAgent.connect(dial, 1, dialect);
    await time.advance(10);
    const agent = await connecting;
    void agent.announce({}, displayName);
    await time.advance(100);
    return agent;
  };
  return { time, place, lines, join, kill };
}

function bound(network: MemoryNetwork) {
  return { listen: network.listen, dial: network.dial, kill: (port: number) => network.kill(port) };
}

it('says where the place is, and tells who comes and goes', async () => {
  const { time, place, lines, join } = await open();
  expect(place.urls).toEqual(['alloplace://127.0.0.1:1']);
  const ada = await join('Ada \x1b[31m');
  expect(lines).toEqual([expect.stringMatching(/^Ada �\[31m joined from memory:\d+ as [a-z]{10}$/)]);
  ada.connection.close(1001);
  await time.advance(100);
  expect(lines.at(-1)).toBe('Ada �[31m left');
});

it('sends everyone away when it closes, and says what was not taken', async () => {
  const { time, place, lines, join } = await open();
  const ada = await join('');
  void ada.request('place', ['nonsense']);
  await time.advance(100);
  const closing = place.close();
  await time.advance(100);
  await closing;
  expect(ada.closed).toEqual({ by: 'remote', code: 1000 });
  expect(lines.slice(1)).toEqual([
    'not taken: 1 × ALLO_E_AGENT_REQUEST',
    'somebody without a name was sent away (1000)',
  ]);
});

it('tells on every interface where others find it', async () => {
  const network = new MemoryNetwork(new VirtualTime());
  const address = { host: '0.0.0.0', port: 5 };
  const place = await hostPlace({
    name: 'Shed',
    address,
    listen: network.listen,
    time: new VirtualTime(),
    tell: () => {},
  });
  expect(place.urls.at(-1)).toBe('alloplace://127.0.0.1:5');
});

it('tells what a real place of the kind it plays would have crashed on', async () => {
  const { time, lines, join } = await open(dialects.v3);
  const ada = await join('Ada');
  ada.connection.send(dialects.v3.channels.media, Uint8Array.of(0, 0, 0, 1, 2, 3), false);
  await time.advance(100);
  expect(lines.slice(1)).toEqual([
    expect.stringMatching(
      /^media of 6 bytes from memory:\d+: a real place of v3 would have crashed; disconnected it$/,
    ),
    'Ada was sent away (1000)',
  ]);
});
