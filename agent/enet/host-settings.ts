import { EnetError } from './errors.ts';
import { DEFAULT_MTU, MAXIMUM_CHANNEL_COUNT, MAXIMUM_MTU, MINIMUM_MTU, NO_PEER } from './protocol.ts';

/** What bounds and shapes a host. */
export interface HostSettings {
  /** Connections at once, 1 to 4095. Default 64. */
  readonly peerLimit: number;
  /** Channels granted to those who connect, 1 to 255. Default 255. */
  readonly channelLimit: number;
  /** Connections at once from one address. Default: as many as there may be. */
  readonly duplicatePeers: number;
  /** Largest packet sent or taken, bytes. Default 8 MiB. */
  readonly maximumPacketSize: number;
  /** Bytes that may wait, per peer, to be complete, for their turn, or for a listener. Default 8 MiB. */
  readonly maximumWaitingData: number;
  /** Fragments of packets in reassembly at once, per peer. Default 65,536. */
  readonly maximumFragments: number;
  /** Payload bytes queued or unacknowledged, per peer, beyond which `send` refuses. Default 64 MiB. */
  readonly maximumQueuedData: number;
  /** CRC-32 in every datagram. The other side must have it too. Default false. */
  readonly checksum: boolean;
  /** Bytes per second; 0, the default, means no limit. */
  readonly incomingBandwidth: number;
  readonly outgoingBandwidth: number;
  /** Largest datagram, bytes, 576 to 4096. Default 1392. */
  readonly mtu: number;
}

const MEBIBYTE = 1024 * 1024;
const MAXIMUM_U32 = 0xffff_ffff;

const ranges = {
  peerLimit: [1, NO_PEER],
  channelLimit: [1, MAXIMUM_CHANNEL_COUNT],
  duplicatePeers: [1, NO_PEER],
  maximumPacketSize: [1, MAXIMUM_U32],
  maximumWaitingData: [1, Number.MAX_SAFE_INTEGER],
  maximumFragments: [1, MAXIMUM_U32],
  maximumQueuedData: [1, Number.MAX_SAFE_INTEGER],
  incomingBandwidth: [0, MAXIMUM_U32],
  outgoingBandwidth: [0, MAXIMUM_U32],
  mtu: [MINIMUM_MTU, MAXIMUM_MTU],
} as const satisfies Partial<Record<keyof HostSettings, readonly [number, number]>>;

/** Fills in the defaults. Throws ALLO_E_ENET_OPTION for a number out of its range. */
export function hostSettings(given: Partial<HostSettings>): HostSettings {
  const settings: HostSettings = {
    peerLimit: given.peerLimit ?? 64,
    channelLimit: given.channelLimit ?? MAXIMUM_CHANNEL_COUNT,
    duplicatePeers: given.duplicatePeers ?? NO_PEER,
    maximumPacketSize: given.maximumPacketSize ?? 8 * MEBIBYTE,
    maximumWaitingData: given.maximumWaitingData ?? 8 * MEBIBYTE,
    maximumFragments: given.maximumFragments ?? 65_536,
    maximumQueuedData: given.maximumQueuedData ?? 64 * MEBIBYTE,
    checksum: given.checksum ?? false,
    incomingBandwidth: given.incomingBandwidth ?? 0,
    outgoingBandwidth: given.outgoingBandwidth ?? 0,
    mtu: given.mtu ?? DEFAULT_MTU,
  };
  for (const [name, [least, most]] of Object.entries(ranges)) {
    const value = settings[name as keyof typeof ranges];
    if (!Number.isInteger(value) || value < least || value > most)
      throw new EnetError('ALLO_E_ENET_OPTION', `${name} is ${value}, but must be ${least} to ${most}`);
  }
  return settings;
}
