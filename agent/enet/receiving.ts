import { settleTerms } from './handshake.ts';
import type { HostPeer } from './host-peer.ts';
import type { HostSettings } from './host-settings.ts';
import { type Acknowledge, CONTROL_CHANNEL, type Command } from './protocol.ts';

/**
 * Acts on one command from a peer. False when the rest of its datagram must not be read, nor the command
 * acknowledged: it was faulty, or came too early, or there was no room for it.
 */
export function receiveCommand(peer: HostPeer, command: Command, now: number, host: HostSettings): boolean {
  switch (command.type) {
    case 'acknowledge':
      return receiveAcknowledge(peer, command, now);
    case 'connect':
      // Only ever good as the first command to "no peer", where the host has taken it.
      return refuse(peer);
    case 'verify-connect':
      if (peer.state !== 'connecting') return true;
      if (!settleTerms(peer, command)) {
        peer.drop('bad-verification');
        peer.end('remote', 0);
        return false;
      }
      peer.outgoing.acknowledge(CONTROL_CHANNEL, 1);
      peer.establish();
      return true;
    case 'disconnect':
      receiveDisconnect(peer, command.data, command.acknowledge);
      return true;
  }
  if (!peer.connected) return refuse(peer);
  switch (command.type) {
    case 'ping':
      return true;
    case 'bandwidth-limit':
      peer.limitBandwidth(command.incomingBandwidth, command.outgoingBandwidth);
      return true;
    case 'throttle-configure': {
      const { interval, acceleration, deceleration } = command;
      peer.throttling.settings = { interval, acceleration, deceleration };
      return true;
    }
  }
  const channel = peer.incoming[command.channel];
  if (channel === undefined) {
    peer.drop('no-channel');
    return false;
  }
  if ('payload' in command && command.payload.length > host.maximumPacketSize) {
    peer.drop('oversize');
    return false;
  }
  switch (command.type) {
    case 'send-reliable':
      return channel.receiveReliable(command);
    case 'send-fragment':
      return channel.receiveFragment(command);
    case 'send-unreliable':
      return channel.receiveUnreliable(command);
    case 'send-unreliable-fragment':
      return channel.receiveUnreliableFragment(command);
    case 'send-unsequenced': {
      const verdict = peer.unsequenced.check(command.group);
      if (verdict !== 'new') {
        peer.drop(verdict);
        return true;
      }
      if (!peer.waiting.take(command.payload.length, 0, false)) {
        peer.drop('waiting-data');
        return false;
      }
      peer.unsequenced.mark(command.group);
      peer.deliver({ channel: command.channel, data: command.payload, kind: 'unsequenced' });
      return true;
    }
  }
}

function refuse(peer: HostPeer): boolean {
  peer.drop('early-command');
  return false;
}

/** Whether a command that arrived is answered with an acknowledgement, given the state it left the peer in. */
export function isAcknowledged(peer: HostPeer, command: Command): boolean {
  switch (peer.state) {
    case 'connecting':
    case 'connected':
    case 'disconnect-later':
      return true;
    case 'acknowledging-disconnect':
      return command.type === 'disconnect';
    default:
      return false;
  }
}

function receiveAcknowledge(peer: HostPeer, command: Acknowledge, now: number): boolean {
  const { channel, receivedSequence } = command;
  const roundTrip = measureRoundTrip(peer, command, now);
  if (roundTrip === undefined) {
    peer.drop('future-acknowledge');
    return true;
  }
  const { roundTrip: estimate, throttling } = peer;
  if (estimate.sampled) throttling.follow(roundTrip, estimate);
  estimate.sample(roundTrip, now, throttling.settings.interval);
  peer.lastAcknowledged = now;
  peer.outgoing.heard();
  const acknowledged = peer.outgoing.acknowledge(channel, receivedSequence);
  if (acknowledged === undefined) peer.drop('unknown-acknowledge');
  switch (peer.state) {
    case 'acknowledging-connect':
      if (acknowledged?.type !== 'verify-connect') return refuse(peer);
      peer.establish();
      return true;
    case 'disconnecting':
      if (acknowledged?.type !== 'disconnect') return refuse(peer);
      peer.end('local');
      return true;
  }
  return true;
}

/**
 * Milliseconds since the acknowledged command left: exact where it is still in flight and was not sent again
 * since, else as whole as the wire has it. Undefined for a time that is yet to come.
 */
function measureRoundTrip(peer: HostPeer, command: Acknowledge, now: number): number | undefined {
  const { channel, receivedSequence, receivedSentTime } = command;
  const sent = peer.outgoing.sentTime(channel, receivedSequence);
  if (sent !== undefined && (Math.floor(sent) & 0xffff) === receivedSentTime) return now - sent;
  const elapsed = (Math.floor(now) - receivedSentTime) & 0xffff;
  return elapsed < 0x8000 ? Math.max(1, elapsed) : undefined;
}

function receiveDisconnect(peer: HostPeer, data: number, acknowledge: boolean): void {
  switch (peer.state) {
    case 'acknowledging-disconnect':
      return;
    case 'disconnecting':
      // Both sides said it at once.
      peer.end('local', undefined, acknowledge);
      return;
    case 'connected':
    case 'disconnect-later':
      if (acknowledge) peer.acknowledgeDisconnect(data);
      else peer.end('remote', data);
      return;
    default:
      peer.end('remote', data, acknowledge);
  }
}
