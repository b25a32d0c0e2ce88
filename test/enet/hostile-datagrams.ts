import { type DatagramSocket, HostDriver, SimulatedNetwork, SimulatedTime } from '../../agent/enet/index.ts';

/** Datagrams of a real session with everything in it, as they were on the wire. */
export function recordedDatagrams(): Uint8Array[] {
  const time = new SimulatedTime(1000);
  const network = new SimulatedNetwork(time, { seed: 7, faults: { loss: 0.05 } });
  const recorded: Uint8Array[] = [];
  const tap = (socket: DatagramSocket): DatagramSocket => {
    const send = socket.send.bind(socket);
    socket.send = (datagram, to) => {
      recorded.push(datagram.slice());
      send(datagram, to);
    };
    return socket;
  };
  const server = new HostDriver(tap(network.socket()), time, {
    outgoingBandwidth: 1_000_000,
    incomingBandwidth: 2_000_000,
    onConnect: (peer) => {
      peer.onPacket = (channel, data, kind) =>
        void peer.send(channel, data, kind, { fragmentUnreliably: true });
    },
  });
  const client = new HostDriver(tap(network.socket()), time);
  for (let round = 0; round < 3; round++) {
    const peer = client.host.connect(server.socket.address, { channels: 4, data: round });
    time.run(200);
    for (let packet = 0; packet < 30; packet++) {
      const kind = (['reliable', 'unreliable', 'unsequenced'] as const)[packet % 3]!;
      const length = [0, 10, 500, 4000][(packet >> 1) % 4]!;
      peer.send(packet % 4, new Uint8Array(length).fill(packet), kind, {
        fragmentUnreliably: packet % 2 === 0,
      });
      time.run(20);
    }
    peer.configureThrottle({ interval: 4000 });
    time.run(3000);
    if (round === 0) peer.disconnect(1);
    else if (round === 1) peer.disconnectNow(2);
    else peer.disconnectLater(3);
    time.run(1000);
  }
  return recorded;
}

/** Makes hostile datagrams without end: noise, real ones damaged, and well-formed ones that lie. */
export class DatagramForge {
  readonly #recorded: readonly Uint8Array[];
  readonly #random: () => number;

  constructor(recorded: readonly Uint8Array[], random: () => number) {
    this.#recorded = recorded;
    this.#random = random;
  }

  /** `peerIds`: those that exist at the receiver, to be hit often. */
  next(peerIds: readonly number[]): Uint8Array {
    const roll = this.#random();
    const datagram = roll < 0.2 ? this.#noise() : roll < 0.6 ? this.#damaged() : this.#lies();
    if (datagram.length >= 2 && this.#random() < 0.8) this.#aim(datagram, peerIds);
    return datagram;
  }

  #below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }

  #noise(): Uint8Array {
    return Uint8Array.from({ length: this.#below(this.#random() < 0.05 ? 6000 : 120) }, () =>
      this.#below(256),
    );
  }

  #damaged(): Uint8Array {
    const original = this.#recorded[this.#below(this.#recorded.length)]!;
    const datagram = original.slice(0, this.#random() < 0.2 ? this.#below(original.length + 1) : undefined);
    for (let flips = this.#below(4); flips > 0 && datagram.length > 0; flips--)
      datagram[this.#below(Math.min(datagram.length, 60))] = this.#below(256);
    return datagram;
  }

  /** Commands of the right shape with numbers that are anything. */
  #lies(): Uint8Array {
    const sizes = [8, 48, 44, 8, 4, 6, 8, 24, 8, 12, 16, 24];
    const bytes: number[] = [0x80, 0, this.#below(256), this.#below(256)];
    for (let commands = 1 + this.#below(12); commands > 0; commands--) {
      // Connections and their ends are rarer, so that the rest gets its chance.
      const type = this.#random() < 0.05 ? 1 + this.#below(4) : 5 + this.#below(8);
      const size = sizes[type - 1]!;
      const payload = type >= 6 && type !== 10 && type !== 11 ? this.#below(30) : 0;
      const start = bytes.length;
      bytes.push(type | (this.#below(4) << 6), this.#random() < 0.8 ? this.#below(4) : this.#below(256));
      for (let at = 2; at < size; at++) bytes.push(this.#below(this.#random() < 0.5 ? 3 : 256));
      const lengthAt = { 6: 4, 7: 6, 8: 6, 9: 6, 12: 6 }[type];
      if (lengthAt !== undefined) bytes.splice(start + lengthAt, 2, 0, payload);
      if (type === 8 || type === 12) {
        // Fragment counts and lengths that are possible, up to the largest.
        const total = this.#below(2 ** (8 + this.#below(14)));
        for (const [at, value] of [
          [8, this.#below(total + 1)],
          [12, 0],
          [16, total],
          [20, 0],
        ] as const)
          bytes.splice(start + at, 4, value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255);
      }
      for (let at = 0; at < payload; at++) bytes.push(at);
    }
    return Uint8Array.from(bytes);
  }

  #aim(datagram: Uint8Array, peerIds: readonly number[]): void {
    const peerId = peerIds.length > 0 && this.#random() < 0.9 ? peerIds[this.#below(peerIds.length)]! : 0xfff;
    const session = peerId === 0xfff ? 0 : this.#below(4);
    datagram[0] = (datagram[0]! & 0x80) | (session << 4) | (peerId >>> 8);
    datagram[1] = peerId & 0xff;
  }
}
