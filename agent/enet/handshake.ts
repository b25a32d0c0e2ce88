import type { HostPeer } from './host-peer.ts';
import type { HostSettings } from './host-settings.ts';
import {
  type Connect,
  clampMtu,
  clampWindow,
  MAXIMUM_CHANNEL_COUNT,
  NO_SESSION,
  type Terms,
  tighterBandwidth,
  windowForBandwidth,
} from './protocol.ts';

/** Sessions as they were last used between a slot of this host and whoever was there. */
export interface SlotSessions {
  incomingSession: number;
  outgoingSession: number;
}

/** A CONNECT must ask for a number of channels that exists. */
export function isSoundConnect({ channelCount }: Connect): boolean {
  return isChannelCount(channelCount);
}

/** The side that connects: asks. */
export function offerTerms(
  peer: HostPeer,
  host: HostSettings,
  sessions: SlotSessions,
  channels: number,
  data: number,
): void {
  peer.openChannels(channels);
  peer.incomingSession = sessions.incomingSession;
  peer.outgoingSession = sessions.outgoingSession;
  peer.windowSize = windowForBandwidth(host.outgoingBandwidth);
  peer.queueControl({ type: 'connect', ...termsOf(peer, host), windowSize: peer.windowSize, data });
}

/** The side that is asked: takes the tighter of both sides' terms, and answers. */
export function answerTerms(
  peer: HostPeer,
  host: HostSettings,
  sessions: SlotSessions,
  offer: Connect,
): void {
  peer.openChannels(Math.min(offer.channelCount, host.channelLimit));
  peer.outgoingPeerId = offer.outgoingPeerId;
  peer.mtu = Math.min(peer.mtu, clampMtu(offer.mtu));
  peer.incomingBandwidth = offer.incomingBandwidth;
  peer.outgoingBandwidth = offer.outgoingBandwidth;
  peer.windowSize = windowForBandwidth(tighterBandwidth(host.outgoingBandwidth, offer.incomingBandwidth));
  peer.throttling.settings = {
    interval: offer.throttleInterval,
    acceleration: offer.throttleAcceleration,
    deceleration: offer.throttleDeceleration,
  };
  // What comes in for one side goes out from the other.
  peer.outgoingSession = nextSession(offer.incomingSession, sessions.outgoingSession);
  peer.incomingSession = nextSession(offer.outgoingSession, sessions.incomingSession);
  peer.queueControl({
    type: 'verify-connect',
    ...termsOf(peer, host),
    incomingSession: peer.outgoingSession,
    outgoingSession: peer.incomingSession,
    windowSize: clampWindow(Math.min(windowForBandwidth(host.incomingBandwidth), offer.windowSize)),
  });
}

/** The side that asked: takes over what was answered. False if that is no answer to what was asked. */
export function settleTerms(peer: HostPeer, answer: Terms): boolean {
  const { interval, acceleration, deceleration } = peer.throttling.settings;
  if (
    !isChannelCount(answer.channelCount) ||
    answer.throttleInterval !== interval ||
    answer.throttleAcceleration !== acceleration ||
    answer.throttleDeceleration !== deceleration ||
    answer.connectId !== peer.connectId
  )
    return false;
  peer.limitChannels(answer.channelCount);
  peer.outgoingPeerId = answer.outgoingPeerId;
  peer.incomingSession = answer.incomingSession;
  peer.outgoingSession = answer.outgoingSession;
  peer.mtu = Math.min(peer.mtu, clampMtu(answer.mtu));
  peer.windowSize = Math.min(peer.windowSize, clampWindow(answer.windowSize));
  peer.incomingBandwidth = answer.incomingBandwidth;
  peer.outgoingBandwidth = answer.outgoingBandwidth;
  return true;
}

function termsOf(peer: HostPeer, host: HostSettings): Omit<Terms, 'windowSize'> {
  const { interval, acceleration, deceleration } = peer.throttling.settings;
  return {
    outgoingPeerId: peer.id,
    incomingSession: peer.incomingSession,
    outgoingSession: peer.outgoingSession,
    mtu: peer.mtu,
    channelCount: peer.channelCount,
    incomingBandwidth: host.incomingBandwidth,
    outgoingBandwidth: host.outgoingBandwidth,
    throttleInterval: interval,
    throttleAcceleration: acceleration,
    throttleDeceleration: deceleration,
    connectId: peer.connectId,
  };
}

/** A session that neither side took part in last: datagrams still under way from before do not fit it. */
function nextSession(offered: number, last: number): number {
  const next = ((offered === NO_SESSION ? last : offered) + 1) & 3;
  return next === last ? (next + 1) & 3 : next;
}

function isChannelCount(count: number): boolean {
  return count >= 1 && count <= MAXIMUM_CHANNEL_COUNT;
}
