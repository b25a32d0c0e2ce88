import type { HostPeer } from './host-peer.ts';
import type { HostSettings } from './host-settings.ts';
import { THROTTLE_SCALE } from './throttle.ts';

const INTERVAL = 1000;

/**
 * Shares out a host's bandwidth among its peers once a second: bounds each peer's throttle by what the host
 * may send and the peer may receive, and tells each peer how much it may send. Idle where nobody has limits.
 */
export class BandwidthSharing {
  readonly #host: HostSettings;
  /** When bandwidth was last shared out; undefined while there is none to share. */
  #last: number | undefined;
  #changed = false;
  #announce = false;

  constructor(host: HostSettings) {
    this.#host = host;
  }

  get deadline(): number {
    return this.#last === undefined ? Number.POSITIVE_INFINITY : this.#last + INTERVAL;
  }

  /** A peer told its limits anew. */
  limitsChanged(): void {
    this.#changed = true;
  }

  /** A peer came or went: the shares change, and everybody must hear. */
  membersChanged(): void {
    this.#changed = true;
    this.#announce = this.#host.incomingBandwidth > 0;
  }

  /** Shares out if it is time; returns the peers that were told something. */
  share(slots: Iterable<{ peer: HostPeer | undefined }>, now: number): HostPeer[] {
    if (!this.#changed && now < this.deadline) return [];
    const peers: HostPeer[] = [];
    for (const { peer } of slots) if (peer?.connected) peers.push(peer);
    if (this.#changed) this.#reconsider(peers, now);
    if (this.#last === undefined || now < this.deadline) return [];
    boundThrottles(peers, this.#host.outgoingBandwidth, now - this.#last);
    this.#last = now;
    if (!this.#announce) return [];
    this.#announce = false;
    this.#changed = true;
    announceLimits(peers, this.#host);
    return peers;
  }

  #reconsider(peers: readonly HostPeer[], now: number): void {
    this.#changed = false;
    const limited = this.#host.outgoingBandwidth > 0 || peers.some((peer) => peer.incomingBandwidth > 0);
    if (!limited) for (const peer of peers) peer.throttling.limit = THROTTLE_SCALE;
    if (peers.length > 0 && (limited || this.#announce)) this.#last ??= now;
    else this.#last = undefined;
  }
}

/** Peers that cannot take their even share leave the rest of it to the others. */
function boundThrottles(peers: readonly HostPeer[], outgoingBandwidth: number, elapsed: number): void {
  let total = Number.POSITIVE_INFINITY;
  let budget = Number.POSITIVE_INFINITY;
  if (outgoingBandwidth > 0) {
    total = peers.reduce((sum, peer) => sum + peer.outgoingTotal, 0);
    budget = (outgoingBandwidth * elapsed) / 1000;
  }
  const evenShare = () => (total <= budget ? THROTTLE_SCALE : Math.floor((budget * THROTTLE_SCALE) / total));
  const open = new Set(peers);
  for (let settled = true; settled && open.size > 0; ) {
    settled = false;
    const share = evenShare();
    for (const peer of open) {
      if (peer.incomingBandwidth === 0) continue;
      const takes = (peer.incomingBandwidth * elapsed) / 1000;
      if ((share * peer.outgoingTotal) / THROTTLE_SCALE <= takes) continue;
      peer.throttling.limit = Math.max(1, Math.floor((takes * THROTTLE_SCALE) / peer.outgoingTotal));
      open.delete(peer);
      budget -= takes;
      total -= takes;
      settled = true;
    }
  }
  const share = evenShare();
  for (const peer of open) peer.throttling.limit = share;
  for (const peer of peers) peer.outgoingTotal = 0;
}

/** Peers that send less than an even share need not be limited further; the others divide what is left. */
function announceLimits(peers: readonly HostPeer[], host: HostSettings): void {
  let budget = host.incomingBandwidth;
  let limit = 0;
  const open = new Set(peers);
  for (let settled = true; settled && open.size > 0; ) {
    settled = false;
    limit = Math.floor(budget / open.size);
    for (const peer of open) {
      if (peer.outgoingBandwidth > 0 && peer.outgoingBandwidth >= limit) continue;
      open.delete(peer);
      budget -= peer.outgoingBandwidth;
      settled = true;
    }
  }
  for (const peer of peers)
    peer.queueControl({
      type: 'bandwidth-limit',
      incomingBandwidth: open.has(peer) ? limit : peer.outgoingBandwidth,
      outgoingBandwidth: host.outgoingBandwidth,
    });
}
