/** Why something that arrived, or was to be sent, went no further. */
export const dropReasons = {
  'bad-checksum': 'A datagram whose CRC-32 does not match.',
  'bad-fragment': 'A fragment whose numbers contradict themselves or the fragments before it.',
  'bad-verification': 'An answer to our CONNECT that does not fit what we asked.',
  compressed: 'A compressed datagram; compression is not supported.',
  duplicate: 'A reliable or unsequenced packet, or a fragment, that was here before.',
  'early-command': 'A command that does not suit the state of the connection.',
  expired: 'An unreliable packet older than one already delivered.',
  'future-acknowledge': 'An acknowledgement of something sent later than now.',
  incomplete: 'An unreliable packet whose missing fragments were overtaken by something newer.',
  'no-channel': 'A command on a channel the connection does not have.',
  'no-free-peer': 'A CONNECT while every peer is taken.',
  'no-port': 'A datagram that claims to come from port 0, where nothing can be answered.',
  'not-accepting': 'A CONNECT to a host that accepts nobody.',
  oversize: 'A datagram, or a packet announced by a fragment, larger than allowed.',
  'repeated-connect': 'A CONNECT that is already being answered.',
  runt: 'A datagram too short for its own header.',
  'socket-error': 'A datagram the operating system refused to send.',
  throttled: 'An unreliable packet held back by the throttle.',
  'too-many-duplicate-peers': 'A CONNECT from an address that has enough connections.',
  'truncated-command': 'The rest of a datagram that ends within a command.',
  'unheard-packet': 'A packet that nobody listened for before the connection ended.',
  'unknown-acknowledge': 'An acknowledgement of nothing in flight, most often one that came twice.',
  'unknown-command': 'The rest of a datagram from a command on that does not exist.',
  'unknown-peer': 'A datagram for a peer that is not connected.',
  'unrequested-time': 'A command that wants an acknowledgement in a datagram without a sent time.',
  'waiting-data': 'A packet refused because too much waits already; a reliable one comes again.',
  window: 'A packet numbered too far ahead or behind.',
  'wrong-address': 'A datagram for a peer from another address than its own.',
  'wrong-session': 'A datagram of an earlier connection.',
} as const;

export type DropReason = keyof typeof dropReasons;

/** Counters that only grow. */
export class Statistics {
  datagramsSent = 0;
  datagramsReceived = 0;
  bytesSent = 0;
  bytesReceived = 0;
  packetsSent = 0;
  packetsReceived = 0;
  /** Reliable commands that were sent again. */
  retransmissions = 0;
  /** How often each thing was dropped; reasons that never occurred are 0. */
  readonly drops: Record<DropReason, number> = Object.fromEntries(
    Object.keys(dropReasons).map((reason) => [reason, 0]),
  ) as Record<DropReason, number>;
}
