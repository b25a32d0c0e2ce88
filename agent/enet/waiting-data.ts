import { Reassembly } from './reassembly.ts';

export interface WaitingLimits {
  /** Largest packet, bytes. */
  readonly maximumPacketSize: number;
  /** Bytes a peer may have arrived but not delivered. */
  readonly maximumWaitingData: number;
  /** Fragments of the packets a peer has in reassembly. */
  readonly maximumFragments: number;
}

/** What a waiting packet costs beside its bytes, roughly; it also bounds floods of empty packets. */
const PACKET_OVERHEAD = 256;

/** Keeps account of what has arrived from one peer and waits: to be complete, for its turn, or for a listener. */
export class WaitingData {
  readonly limits: WaitingLimits;
  #bytes = 0;
  #fragments = 0;

  constructor(limits: WaitingLimits) {
    this.limits = limits;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get fragments(): number {
    return this.#fragments;
  }

  /**
   * Takes account of a packet if there is room. The packet whose turn it is gets room beyond the limit for
   * one packet of the largest size: everything else may be waiting for it.
   */
  take(length: number, fragments: number, itsTurn: boolean): boolean {
    const { maximumWaitingData, maximumPacketSize, maximumFragments } = this.limits;
    if (this.#bytes >= maximumWaitingData + (itsTurn ? maximumPacketSize : 0)) return false;
    if (fragments > 0 && this.#fragments > 0 && this.#fragments + fragments > maximumFragments && !itsTurn)
      return false;
    this.#bytes += length + PACKET_OVERHEAD;
    this.#fragments += fragments;
    return true;
  }

  /** The fragments of a packet became one. */
  assembled(fragments: number): void {
    this.#fragments -= fragments;
  }

  release(length: number): void {
    this.#bytes -= length + PACKET_OVERHEAD;
  }

  /** Closes the account of a packet that is thrown away, whole or not. */
  discard(packet: Uint8Array | Reassembly): void {
    const whole = packet instanceof Reassembly ? packet.data : packet;
    if (packet instanceof Reassembly && !packet.complete) this.assembled(packet.fragmentCount);
    this.release(whole.length);
  }
}
