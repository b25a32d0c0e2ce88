import { expect } from 'vitest';
import { type PacketKind, type Peer, seededRandom } from '../../agent/enet/index.ts';

/** The index of the packet. */
const HEADER = 4;
const kinds: readonly PacketKind[] = ['reliable', 'unreliable', 'unsequenced'];

/** How a packet really travels: ENet makes long packets reliable unless told otherwise. */
function travels(kind: PacketKind, length: number, fragmentUnreliably: boolean, longest: number): PacketKind {
  if (length <= longest) return kind;
  return kind === 'reliable' || !fragmentUnreliably ? 'reliable' : 'unreliable';
}

function fill(packet: Uint8Array, index: number, contentSeed: number): void {
  new DataView(packet.buffer).setUint32(0, index);
  for (let at = HEADER; at < packet.length; at++) packet[at] = (contentSeed + at * 31 + (at >>> 8)) & 0xff;
}

interface Sent {
  readonly kind: PacketKind;
  readonly length: number;
  readonly contentSeed: number;
  /** How many packets of the channel were sent reliably before it. */
  readonly reliableBefore: number;
}

/** What one side sends on one channel, and what must arrive of it. */
export class Flow {
  readonly channel: number;
  /** Indices of what travels reliably, in order. */
  readonly reliable: number[] = [];
  readonly #random: () => number;
  readonly #sent: Sent[] = [];
  readonly #seen = new Set<number>();
  #reliableArrived = 0;
  #newest = -1;

  constructor(channel: number, seed: number) {
    this.channel = channel;
    this.#random = seededRandom(seed);
  }

  get reliableArrived(): number {
    return this.#reliableArrived;
  }

  /** Sends one packet of a random kind and length up to `longest`. */
  send(peer: Peer, checksum: boolean, longest: number): boolean {
    const kind = kinds[Math.floor(this.#random() * 3)]!;
    const length = HEADER + Math.floor(this.#random() ** 3 * (longest - HEADER));
    const fragmentUnreliably = this.#random() < 0.5;
    const packet = new Uint8Array(length);
    const index = this.#sent.length;
    const contentSeed = Math.floor(this.#random() * 2 ** 32);
    fill(packet, index, contentSeed);
    if (!peer.send(this.channel, packet, kind, { fragmentUnreliably })) return false;
    packet.fill(0xee); // The bytes were copied: ours to use again.
    const onWire = travels(kind, length, fragmentUnreliably, peer.mtu - 28 - (checksum ? 4 : 0));
    this.#sent.push({ kind: onWire, length, contentSeed, reliableBefore: this.reliable.length });
    if (onWire === 'reliable') this.reliable.push(index);
    return true;
  }

  /** Checks a packet on arrival: content intact, kind and order as promised. */
  arrive(data: Uint8Array, kind: PacketKind): void {
    const view = new DataView(data.buffer, data.byteOffset, data.length);
    const index = view.getUint32(0);
    const sent = this.#sent[index];
    if (!sent) expect.fail(`packet ${index} was never sent`);
    if (kind !== sent.kind) expect.fail(`packet ${index} was sent ${sent.kind}, arrived ${kind}`);
    const intact = new Uint8Array(sent.length);
    fill(intact, index, sent.contentSeed);
    if (!Buffer.from(data).equals(intact)) expect.fail(`packet ${index} arrived with other bytes`);
    if (this.#seen.has(index)) expect.fail(`packet ${index} arrived twice`);
    this.#seen.add(index);
    if (kind === 'reliable') {
      const next = this.reliable[this.#reliableArrived];
      if (index !== next) expect.fail(`reliable packet ${index} arrived when it was the turn of ${next}`);
      this.#reliableArrived++;
    } else if (kind === 'unreliable') {
      if (index < this.#newest) expect.fail(`unreliable packet ${index} arrived after ${this.#newest}`);
      if (this.#reliableArrived < sent.reliableBefore) expect.fail(`packet ${index} overtook a reliable one`);
      this.#newest = index;
    }
  }
}
