import { isIPv6 } from 'node:net';
import { AlloError } from '../errors.ts';
import { formatAddress } from './address.ts';
import type { Address } from './connection.ts';

/** The port of a place whose URL names none. */
export const defaultPlacePort = 21_337;

const form =
  /^alloplace:\/\/(?:\[(?<ipv6>[^\]]*)\]|(?<host>[^[\]:/?#@\s\p{C}]+))(?::(?<port>\d{1,5}))?\/?$/iu;
const label = /^[\p{L}\p{N}_](?:[\p{L}\p{N}_-]{0,61}[\p{L}\p{N}_])?$/u;

/** Where `alloplace://host[:port]` is; an IPv6 host stands in brackets. Throws ALLO_E_PLACE_URL. */
export function parsePlaceUrl(url: string): Address {
  const parts = form.exec(url.trim())?.groups;
  if (!parts) throw refused(url, 'it is not alloplace://host or alloplace://host:port');
  const { ipv6, host = '' } = parts;
  const port = parts.port === undefined ? defaultPlacePort : Number(parts.port);
  if (port < 1 || port > 65_535) throw refused(url, 'a port is a number from 1 to 65535');
  if (ipv6 !== undefined) {
    if (!isIPv6(ipv6)) throw refused(url, 'what stands in brackets is not an IPv6 address');
    return { host: ipv6, port };
  }
  const name = host.replace(/\.$/, '');
  if (name.length > 253 || !name.split('.').every((part) => label.test(part)))
    throw refused(url, `${host} is not a host name`);
  return { host: host.toLowerCase(), port };
}

/** The URL of a place; a port that is the default goes without saying. */
export function formatPlaceUrl({ host, port }: Address): string {
  const address = formatAddress({ host, port });
  return `alloplace://${port === defaultPlacePort ? address.slice(0, address.lastIndexOf(':')) : address}`;
}

function refused(url: string, reason: string): AlloError {
  const shown = url.length > 100 ? `${url.slice(0, 97)}...` : url;
  return new AlloError('ALLO_E_PLACE_URL', `${JSON.stringify(shown)} is not the URL of a place: ${reason}`);
}
