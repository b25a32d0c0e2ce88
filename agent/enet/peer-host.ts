import type { DatagramBuilder } from './datagram-builder.ts';
import type { HostPeer } from './host-peer.ts';
import type { HostSettings } from './host-settings.ts';
import type { Statistics } from './statistics.ts';

/** What a peer asks of its host. */
export interface PeerHost {
  readonly settings: HostSettings;
  readonly builder: DatagramBuilder;
  /** Of all peers together. */
  readonly statistics: Statistics;
  /** The peer has something to send or to tell before the turn ends. */
  wake(peer: HostPeer): void;
  transmit(peer: HostPeer, datagram: Uint8Array): void;
  /** The other side's bandwidth became known or changed. */
  limitsChanged(): void;
  /** The peer is connected. */
  joined(): void;
  /** The peer's place is free again. `acknowledged`: the other side may ask once more whether we heard it go. */
  release(peer: HostPeer, acknowledged: boolean): void;
}
