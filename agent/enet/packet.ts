/**
 * How a packet travels.
 * `reliable`: arrives, once, in order with the other reliable packets of its channel.
 * `unreliable`: may be lost; never arrives after a newer one of its channel, nor before a reliable packet that
 * was sent before it.
 * `unsequenced`: may be lost, arrives in any order, but not twice.
 */
export type PacketKind = 'reliable' | 'unreliable' | 'unsequenced';

/** A packet that has arrived whole. */
export interface Packet {
  readonly channel: number;
  readonly data: Uint8Array;
  readonly kind: PacketKind;
}
