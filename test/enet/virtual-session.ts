import { expect } from 'vitest';
import {
  type Disconnection,
  HostDriver,
  type Peer,
  SimulatedNetwork,
  SimulatedTime,
  seededRandom,
} from '../../agent/enet/index.ts';
import { Flow } from './virtual-traffic.ts';

const MINUTE = 60_000;
/** Never give up: what is lost must come again, however bad the luck. */
const PATIENCE = { limit: 2 ** 30, minimum: 20 * MINUTE, maximum: 30 * MINUTE };
const LIMIT = 256 * 1024;

/** One end of a connection, what it sends and what it heard. */
class End {
  readonly flows: Flow[];
  peer: Peer | undefined;
  readonly ends: Disconnection[] = [];

  constructor(channels: number, seed: number) {
    this.flows = Array.from({ length: channels }, (_, channel) => new Flow(channel, seed + channel));
  }

  /** Listens to what `other` sends. What is wrong goes to `failures`: a host lets no handler stop it. */
  attach(peer: Peer, other: End, failures: unknown[]): void {
    this.peer = peer;
    peer.setTimeout(PATIENCE);
    peer.onDisconnect = (disconnection) => {
      this.ends.push(disconnection);
    };
    peer.onPacket = (channel, data, kind) => {
      try {
        if (this.ends.length > 0) expect.fail('nothing arrives after the end');
        other.flows[channel]!.arrive(data, kind);
      } catch (error) {
        failures.push(error);
      }
    };
  }
}

/** A connection and both its ends. */
interface Link {
  readonly client: End;
  readonly server: End;
}

/**
 * Several clients and a server exchange packets of all kinds over a network whose faults follow from the seed,
 * then disconnect in one of ENet's ways. Throws where ENet's promises are not kept.
 */
export function runVirtualSession(seed: number): void {
  const random = seededRandom(seed);
  const pick = (least: number, most: number) => least + Math.floor(random() * (most - least + 1));
  // Near the wrap of the 16-bit sent time, or far beyond 32 bits.
  const time = new SimulatedTime(random() < 0.5 ? 65_536 - random() * 3000 : 2 ** 33 + random() * 70_000);
  const checksum = random() < 0.4;
  const longest = random() < 0.05 ? 150_000 : random() < 0.4 ? 6000 : 400;
  const loss = random() * (longest > 6000 ? 0.05 : 0.25);
  const network = new SimulatedNetwork(time, {
    seed,
    faults: {
      loss,
      duplication: random() * 0.1,
      reordering: random() * 0.3,
      corruption: checksum ? random() * 0.02 : 0,
      delay: random() ** 3 * 100,
      jitter: random() ** 3 * 50,
    },
  });
  const options = {
    random,
    checksum,
    maximumPacketSize: LIMIT,
    maximumWaitingData: LIMIT,
    mtu: pick(0, 1) ? 1392 : pick(576, 4096),
  };
  const links: Link[] = [];
  const failures: unknown[] = [];
  const server = new HostDriver(network.socket(), time, {
    ...options,
    onConnect: (peer, data) => links[data]!.server.attach(peer, links[data]!.client, failures),
  });
  const drivers = [server];
  for (let index = pick(1, 3); index > 0; index--) {
    const channels = pick(1, 4);
    const link = { client: new End(channels, pick(1, 1e9)), server: new End(channels, pick(1, 1e9)) };
    const data = links.push(link) - 1;
    const driver = new HostDriver(network.socket(), time, options);
    drivers.push(driver);
    link.client.attach(driver.host.connect(server.socket.address, { channels, data }), link.server, failures);
  }
  const established = () =>
    links.every(({ client, server: s }) => client.peer?.state === 'connected' && s.peer);
  network.faults.loss = Math.min(loss, 0.1); // A server gives up an unanswered VERIFY_CONNECT, silently.
  expect(runUntil(established, 10 * MINUTE), 'everybody connects').toBe(true);
  network.faults.loss = loss;

  const ends = links.flatMap((link) => [link.client, link.server]);
  for (const end of ends) {
    expect(end.peer!.channelCount).toBe(end.flows.length);
    for (let packets = pick(0, 40); packets > 0; packets--) {
      const flow = end.flows[pick(0, end.flows.length - 1)]!;
      time.after(random() * 2000, () => {
        if (end.peer!.state === 'connected') flow.send(end.peer!, checksum, longest);
      });
    }
  }
  for (let step = 0; step < 10; step++) {
    time.run(200 + random() * 50);
    for (const { peer } of ends) expect(peer!.waitingData, 'no more waits than may').toBeLessThan(3 * LIMIT);
  }

  if (random() < 0.2) {
    vanish();
  } else {
    for (const link of links) disconnect(link);
  }
  for (const driver of drivers) void driver.close();
  time.run(MINUTE);
  if (failures.length > 0) throw failures[0];
  expect(time.pending, 'no timer is left').toBe(0);
  for (const { peer } of ends)
    expect({ queued: peer!.queuedData, waiting: peer!.waitingData }).toEqual({ queued: 0, waiting: 0 });

  function runUntil(done: () => boolean, ms: number): boolean {
    const reached = time.runUntil(() => failures.length > 0 || done(), ms);
    if (failures.length > 0) throw failures[0];
    return reached;
  }

  function disconnect(link: Link): void {
    const [first, second] = random() < 0.5 ? [link.client, link.server] : [link.server, link.client];
    const data = pick(0, 0xffff_ffff);
    const way = pick(0, 3);
    if (way === 0) {
      first.peer!.disconnectLater(data);
      expect(runUntil(() => first.ends.length + second.ends.length === 2, 20 * MINUTE)).toBe(true);
      for (const flow of first.flows) expect(flow.reliableArrived).toBe(flow.reliable.length);
      expect(second.ends).toEqual([{ reason: 'remote', data }]);
      expect(first.ends).toEqual([{ reason: 'local', data }]);
    } else if (way === 1) {
      first.peer!.disconnect(data);
      expect(runUntil(() => first.ends.length + second.ends.length === 2, 20 * MINUTE)).toBe(true);
      expect(second.ends).toEqual([{ reason: 'remote', data }]);
      expect(first.ends).toEqual([{ reason: 'local', data }]);
    } else if (way === 2) {
      // Everything arrives, then both say goodbye at once.
      const flows = [...first.flows, ...second.flows];
      const done = () => flows.every((flow) => flow.reliableArrived === flow.reliable.length);
      expect(runUntil(done, 20 * MINUTE), 'all that is reliable arrives').toBe(true);
      first.peer!.disconnect(data);
      second.peer!.disconnect(data);
      expect(runUntil(() => first.ends.length + second.ends.length === 2, 20 * MINUTE)).toBe(true);
      expect([...first.ends, ...second.ends].map(({ reason }) => reason)).toEqual(['local', 'local']);
    } else {
      second.peer!.setTimeout({ limit: 32, minimum: 5000, maximum: 30_000 });
      first.peer!.disconnectNow(data);
      expect(first.peer!.state).toBe('disconnected');
      expect(
        runUntil(() => second.ends.length === 1, 2 * MINUTE),
        'the other side notices',
      ).toBe(true);
      if (second.ends[0]!.reason === 'remote') expect(second.ends).toEqual([{ reason: 'remote', data }]);
      else expect(second.ends).toEqual([{ reason: 'timeout', data: 0 }]);
      expect(first.ends).toEqual([]);
    }
  }

  /** The network fails altogether: both sides notice by themselves. */
  function vanish(): void {
    network.faults.loss = 1;
    for (const { peer } of ends) peer!.setTimeout({ limit: 32, minimum: 5000, maximum: 30_000 });
    const noticed = () => ends.every((end) => end.ends.length === 1);
    expect(runUntil(noticed, 10 * MINUTE), 'both sides time out').toBe(true);
    for (const end of ends) expect(end.ends).toEqual([{ reason: 'timeout', data: 0 }]);
  }
}
