/** ENet 1.3 for JavaScript, compatible on the wire with lsalzman/enet 1.3.17 and 1.3.18. See docs/enet.md. */
export type { ConnectAnyOptions } from './connect-any.ts';
export type { DatagramSocket } from './datagram-socket.ts';
export { EnetError, type EnetErrorCode, enetErrors } from './errors.ts';
export { type ConnectHandler, type ConnectOptions, Host, type HostOptions, type HostOutput } from './host.ts';
export { HostDriver } from './host-driver.ts';
export type { HostSettings } from './host-settings.ts';
export type { TimeoutSettings } from './outgoing.ts';
export type { PacketKind } from './packet.ts';
export type { Disconnection, PacketHandler, Peer, PeerState, SendOptions, SocketAddress } from './peer.ts';
export { seededRandom } from './random.ts';
export { type NetworkFaults, SimulatedNetwork, type SimulatedNetworkOptions } from './simulated-network.ts';
export { SimulatedTime } from './simulated-time.ts';
export { type DropReason, dropReasons, Statistics } from './statistics.ts';
export type { ThrottleSettings } from './throttle.ts';
export { systemTime, type Time } from './time.ts';
export { UdpHost, type UdpHostOptions } from './udp-host.ts';
