import {
  type Disconnection,
  type DropReason,
  HostDriver,
  type HostOptions,
  type NetworkFaults,
  type PacketKind,
  type Peer,
  SimulatedNetwork,
  SimulatedTime,
} from '../../agent/enet/index.ts';

export interface Heard {
  readonly packets: { channel: number; text: string; kind: PacketKind }[];
  readonly ends: Disconnection[];
}

/** Notes down everything a peer hears. */
export function listen(peer: Peer): Heard {
  const heard: Heard = { packets: [], ends: [] };
  peer.onPacket = (channel, data, kind) =>
    void heard.packets.push({ channel, text: new TextDecoder().decode(data), kind });
  peer.onDisconnect = (disconnection) => void heard.ends.push(disconnection);
  return heard;
}

export const text = (content: string) => new TextEncoder().encode(content);

/** A datagram under way, with the virtual time at which it left. */
export interface Sent {
  readonly at: number;
  readonly from: 'client' | 'server';
  readonly datagram: Uint8Array;
}

/** A client and a server on a simulated network, one way 10 ms. */
export class VirtualPair {
  readonly time = new SimulatedTime(1000);
  readonly network: SimulatedNetwork;
  readonly client: HostDriver;
  readonly server: HostDriver;
  /** Those who connected to the server, with the data they sent. */
  readonly accepted: { peer: Peer; data: number; heard: Heard }[] = [];
  readonly sent: Sent[] = [];

  constructor(options: { client?: HostOptions; server?: HostOptions; faults?: Partial<NetworkFaults> } = {}) {
    this.network = new SimulatedNetwork(this.time, { faults: { delay: 10, ...options.faults } });
    this.server = new HostDriver(this.#tap('server'), this.time, {
      onConnect: (peer, data) => void this.accepted.push({ peer, data, heard: listen(peer) }),
      ...options.server,
    });
    this.client = new HostDriver(this.#tap('client'), this.time, options.client);
  }

  /** Asks the server for a connection. */
  connect(channels = 2, data = 0): Peer {
    return this.client.host.connect(this.server.socket.address, { channels, data });
  }

  /** Connects and lets the first pings pass. */
  connected(channels = 2): { ours: Peer; theirs: Peer; heard: Heard; theirHeard: Heard } {
    const ours = this.connect(channels);
    const heard = listen(ours);
    this.time.run(200);
    const { peer: theirs, heard: theirHeard } = this.accepted.at(-1)!;
    return { ours, theirs, heard, theirHeard };
  }

  drops(host: HostDriver): Partial<Record<DropReason, number>> {
    return Object.fromEntries(Object.entries(host.host.statistics.drops).filter(([, count]) => count > 0));
  }

  #tap(from: 'client' | 'server') {
    const socket = this.network.socket();
    const send = socket.send.bind(socket);
    socket.send = (datagram, to) => {
      this.sent.push({ at: this.time.now(), from, datagram });
      send(datagram, to);
    };
    return socket;
  }
}
