import { Acknowledgements, acknowledgement } from './acknowledgements.ts';
import { Inbox } from './inbox.ts';
import { type ChannelOwner, IncomingChannel } from './incoming-channel.ts';
import { DEFAULT_TIMEOUTS, OutgoingCommands, type SendingTerms, type TimeoutSettings } from './outgoing.ts';
import { OutgoingChannel } from './outgoing-channel.ts';
import type { Packet, PacketKind } from './packet.ts';
import { longestPayload, packetize } from './packetize.ts';
import type { Disconnection, PacketHandler, Peer, PeerState, SendOptions, SocketAddress } from './peer.ts';
import type { PeerHost } from './peer-host.ts';
import {
  CONTROL_CHANNEL,
  type Command,
  type ControlCommand,
  commandSize,
  MAXIMUM_WINDOW_SIZE,
  NO_PEER,
  NO_SESSION,
  tighterBandwidth,
  windowForBandwidth,
} from './protocol.ts';
import { RoundTrip } from './round-trip.ts';
import { MAXIMUM_RELIABLE_FRAGMENTS, sequenceAfter, sequencePlace } from './sequence.ts';
import { type DropReason, Statistics } from './statistics.ts';
import { Throttle, type ThrottleSettings } from './throttle.ts';
import { UnsequencedGroups, UnsequencedWindow } from './unsequenced-window.ts';
import { WaitingData } from './waiting-data.ts';

const PING_INTERVAL = 500;

/** A connection as its host sees it. */
export class HostPeer implements Peer, SendingTerms, ChannelOwner {
  readonly id: number;
  readonly address: SocketAddress;
  readonly connectId: number;
  readonly statistics = new Statistics();
  readonly roundTrip = new RoundTrip();
  readonly throttling = new Throttle();
  readonly exemptChannels = new Set<number>();
  readonly unsequenced = new UnsequencedWindow();
  readonly outgoing = new OutgoingCommands(this);
  readonly waiting: WaitingData;
  state: PeerState;
  /** The other side's index for this connection. */
  outgoingPeerId = NO_PEER;
  incomingSession = NO_SESSION;
  outgoingSession = NO_SESSION;
  mtu: number;
  windowSize = MAXIMUM_WINDOW_SIZE;
  /** The other side's limits, bytes per second; 0 means none. */
  incomingBandwidth = 0;
  outgoingBandwidth = 0;
  /** Bytes queued since bandwidth was last shared out. */
  outgoingTotal = 0;
  channels: OutgoingChannel[] = [];
  incoming: IncomingChannel[] = [];
  timeouts: TimeoutSettings = DEFAULT_TIMEOUTS;
  /** How the owner hears that the connection is made, where the other side asked for it. */
  announce: (() => void) | undefined;
  /** When anything was last acknowledged. */
  lastAcknowledged = Number.NEGATIVE_INFINITY;
  readonly #host: PeerHost;
  readonly #inbox: Inbox;
  readonly #acknowledgements = new Acknowledgements();
  readonly #groups = new UnsequencedGroups();
  #pingInterval = PING_INTERVAL;
  #controlSequence = 0;
  /** What the side that disconnects says. */
  #disconnectData = 0;

  constructor(host: PeerHost, id: number, address: SocketAddress, connectId: number, state: PeerState) {
    this.#host = host;
    this.id = id;
    this.address = address;
    this.connectId = connectId;
    this.state = state;
    this.mtu = host.settings.mtu;
    this.waiting = new WaitingData(host.settings);
    this.#inbox = new Inbox(
      (packet) => this.waiting.release(packet.data.length),
      (packet) => {
        this.waiting.release(packet.data.length);
        this.drop('unheard-packet');
      },
    );
  }

  // ---- What the owner of the connection uses ----

  get channelCount(): number {
    return this.channels.length;
  }

  get onConnect(): (() => void) | undefined {
    return this.#inbox.onConnect;
  }

  set onConnect(handler: (() => void) | undefined) {
    this.#inbox.onConnect = handler;
  }

  get onPacket(): PacketHandler | undefined {
    return this.#inbox.onPacket;
  }

  set onPacket(handler: PacketHandler | undefined) {
    this.#inbox.onPacket = handler;
    this.#host.wake(this);
  }

  get onDisconnect(): ((disconnection: Disconnection) => void) | undefined {
    return this.#inbox.onDisconnect;
  }

  set onDisconnect(handler: ((disconnection: Disconnection) => void) | undefined) {
    this.#inbox.onDisconnect = handler;
    this.#host.wake(this);
  }

  get roundTripTime(): number {
    return this.roundTrip.mean;
  }

  get roundTripTimeVariance(): number {
    return this.roundTrip.variance;
  }

  get throttle(): number {
    return this.throttling.value;
  }

  get queuedData(): number {
    return this.outgoing.queuedBytes;
  }

  get waitingData(): number {
    return this.waiting.bytes;
  }

  get pingInterval(): number {
    return this.#pingInterval;
  }

  set pingInterval(milliseconds: number) {
    this.#pingInterval = milliseconds > 0 ? milliseconds : PING_INTERVAL;
    this.#host.wake(this);
  }

  send(channel: number, data: Uint8Array, kind: PacketKind, options: SendOptions = {}): boolean {
    const numbers = this.channels[channel];
    if (this.state !== 'connected' || numbers === undefined) return false;
    const { maximumPacketSize, maximumQueuedData, checksum } = this.#host.settings;
    if (data.length > maximumPacketSize || data.length + this.queuedData > maximumQueuedData) return false;
    const fragmentLength = longestPayload(this.mtu, checksum);
    if (data.length > fragmentLength * MAXIMUM_RELIABLE_FRAGMENTS) return false;
    const commands = packetize(new Uint8Array(data), numbers, {
      channel,
      kind,
      fragmentLength,
      fragmentUnreliably: options.fragmentUnreliably ?? false,
      nextGroup: () => this.#groups.next(),
    });
    for (const command of commands) this.#queue(command);
    this.statistics.packetsSent++;
    this.#host.statistics.packetsSent++;
    this.#host.wake(this);
    return true;
  }

  disconnect(data = 0): void {
    switch (this.state) {
      case 'connected':
      case 'disconnect-later':
        this.#clearPackets();
        this.state = 'disconnecting';
        this.#disconnectData = data;
        this.queueControl({ type: 'disconnect', data });
        break;
      case 'connecting':
      case 'acknowledging-connect':
        this.disconnectNow(data);
        break;
    }
  }

  disconnectLater(data = 0): void {
    if ((this.state === 'connected' || this.state === 'disconnect-later') && !this.outgoing.idle) {
      this.state = 'disconnect-later';
      this.#disconnectData = data;
    } else this.disconnect(data);
  }

  disconnectNow(data = 0): void {
    if (this.state === 'disconnected') return;
    if (this.state !== 'disconnecting') this.#sayGoodbye(data);
    this.#inbox.clear();
    this.#release(false);
  }

  setTimeout(settings: Partial<TimeoutSettings>): void {
    this.timeouts = { ...this.timeouts, ...settings };
  }

  configureThrottle(settings: Partial<ThrottleSettings>): void {
    this.throttling.settings = { ...this.throttling.settings, ...settings };
    if (this.state === 'connected')
      this.queueControl({ type: 'throttle-configure', ...this.throttling.settings });
  }

  exemptFromThrottle(channel: number): void {
    this.exemptChannels.add(channel);
  }

  // ---- What its host uses ----

  get connected(): boolean {
    return this.state === 'connected' || this.state === 'disconnect-later';
  }

  /** When the host must look after this peer again though nothing happens. */
  get deadline(): number {
    const pinging = this.state === 'connected' && !this.outgoing.anythingInFlight;
    const ping = pinging ? this.lastAcknowledged + this.#pingInterval : Number.POSITIVE_INFINITY;
    return Math.min(ping, this.outgoing.nextTimeout);
  }

  drop(reason: DropReason): void {
    this.statistics.drops[reason]++;
    this.#host.statistics.drops[reason]++;
  }

  retransmitted(): void {
    this.statistics.retransmissions++;
    this.#host.statistics.retransmissions++;
  }

  openChannels(count: number): void {
    this.channels = Array.from({ length: count }, () => new OutgoingChannel());
    this.incoming = Array.from(
      { length: count },
      (_, number) => new IncomingChannel(number, this, this.waiting),
    );
  }

  /** Keeps the first `count` channels. */
  limitChannels(count: number): void {
    this.channels.length = Math.min(this.channels.length, count);
    this.incoming.length = Math.min(this.incoming.length, count);
  }

  deliver(packet: Packet): void {
    this.statistics.packetsReceived++;
    this.#host.statistics.packetsReceived++;
    this.#inbox.packet(packet);
  }

  /** The connection is made. The owner may set its handlers when told. */
  establish(): void {
    this.state = 'connected';
    this.#host.joined();
    this.#inbox.connected(this.announce ?? (() => this.onConnect?.()));
  }

  limitBandwidth(incoming: number, outgoing: number): void {
    this.incomingBandwidth = incoming;
    this.outgoingBandwidth = outgoing;
    this.windowSize = windowForBandwidth(tighterBandwidth(incoming, this.#host.settings.outgoingBandwidth));
    this.#host.limitsChanged();
  }

  /** Tells the owner what happened. */
  dispatch(): void {
    this.#inbox.dispatch();
  }

  /** The connection is over; the owner hears of it. */
  end(reason: Disconnection['reason'], data = this.#disconnectData, acknowledged = false): void {
    if (this.state === 'disconnected') return;
    const known = this.state !== 'acknowledging-connect';
    this.#release(acknowledged);
    if (known) this.#inbox.ended({ reason, data });
  }

  /** The other side disconnects and wants an acknowledgement; the connection ends when that is on its way. */
  acknowledgeDisconnect(data: number): void {
    this.#clearPackets();
    this.#acknowledgements.clear();
    this.state = 'acknowledging-disconnect';
    this.#disconnectData = data;
  }

  /** Gives up the connection and everything queued, telling the other side once. */
  abandon(data: number): void {
    if (this.state !== 'disconnecting') this.#sayGoodbye(data);
    this.end('local', data);
  }

  /** Queues a command of the connection itself, to be acknowledged. */
  queueControl(command: ControlCommand): void {
    this.#controlSequence = sequenceAfter(this.#controlSequence, 1);
    this.#queue({
      ...command,
      acknowledge: true,
      unsequenced: false,
      channel: CONTROL_CHANNEL,
      reliableSequence: this.#controlSequence,
    });
    this.#host.wake(this);
  }

  queueAcknowledgement({ channel, reliableSequence, type }: Command, sentTime: number): void {
    const disconnect = type === 'disconnect';
    const incoming = disconnect ? undefined : this.incoming[channel];
    if (incoming && sequencePlace(reliableSequence, incoming.reliableSequence) === 'beyond') return;
    this.outgoingTotal += commandSize.acknowledge;
    this.#acknowledgements.push(acknowledgement(channel, reliableSequence, sentTime), disconnect);
  }

  /** Sends what may be sent now, in as many datagrams as it takes, after giving up or repeating what is late. */
  flush(now: number): void {
    if (this.state === 'disconnected') return;
    if (!this.outgoing.checkTimeouts(now)) {
      this.end('timeout', 0);
      return;
    }
    const { builder } = this.#host;
    for (let more = true; more; ) {
      builder.begin(this.mtu);
      const goodbye = this.#acknowledgements.addTo(builder) && this.state === 'acknowledging-disconnect';
      const filled = this.outgoing.fill(builder, now);
      more = filled.more || !this.#acknowledgements.empty;
      if (!filled.reliable && this.#pingDue(now)) {
        this.queueControl({ type: 'ping' });
        this.outgoing.fill(builder, now);
      }
      if (!builder.empty) this.#transmit(now);
      if (goodbye) {
        this.end('remote', this.#disconnectData, true);
        return;
      }
      if (!more && this.state === 'disconnect-later' && this.outgoing.idle) {
        this.disconnect(this.#disconnectData);
        more = true;
      }
    }
  }

  #pingDue(now: number): boolean {
    return (
      this.state === 'connected' &&
      !this.outgoing.anythingInFlight &&
      now - this.lastAcknowledged >= this.#pingInterval
    );
  }

  #queue(command: Command): void {
    this.outgoingTotal += commandSize[command.type] + ('payload' in command ? command.payload.length : 0);
    this.outgoing.queue(command);
  }

  #transmit(now: number): void {
    const known = this.outgoingPeerId < NO_PEER;
    const session = known ? this.outgoingSession : 0;
    const connectId = known ? this.connectId : 0;
    const to = { peerId: this.outgoingPeerId, session, connectId };
    const datagram = this.#host.builder.finish(to, now);
    this.statistics.datagramsSent++;
    this.statistics.bytesSent += datagram.length;
    this.#host.transmit(this, datagram);
  }

  /** One DISCONNECT that nobody acknowledges. */
  #sayGoodbye(data: number): void {
    const { builder } = this.#host;
    builder.begin(this.mtu);
    builder.add({
      type: 'disconnect',
      acknowledge: false,
      unsequenced: true,
      channel: CONTROL_CHANNEL,
      reliableSequence: sequenceAfter(this.#controlSequence, 1),
      data,
    });
    this.#transmit(0);
  }

  /** Acknowledgements stay: the other side may wait for one to take us for connected at all. */
  #clearPackets(): void {
    this.outgoing.clear();
    for (const channel of this.incoming) channel.clear();
  }

  #release(acknowledged: boolean): void {
    this.#clearPackets();
    this.#acknowledgements.clear();
    this.state = 'disconnected';
    this.#host.release(this, acknowledged);
    this.#host.wake(this);
  }
}
