import { networkInterfaces } from 'node:os';
import { formatAddress } from '../connection/address.ts';
import type { Address, Closed, Listen } from '../connection/connection.ts';
import { EmbeddedPlace } from '../embedded-place/embedded-place.ts';
import { Disconnect } from '../place/disconnect.ts';
import type { Time } from '../time/time.ts';
import { type Dialect, dialects } from '../wire/dialect.ts';
import { printable } from './visit/value.ts';

export interface HostedPlace {
  /** Where agents find it, the most useful first. */
  readonly urls: readonly string[];
  /** Sends everyone away and lets the port go. */
  close(): Promise<void>;
}

export interface PlaceHostOptions {
  readonly name: string;
  readonly address: Address;
  /** The kind of place it is; default `documented`. */
  readonly dialect?: Dialect;
  readonly listen: Listen;
  readonly time: Time;
  /** Takes a line about what happens: who joins and who leaves. */
  readonly tell: (line: string) => void;
}

/** Opens an embedded place at an address, and tells who comes and goes. */
export async function hostPlace({
  name,
  address,
  dialect = dialects.documented,
  listen,
  time,
  tell,
}: PlaceHostOptions): Promise<HostedPlace> {
  const place = new EmbeddedPlace({
    name,
    time,
    dialect,
    events: {
      joined: ({ displayName, avatarId, remote }) =>
        tell(`${called(displayName)} joined from ${remote} as ${avatarId}`),
      left: ({ displayName }, closed) => tell(`${called(displayName)} ${waysToLeave(closed)}`),
      lethal: (remote, what) =>
        tell(`${what} from ${remote}: a real place of ${dialect.name} would have crashed; disconnected it`),
      turnedAway: (remote, why) => tell(`turned away ${remote}: ${why}`),
    },
  });
  const listener = await listen(address, place.channels, (connection) => place.accept(connection));
  return {
    urls: urlsOf(listener.address),
    close: async () => {
      place.stop();
      await listener.close(Disconnect.connectionLost);
      const faults = place.faults.entries();
      if (faults.length > 0) tell(`not taken: ${faults.map(([code, n]) => `${n} × ${code}`).join(', ')}`);
    },
  };
}

function called(displayName: string): string {
  return displayName === '' ? 'somebody without a name' : printable(displayName);
}

function waysToLeave({ by, code }: Closed): string {
  if (by === 'timeout') return 'was lost';
  return by === 'remote' ? 'left' : `was sent away (${code})`;
}

/** A place on every interface is found at the machine's own addresses, which people elsewhere can type. */
function urlsOf({ host, port }: Address): string[] {
  const everywhere = host === '0.0.0.0' || host === '::';
  const outside = Object.values(networkInterfaces())
    .flat()
    .flatMap((found) => (found && !found.internal && found.family === 'IPv4' ? [found.address] : []));
  const hosts = everywhere ? [...outside, '127.0.0.1'] : [host];
  return hosts.map((one) => `alloplace://${formatAddress({ host: one, port })}`);
}
