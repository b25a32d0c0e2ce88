import { lookup } from 'node:dns/promises';
import { isIP, SocketAddress as NodeSocketAddress } from 'node:net';
import { EnetError } from './errors.ts';
import type { SocketAddress } from './peer.ts';

/** Addresses that mean "any" when bound to, and this machine when sent to. */
const loopback: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' };

/**
 * The addresses of a DNS name or address, in the resolver's order.
 * Rejects with ALLO_E_ENET_DNS if there is none a host can reach; `ipv6` and `ipv4` say what it can.
 */
export async function resolve(
  hostname: string,
  port: number,
  reach: { ipv4: boolean; ipv6: boolean },
): Promise<SocketAddress[]> {
  const found = isIP(hostname) ? [{ address: hostname, family: isIP(hostname) }] : await ask(hostname);
  const addresses = found
    .map(({ address, family }) => canonical(address, port, family === 6 ? 'IPv6' : 'IPv4'))
    .filter(({ family }) => (family === 'IPv6' ? reach.ipv6 : reach.ipv4));
  if (addresses.length === 0)
    throw new EnetError('ALLO_E_ENET_DNS', `no address of ${hostname} can be reached from this socket`);
  return addresses;
}

async function ask(hostname: string): Promise<{ address: string; family: number }[]> {
  try {
    return await lookup(hostname, { all: true, verbatim: true });
  } catch (cause) {
    throw new EnetError('ALLO_E_ENET_DNS', `no address found for ${hostname}`, { cause });
  }
}

/** Written as the system writes the sender of a datagram, so that they compare as strings. */
function canonical(address: string, port: number, family: SocketAddress['family']): SocketAddress {
  if (family === 'IPv4') return { address: loopback[address] ?? address, port, family };
  const [bare = address, zone] = address.split('%');
  const written = new NodeSocketAddress({ address: bare, family: 'ipv6' }).address;
  if (written.startsWith('::ffff:') && written.includes('.'))
    return { address: written.slice('::ffff:'.length), port, family: 'IPv4' };
  return { address: loopback[written] ?? (zone ? `${written}%${zone}` : written), port, family };
}
