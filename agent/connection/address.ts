import type { Address } from './connection.ts';

/** `host:port`, with brackets round an IPv6 host. */
export function formatAddress({ host, port }: Address): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}
