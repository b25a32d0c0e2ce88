import { afterEach, expect, it } from 'vitest';
import type { Listener } from '../../agent/connection/connection.ts';
import { dialEnet, listenEnet } from '../../agent/connection/enet.ts';
import { EmbeddedPlace } from '../../agent/embedded-place/embedded-place.ts';
import { PlaceSession } from '../../agent/place/session.ts';
import { systemTime } from '../../agent/time/system-time.ts';
import { type Dialect, dialects } from '../../agent/wire/dialect.ts';
import { leastOf, timed } from '../support/lateness.ts';

const lethal: string[] = [];
let place: EmbeddedPlace;
let listener: Listener;

async function open(dialect: Dialect): Promise<void> {
  const events = { lethal: (_remote: string, what: string) => void lethal.push(what) };
  place = new EmbeddedPlace({ name: 'Garden', time: systemTime, dialect, events });
  const anyPort = { host: '127.0.0.1', port: 0 };
  listener = await listenEnet(anyPort, place.channels, (connection) => place.accept(connection));
}

afterEach(async () => {
  place.stop();
  await listener.close(1000);
});

/** Joins and leaves; says how long joining took, ms, less what of it is the machine's doing, and what was spoken. */
async function visit(dialect: Dialect | 'auto'): Promise<{ took: number; spoken: Dialect | undefined }> {
  const session = new PlaceSession({
    address: listener.address,
    dialect,
    identity: { displayName: 'Visitor' },
    avatar: {},
    dial: dialEnet,
    time: systemTime,
  });
  const { took, late } = await timed(() => {
    const joined = new Promise<void>((resolve) => void session.observe({ joined: () => resolve() }));
    session.start();
    return joined;
  });
  const spoken = session.dialect;
  await session.stop();
  return { took: took - late, spoken };
}

it.each([dialects.v1, dialects.v2, dialects.v3, dialects.v4])(
  'over UDP, $name is found in at most 0.3 s more than it takes when it is given',
  async (dialect) => {
    await open(dialect);
    const limit = 300;
    const more = await leastOf(10, limit, async () => {
      const given = await visit(dialect);
      const auto = await visit('auto');
      expect(auto.spoken).toBe(dialect);
      return auto.took - given.took;
    });
    expect(more).toBeLessThan(limit);
    expect(lethal).toEqual([]);
  },
);
