import type { Utterance } from './lethal-specimens.ts';
import { facts, type PlaceKind } from './referee.ts';
import { asset } from './strict-place.ts';

/** The packet of an utterance as somebody would write it who checks nothing. */
export function rawPacket(place: PlaceKind, utterance: Utterance): { channel: number; bytes: Uint8Array } {
  const { channels, end, clock } = facts[place];
  const on = (use: (typeof channels)[number]) => {
    const channel = channels.indexOf(use);
    // Where it has none: the number the other places have it on.
    return channel >= 0 ? channel : facts.documented.channels.indexOf(use);
  };
  const text = (json: unknown) => new TextEncoder().encode(JSON.stringify(json) + end);
  if ('bytes' in utterance) return { channel: on(utterance.on), bytes: utterance.bytes };
  if ('interaction' in utterance) {
    const { kind, from, to, requestId, body } = utterance.interaction;
    return { channel: on('interactions'), bytes: text(['interaction', kind, from, to, requestId, body]) };
  }
  if ('intent' in utterance) {
    const { ackStateRevision, wantsStickMovement, ...numbers } = utterance.intent;
    const intent = { ...numbers, wants_stick_movement: wantsStickMovement, ack_state_rev: ackStateRevision };
    return { channel: on('state'), bytes: text({ cmd: 'intent', intent }) };
  }
  if ('clock' in utterance) {
    const { clientClock, serverClock } = utterance.clock;
    return { channel: on('clock'), bytes: text({ [clock]: clientClock, server_time: serverClock }) };
  }
  if ('media' in utterance) {
    const { trackId, payload } = utterance.media;
    const ending = new TextEncoder().encode(end);
    const bytes = new Uint8Array(4 + payload.length + ending.length);
    new DataView(bytes.buffer).setUint32(0, trackId);
    bytes.set(payload, 4);
    bytes.set(ending, 4 + payload.length);
    return { channel: on('media'), bytes };
  }
  const packet = utterance.asset;
  const { id } = packet;
  switch (packet.kind) {
    case 'request':
      return {
        channel: on('assets'),
        bytes: asset(1, { id, range: [packet.range?.start, packet.range?.length] }, new Uint8Array()),
      };
    case 'data': {
      const header = { id, range: [packet.start, packet.body.length], total_length: packet.total };
      return { channel: on('assets'), bytes: asset(2, header, packet.body) };
    }
    case 'failure': {
      const header = { id, error_code: packet.code, error_reason: packet.reason };
      return { channel: on('assets'), bytes: asset(3, header, new Uint8Array()) };
    }
  }
}
