import { acknowledgement } from './acknowledgements.ts';
import { encodedSize, readCommand } from './command-codec.ts';
import type { DatagramBuilder } from './datagram-builder.ts';
import { CHECKSUM_SIZE, checksumMatches, type DatagramHeader } from './datagram-header.ts';
import type { HostPeer } from './host-peer.ts';
import type { HostSettings } from './host-settings.ts';
import type { SocketAddress } from './peer.ts';

/** As long as the other side repeats a DISCONNECT at most, by ENet's default timeouts. */
const REMEMBERED_FOR = 30_000;

/**
 * What is remembered of a connection after its DISCONNECT was acknowledged. Were that acknowledgement lost, the
 * other side would otherwise repeat itself in vain until it times out.
 */
export class Farewell {
  readonly #address: SocketAddress;
  readonly #incomingSession: number;
  readonly #connectId: number;
  readonly #reply: { peerId: number; session: number; connectId: number };
  readonly #mtu: number;
  readonly #until: number;

  constructor(peer: HostPeer, now: number) {
    this.#address = peer.address;
    this.#incomingSession = peer.incomingSession;
    this.#connectId = peer.connectId;
    this.#reply = { peerId: peer.outgoingPeerId, session: peer.outgoingSession, connectId: peer.connectId };
    this.#mtu = peer.mtu;
    this.#until = now + REMEMBERED_FOR;
  }

  /** The datagram that answers a repeated DISCONNECT; undefined if this is none of this connection. */
  answer(
    datagram: Uint8Array,
    { session, sentTime, size }: DatagramHeader,
    from: SocketAddress,
    now: number,
    builder: DatagramBuilder,
    { checksum }: HostSettings,
  ): Uint8Array | undefined {
    if (
      now > this.#until ||
      sentTime === undefined ||
      session !== this.#incomingSession ||
      from.address !== this.#address.address ||
      from.port !== this.#address.port ||
      (checksum && !checksumMatches(datagram, size, this.#connectId))
    )
      return undefined;
    for (let offset = size + (checksum ? CHECKSUM_SIZE : 0); offset < datagram.length; ) {
      const command = readCommand(datagram, offset);
      if (typeof command === 'string') return undefined;
      offset += encodedSize(command);
      if (command.type !== 'disconnect' || !command.acknowledge) continue;
      const { channel, reliableSequence } = command;
      builder.begin(this.#mtu);
      builder.add(acknowledgement(channel, reliableSequence, sentTime));
      return builder.finish(this.#reply, now);
    }
    return undefined;
  }
}
