import { describe, expect, it } from 'vitest';
import { decodeClock, encodeClock, serverFieldOf } from './clock.ts';
import { type Dialect, dialects } from './dialect.ts';
import { decodeIntent, encodeIntent, restingIntent } from './intent.ts';
import { decodeMedia, encodeMedia } from './media.ts';
import { decodeState, encodeState, type StatePacket } from './state.ts';

const documented: Dialect = dialects.documented;
const endless: Dialect = { ...documented, packetEnd: '' };
const bytes = (text: string) => new TextEncoder().encode(text);

function text(outcome: { ok: true; value: Uint8Array } | { ok: false }): string {
  return outcome.ok ? new TextDecoder().decode(outcome.value) : 'refused';
}

describe('state', () => {
  const packets: StatePacket[] = [
    { style: 'set', revision: 1, entities: { a: { id: 'a', components: {} } } },
    { style: 'merge', revision: 2, from: 1, entities: { a: null } },
    {
      style: 'apply',
      revision: 2,
      from: 1,
      operations: [
        { op: 'add', path: '/entities/a/components/text', value: null },
        { op: 'move', path: '/entities/b', from: '/entities/a' },
        { op: 'remove', path: '/entities/b' },
      ],
    },
  ];

  it.each(packets)('of style $style arrives as it was sent', (packet) => {
    const encoded = encodeState(packet, documented);
    expect(encoded.ok && encoded.value.at(-1)).toBe(10);
    expect(encoded.ok && decodeState(encoded.value)).toEqual({ ok: true, value: packet });
  });

  it('without a style is a set, and may list its entities', () => {
    expect(decodeState(bytes('{"revision":3,"entities":[{"id":"a","components":{}}]}'))).toEqual({
      ok: true,
      value: { style: 'set', revision: 3, entities: { a: { id: 'a', components: {} } } },
    });
  });

  it.each([
    ['ALLO_E_WIRE_SHAPE', '[]'],
    ['ALLO_E_WIRE_SHAPE', '{"revision":1}'],
    ['ALLO_E_WIRE_SHAPE', '{"revision":1,"entities":[{"components":{}}]}'],
    ['ALLO_E_WIRE_SHAPE', '{"revision":1,"patch_style":"guess","patch_from":0}'],
    [
      'ALLO_E_WIRE_SHAPE',
      '{"revision":1,"patch_style":"apply","patch_from":0,"patches":[{"op":"add","path":"/x"}]}',
    ],
    [
      'ALLO_E_WIRE_SHAPE',
      '{"revision":1,"patch_style":"apply","patch_from":0,"patches":[{"op":"grow","path":"/x"}]}',
    ],
    ['ALLO_E_WIRE_NUMBER', '{"revision":-1,"entities":{}}'],
    ['ALLO_E_WIRE_NUMBER', '{"revision":1.5,"entities":{}}'],
    ['ALLO_E_WIRE_NUMBER', '{"revision":9007199254740992,"entities":{}}'],
    ['ALLO_E_WIRE_NUMBER', '{"revision":1,"patch_style":"merge","entities":{}}'],
  ])('is rejected with %s: %s', (code, packet) => {
    expect(decodeState(bytes(packet))).toMatchObject({ ok: false, code });
  });
});

describe('an intent', () => {
  it('is always written whole', () => {
    expect(text(encodeIntent({ ...restingIntent, ackStateRevision: 5 }, documented))).toBe(
      '{"cmd":"intent","intent":{"zmovement":0,"xmovement":0,"yaw":0,"pitch":0,' +
        '"wants_stick_movement":false,"poses":{},"ack_state_rev":5}}\n',
    );
  });

  it('arrives as it was sent', () => {
    const matrix = Array.from({ length: 16 }, (_, i) => i / 2);
    const intent = { ...restingIntent, yaw: 1.5, poses: { head: { matrix } }, ackStateRevision: 2 ** 40 };
    const encoded = encodeIntent(intent, documented);
    expect(encoded.ok && decodeIntent(encoded.value)).toEqual({ ok: true, value: intent });
  });

  it('is completed on arrival', () => {
    expect(
      decodeIntent(bytes('{"cmd":"intent","intent":{"yaw":1,"poses":{"head":{"matrix":[1]}}}}')),
    ).toEqual({
      ok: true,
      value: { ...restingIntent, yaw: 1 },
    });
  });

  it.each([
    { yaw: Number.NaN },
    { zmovement: undefined as unknown as number },
    { ackStateRevision: 1.5 },
    { ackStateRevision: -1 },
    { poses: { head: { matrix: [1, 2, 3] } } },
  ])('is not sent broken: %j', (broken) => {
    expect(encodeIntent({ ...restingIntent, ...broken }, documented).ok).toBe(false);
  });
});

describe('media', () => {
  const packet = { trackId: 0xdeadbeef, payload: new Uint8Array([1, 2, 10]) };

  it('is a big-endian track id, the payload and the end of the dialect', () => {
    expect(encodeMedia(packet, documented)).toEqual({
      ok: true,
      value: new Uint8Array([0xde, 0xad, 0xbe, 0xef, 1, 2, 10, 10]),
    });
  });

  it.each([documented, endless])('arrives as it was sent, whatever it ends in', (dialect) => {
    const encoded = encodeMedia(packet, dialect);
    expect(encoded.ok && decodeMedia(encoded.value, dialect)).toEqual({ ok: true, value: packet });
  });

  it.each([
    ['ALLO_E_WIRE_MEDIA_SHORT', [0, 0, 0, 1, 10]],
    ['ALLO_E_WIRE_MEDIA_SHORT', []],
    ['ALLO_E_WIRE_END', [0, 0, 0, 1, 1, 2, 3]],
  ])('is rejected with %s: %j', (code, packetBytes) => {
    expect(decodeMedia(new Uint8Array(packetBytes), documented)).toMatchObject({ ok: false, code });
  });

  it.each([
    ['ALLO_E_WIRE_MEDIA_SHORT', { ...packet, payload: new Uint8Array(2) }],
    ['ALLO_E_WIRE_TOO_LARGE', { ...packet, payload: new Uint8Array(70_000) }],
    ['ALLO_E_WIRE_NUMBER', { ...packet, trackId: 2 ** 32 }],
    ['ALLO_E_WIRE_NUMBER', { ...packet, trackId: 0.5 }],
  ])('is not sent: %s', (code, refused) => {
    expect(encodeMedia(refused, documented)).toMatchObject({ ok: false, code });
  });
});

describe('a clock packet', () => {
  it('names its fields as the dialect does', () => {
    const deployed = { ...endless, clockFields: { client: 'client_time', server: 'server_time' } };
    expect(text(encodeClock({ clientClock: 1.25 }, documented))).toBe('{"client_clock":1.25}\n');
    expect(text(encodeClock({ clientClock: 1, serverClock: 2 }, deployed))).toBe(
      '{"client_time":1,"server_time":2}',
    );
  });

  it.each(['{"client_clock":1,"server_clock":2}\n', '{"client_time":1,"server_time":2}'])(
    'is understood in both spellings: %s',
    (packet) => {
      expect(decodeClock(bytes(packet))).toEqual({ ok: true, value: { clientClock: 1, serverClock: 2 } });
    },
  );

  it.each(['{}', '[]', '{"client_clock":"1"}', '{"client_clock":1,"server_clock":"2"}'])(
    'is rejected: %s',
    (packet) => {
      expect(decodeClock(bytes(packet))).toMatchObject({ ok: false, code: 'ALLO_E_WIRE_SHAPE' });
    },
  );

  it.each([
    ['{"client_clock":1,"server_clock":2}\n', 'server_clock'],
    ['{"client_time":1,"server_time":2}', 'server_time'],
    ['{"client_clock":1,"server_time":2}\n', 'server_time'],
    ['{"server_time":2,"client_time":null}', 'server_time'],
    ['{"client_clock":1,"server_clock":2,"server_time":2}', undefined],
    ['{"client_clock":1,"server_clock":"2"}', undefined],
    ['{"client_clock":1}', undefined],
    ['["server_time"]', undefined],
    ['server_time', undefined],
  ])('tells under which name it has the time of the place: %s, %s', (packet, field) => {
    expect(serverFieldOf(bytes(packet))).toBe(field);
  });
});
