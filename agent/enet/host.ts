import { BandwidthSharing } from './bandwidth.ts';
import { encodedSize, readCommand } from './command-codec.ts';
import { DatagramBuilder } from './datagram-builder.ts';
import {
  CHECKSUM_SIZE,
  checksumMatches,
  type DatagramHeader,
  readDatagramHeader,
} from './datagram-header.ts';
import { Deadlines } from './deadlines.ts';
import { EnetError } from './errors.ts';
import { Farewell } from './farewell.ts';
import { answerTerms, isSoundConnect, offerTerms, type SlotSessions } from './handshake.ts';
import { HostPeer } from './host-peer.ts';
import { type HostSettings, hostSettings } from './host-settings.ts';
import type { Peer, SocketAddress } from './peer.ts';
import type { PeerHost } from './peer-host.ts';
import { type Connect, MAXIMUM_CHANNEL_COUNT, MAXIMUM_MTU, NO_PEER, NO_SESSION } from './protocol.ts';
import { isAcknowledged, receiveCommand } from './receiving.ts';
import { type DropReason, Statistics } from './statistics.ts';

export interface HostOptions extends Partial<HostSettings> {
  /** Somebody connected, sending 32 bits of data along. Without it nobody can. */
  readonly onConnect?: ConnectHandler;
  /** As `Math.random`; chooses connect ids. Default: cryptographically strong. */
  readonly random?: () => number;
}

/** Handlers set within it miss nothing. */
export type ConnectHandler = (peer: Peer, data: number) => void;

/** Where a host's datagrams go, and how it says that it wants a turn. */
export interface HostOutput {
  /** The bytes stay as they are. */
  transmit(datagram: Uint8Array, to: SocketAddress): void;
  /** There is something to send or to tell, or a deadline moved: call `flush` before the turn ends. */
  wake(): void;
}

export interface ConnectOptions {
  /** Channels wanted, 1 to 255. Default 1. */
  readonly channels?: number;
  /** 32 bits for the other side's `onConnect`. */
  readonly data?: number;
}

/** A place for one peer. Sessions outlive the peers that used them. */
interface Slot extends SlotSessions {
  peer: HostPeer | undefined;
  farewell: Farewell | undefined;
}

/**
 * An ENet host without input and output: takes datagrams and the time (milliseconds of any monotonic clock,
 * with a fraction), and gives datagrams, events and its next deadline.
 */
export class Host implements PeerHost {
  readonly settings: HostSettings;
  readonly builder: DatagramBuilder;
  readonly statistics = new Statistics();
  onConnect: ConnectHandler | undefined;
  readonly #output: HostOutput;
  readonly #random: () => number;
  readonly #slots: Slot[] = [];
  readonly #deadlines: Deadlines;
  readonly #bandwidth: BandwidthSharing;
  /** Peers with something to send or to tell. */
  #busy = new Set<HostPeer>();
  #awake = false;
  #flushing = false;
  #now = 0;

  /** Throws ALLO_E_ENET_OPTION. */
  constructor(output: HostOutput, options: HostOptions = {}) {
    this.settings = hostSettings(options);
    this.onConnect = options.onConnect;
    this.#output = output;
    this.#random = options.random ?? strongRandom;
    this.builder = new DatagramBuilder(this.settings.checksum);
    this.#deadlines = new Deadlines(this.settings.peerLimit);
    this.#bandwidth = new BandwidthSharing(this.settings);
  }

  /** Every peer that is not disconnected. */
  get peers(): readonly Peer[] {
    return this.#slots.flatMap(({ peer }) => peer ?? []);
  }

  /** When `flush` is needed though nothing happens; Infinity if never. */
  get deadline(): number {
    return Math.min(this.#deadlines.next, this.#bandwidth.deadline);
  }

  /** Asks for a connection; the peer's `onConnect` or `onDisconnect` follows. Throws ALLO_E_ENET_PEERS. */
  connect(address: SocketAddress, { channels = 1, data = 0 }: ConnectOptions = {}): Peer {
    if (!Number.isInteger(channels) || channels < 1 || channels > MAXIMUM_CHANNEL_COUNT)
      throw new EnetError('ALLO_E_ENET_OPTION', `channels is ${channels}, but must be 1 to 255`);
    const id = this.#freeSlot();
    if (id === undefined)
      throw new EnetError('ALLO_E_ENET_PEERS', `all ${this.settings.peerLimit} peers are taken`);
    const connectId = Math.floor(this.#random() * 2 ** 32) >>> 0;
    const peer = new HostPeer(this, id, address, connectId, 'connecting');
    const slot = this.#slots[id]!;
    slot.peer = peer;
    offerTerms(peer, this.settings, slot, channels, data >>> 0);
    return peer;
  }

  /** Takes in one datagram, and tells what follows from it. Nothing in it can make this throw. */
  receive(datagram: Uint8Array, from: SocketAddress, now: number): void {
    this.#now = now;
    this.statistics.datagramsReceived++;
    this.statistics.bytesReceived += datagram.length;
    const peer = this.#read(datagram, from, now);
    if (peer === undefined) return;
    this.wake(peer);
    peer.dispatch();
  }

  /** Sends, repeats, gives up and tells all that is due. */
  flush(now: number): void {
    this.#now = now;
    this.#awake = false;
    this.#flushing = true;
    for (let id = this.#deadlines.takeDue(now); id !== undefined; id = this.#deadlines.takeDue(now)) {
      const { peer } = this.#slots[id]!;
      if (peer) this.#busy.add(peer);
    }
    for (const peer of this.#bandwidth.share(this.#slots, now)) this.#busy.add(peer);
    const busy = this.#busy;
    this.#busy = new Set();
    for (const peer of busy) {
      peer.flush(now);
      if (peer.state !== 'disconnected') this.#deadlines.set(peer.id, peer.deadline);
    }
    this.#flushing = false;
    for (const peer of busy) peer.dispatch();
  }

  /** Tells every peer goodbye, once, and forgets it; each owner hears that the connection ended. */
  close(data = 0): void {
    for (const { peer } of this.#slots) peer?.abandon(data);
    const busy = this.#busy;
    this.#busy = new Set();
    for (const peer of busy) peer.dispatch();
  }

  wake(peer: HostPeer): void {
    if (this.#flushing) return;
    this.#busy.add(peer);
    if (this.#awake) return;
    this.#awake = true;
    this.#output.wake();
  }

  transmit(peer: HostPeer, datagram: Uint8Array): void {
    this.statistics.datagramsSent++;
    this.statistics.bytesSent += datagram.length;
    this.#output.transmit(datagram, peer.address);
  }

  drop(reason: DropReason): void {
    this.statistics.drops[reason]++;
  }

  limitsChanged(): void {
    this.#bandwidth.limitsChanged();
  }

  joined(): void {
    this.#bandwidth.membersChanged();
  }

  release(peer: HostPeer, acknowledged: boolean): void {
    const slot = this.#slots[peer.id]!;
    slot.peer = undefined;
    slot.incomingSession = peer.incomingSession;
    slot.outgoingSession = peer.outgoingSession;
    slot.farewell = acknowledged && peer.outgoingPeerId < NO_PEER ? new Farewell(peer, this.#now) : undefined;
    this.#deadlines.set(peer.id, Number.POSITIVE_INFINITY);
    this.#bandwidth.membersChanged();
  }

  /** Returns the peer the datagram was for, if there is one and it may have. */
  #read(datagram: Uint8Array, from: SocketAddress, now: number): HostPeer | undefined {
    // Nothing can be sent to port 0, though datagrams can be made to come from there.
    if (from.port === 0) return this.#reject('no-port');
    if (datagram.length > MAXIMUM_MTU) return this.#reject('oversize');
    const header = readDatagramHeader(datagram);
    if (header === undefined) return this.#reject('runt');
    if (header.compressed) return this.#reject('compressed');
    let peer: HostPeer | undefined;
    if (header.peerId !== NO_PEER) {
      const slot = this.#slots[header.peerId];
      peer = slot?.peer;
      const misfit = misfitOf(peer, header, from);
      if (misfit !== undefined) {
        this.#reject(misfit);
        this.#bidFarewell(slot, datagram, header, from, now);
        return undefined;
      }
    }
    if (this.settings.checksum && !checksumMatches(datagram, header.size, peer?.connectId ?? 0))
      return this.#reject('bad-checksum');
    const start = header.size + (this.settings.checksum ? CHECKSUM_SIZE : 0);
    return this.#readCommands(datagram, start, header, peer, from, now);
  }

  #readCommands(
    datagram: Uint8Array,
    start: number,
    { sentTime }: DatagramHeader,
    addressee: HostPeer | undefined,
    from: SocketAddress,
    now: number,
  ): HostPeer | undefined {
    let peer = addressee;
    for (let offset = start; offset < datagram.length; ) {
      const command = readCommand(datagram, offset);
      if (typeof command === 'string') {
        peer ? peer.drop(command) : this.drop(command);
        return peer;
      }
      offset += encodedSize(command);
      if (command.acknowledge && sentTime === undefined) {
        // Not even acted upon: a DISCONNECT that cannot be acknowledged would leave its peer leaving for ever.
        peer ? peer.drop('unrequested-time') : this.drop('unrequested-time');
        return peer;
      }
      if (peer === undefined) {
        if (command.type !== 'connect') return this.#reject('unknown-peer');
        peer = this.#accept(command, from);
        if (peer === undefined) return undefined;
      } else if (!receiveCommand(peer, command, now, this.settings)) return peer;
      if (peer.state === 'disconnected') return peer;
      if (sentTime !== undefined && command.acknowledge && isAcknowledged(peer, command))
        peer.queueAcknowledgement(command, sentTime);
    }
    if (peer) {
      peer.statistics.datagramsReceived++;
      peer.statistics.bytesReceived += datagram.length;
    }
    return peer;
  }

  /** Somebody wants to connect. Those who cannot hear nothing, and may ask again. */
  #accept(command: Connect, from: SocketAddress): HostPeer | undefined {
    if (!isSoundConnect(command)) return this.#reject('no-channel');
    let duplicates = 0;
    for (const { peer } of this.#slots) {
      if (!peer || peer.state === 'connecting' || peer.address.address !== from.address) continue;
      if (peer.address.port === from.port && peer.connectId === command.connectId)
        return this.#reject('repeated-connect');
      duplicates++;
    }
    if (!this.onConnect) return this.#reject('not-accepting');
    if (duplicates >= this.settings.duplicatePeers) return this.#reject('too-many-duplicate-peers');
    const id = this.#freeSlot();
    if (id === undefined) return this.#reject('no-free-peer');
    const peer = new HostPeer(this, id, from, command.connectId, 'acknowledging-connect');
    const slot = this.#slots[id]!;
    slot.peer = peer;
    peer.announce = () => this.onConnect?.(peer, command.data);
    answerTerms(peer, this.settings, slot, command);
    return peer;
  }

  #freeSlot(): number | undefined {
    const free = this.#slots.findIndex(({ peer }) => peer === undefined);
    if (free >= 0) return free;
    if (this.#slots.length >= this.settings.peerLimit) return undefined;
    return (
      this.#slots.push({
        peer: undefined,
        farewell: undefined,
        incomingSession: NO_SESSION,
        outgoingSession: NO_SESSION,
      }) - 1
    );
  }

  /** Acknowledges once more the DISCONNECT of a peer already forgotten: our first answer may be lost. */
  #bidFarewell(
    slot: Slot | undefined,
    datagram: Uint8Array,
    header: DatagramHeader,
    from: SocketAddress,
    now: number,
  ): void {
    const answer = slot?.farewell?.answer(datagram, header, from, now, this.builder, this.settings);
    if (answer === undefined) return;
    this.statistics.datagramsSent++;
    this.statistics.bytesSent += answer.length;
    this.#output.transmit(answer, from);
  }

  #reject(reason: DropReason): undefined {
    this.drop(reason);
  }
}

/** Why a datagram is not for the peer it names. */
function misfitOf(
  peer: HostPeer | undefined,
  { session }: DatagramHeader,
  from: SocketAddress,
): DropReason | undefined {
  if (peer === undefined) return 'unknown-peer';
  if (peer.address.address !== from.address || peer.address.port !== from.port) return 'wrong-address';
  // Before the answer to our CONNECT the session is not known.
  if (peer.outgoingPeerId < NO_PEER && session !== peer.incomingSession) return 'wrong-session';
  return undefined;
}

function strongRandom(): number {
  return crypto.getRandomValues(new Uint32Array(1))[0]! / 2 ** 32;
}
