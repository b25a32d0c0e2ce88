import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Listener } from '../../agent/connection/connection.ts';
import { MemoryNetwork } from '../../agent/connection/memory-network.ts';
import { EmbeddedPlace } from '../../agent/embedded-place/embedded-place.ts';
import { PlaceSession } from '../../agent/place/session.ts';
import { VirtualTime } from '../../agent/time/virtual-time.ts';
import { dialects } from '../../agent/wire/dialect.ts';
import type { JsonObject } from '../../agent/wire/json.ts';

const address = { host: 'garden.example', port: 21_337 };
const dialect = dialects.documented;

let time: VirtualTime;
let network: MemoryNetwork;
let listener: Listener;

beforeEach(async () => {
  time = new VirtualTime(1_000);
  network = new MemoryNetwork(time);
  await open();
});

async function open(): Promise<EmbeddedPlace> {
  const place = new EmbeddedPlace({ name: 'Garden', time });
  listener = await network.listen(address, place.channels, (connection) => place.accept(connection));
  return place;
}

function enter(displayName: string): PlaceSession {
  const session = new PlaceSession({
    address,
    dialect,
    identity: { displayName },
    avatar: { text: { string: displayName } },
    dial: network.dial,
    time,
  });
  session.start();
  return session;
}

/** The components of everything in the world a session sees, but for the place's own clock. */
function seen(session: PlaceSession): JsonObject {
  const entities = [...session.world.entities].filter(([id]) => id !== 'place');
  return Object.fromEntries(entities.map(([id, { components }]) => [id, components]));
}

describe('two sessions in one embedded place', () => {
  it('see each other, speak with each other, hear each other', async () => {
    const lamp = enter('Lamp');
    const visitor = enter('Visitor');
    lamp.entities.declare('switch', { text: { string: 'off' } });
    lamp.onRequest(({ body }) => [body[0], 'ok']);
    const track = lamp.tracks.outgoing('avatar');
    const heard: number[][] = [];
    visitor.tracks.onPacket((_trackId, payload) => void heard.push([...payload]));
    const told: unknown[] = [];
    visitor.onOneWay(({ body }) => void told.push(body));
    await time.advance(2_000);

    const id = lamp.entities.id('switch')!;
    expect(visitor.world.entities.get(id)?.components.text).toEqual({ string: 'off' });
    expect(visitor.world.entities.get(id)?.components.relationships).toEqual({
      parent: lamp.status.avatarId,
    });

    const answer = visitor.request(id, ['poke', true]);
    lamp.oneWay(visitor.status.avatarId!, ['reading', 1], 'switch');
    track.send(new Uint8Array([1, 2, 3]));
    lamp.entities.update('switch', { text: { string: 'on' } });
    await time.advance(500);
    expect(await answer).toEqual(['poke', 'ok']);
    expect(told).toEqual([['reading', 1]]);
    expect(heard).toEqual([[1, 2, 3]]);
    expect(visitor.world.entities.get(id)?.components.text).toEqual({ string: 'on' });

    const left = lamp.stop();
    await time.advance(500);
    await left;
    expect(visitor.world.entities.has(id)).toBe(false);
    expect(visitor.counters.entries()).toEqual([]);
  });

  it('come back, with all they had, after the place was killed and another took its door', async () => {
    const lamp = enter('Lamp');
    const visitor = enter('Visitor');
    lamp.entities.declare('switch', { text: { string: 'off' } });
    await time.advance(2_000);
    network.kill(address.port);
    await time.advance(1_000);
    await open();
    await time.advance(10_000);
    const id = lamp.entities.id('switch')!;
    expect(visitor.world.entities.get(id)?.components.text).toEqual({ string: 'off' });
    expect(lamp.clock.state(time.now())).toBe('synchronised');
  });

  it('see the same world in the end, however many packets are lost on the way', async () => {
    const text = fc.string({ maxLength: 5 }).map((string) => ({ text: { string } }));
    const key = fc.constantFrom('a', 'b', 'c');
    const step = fc.oneof(
      fc.record({ what: fc.constant('declare' as const), key, text }),
      fc.record({ what: fc.constant('update' as const), key, text }),
      fc.record({ what: fc.constant('remove' as const), key }),
    );
    const run = fc.asyncProperty(
      fc.array(step, { maxLength: 12 }),
      fc.infiniteStream(fc.nat({ max: 9 })),
      async (steps, dice) => {
        await listener.close(0);
        time = new VirtualTime(1_000);
        network = new MemoryNetwork(time, {
          lose: () => dice.next().value! < 3,
          delay: () => 1 + dice.next().value!,
        });
        await open();
        const [one, two] = [enter('One'), enter('Two')];
        await time.advance(1_000);
        for (const s of steps) {
          if (s.what === 'declare') one.entities.declare(s.key, s.text);
          else if (s.what === 'update') one.entities.update(s.key, s.text);
          else one.entities.remove(s.key);
          await time.advance(60);
        }
        await time.advance(8_000);
        expect(seen(one)).toEqual(seen(two));
        for (const k of ['a', 'b', 'c']) expect(one.entities.has(k)).toBe(one.entities.id(k) !== undefined);
        expect(two.world.entities.size).toBe(3 + ['a', 'b', 'c'].filter((k) => one.entities.has(k)).length);
        const stopped = Promise.all([one.stop(), two.stop()]);
        await time.advance(2_000);
        await stopped;
      },
    );
    await fc.assert(run, { numRuns: 15 });
  });
});
