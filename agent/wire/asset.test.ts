import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recordings } from '../../test/support/asset-recordings.ts';
import {
  ASSET_CHUNK,
  type AssetPacket,
  assetIdOf,
  decodeAsset,
  digestIn,
  encodeAsset,
  LONGEST_ASSET,
  LONGEST_ASSET_PACKET,
} from './asset.ts';
import { rejections } from './rejection.ts';

const ID = assetIdOf('5a09e8fa9c77807b24e99c9cf999debfad8441e269eb960e201f61fc3de20d5a');

/** A packet as it would stand on the wire. */
function bytesOf(kind: number, header: string, body = '', length = header.length): Uint8Array {
  const head = [kind >> 8, kind & 255, length >> 8, length & 255];
  return Uint8Array.from([...head, ...Buffer.from(header + body)]);
}

const id = fc.oneof(
  fc.constant(ID),
  fc.string({ maxLength: 40 }).filter((text) => !text.includes('\0')),
);
const range = fc
  .tuple(fc.nat(LONGEST_ASSET - ASSET_CHUNK), fc.integer({ min: 1, max: ASSET_CHUNK }))
  .map(([start, length]) => ({ start, length }));
const packet: fc.Arbitrary<AssetPacket> = fc.oneof(
  fc.record({ kind: fc.constant('request' as const), id, range }),
  fc.record({ kind: fc.constant('request' as const), id, range, publishedBy: id }),
  fc
    .record({
      id,
      start: fc.nat(1_000),
      body: fc.uint8Array({ maxLength: 500 }),
      rest: fc.nat(LONGEST_ASSET - 1_500),
    })
    .map(({ rest, ...data }) => ({
      kind: 'data' as const,
      ...data,
      total: data.start + data.body.length + rest,
    })),
  fc.record({ kind: fc.constant('failure' as const), id, code: fc.integer({ min: 1, max: 3 }), reason: id }),
);

describe('a packet of an asset', () => {
  it('arrives as it was sent', () => {
    fc.assert(
      fc.property(packet, (sent) => {
        const encoded = encodeAsset(sent);
        if (!encoded.ok) throw new Error(encoded.detail);
        expect(decodeAsset(encoded.value)).toEqual({ ok: true, value: sent });
      }),
    );
  });

  it('never makes the decoder throw, nor believe a body of another length than its range', () => {
    const damaged = fc
      .tuple(packet, fc.array(fc.tuple(fc.nat(600), fc.nat(255)), { maxLength: 6 }), fc.nat(600))
      .map(([sent, changes, cut]) => {
        const encoded = encodeAsset(sent);
        const bytes = encoded.ok ? encoded.value : new Uint8Array();
        for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
        return cut < bytes.length ? bytes.subarray(0, cut) : bytes;
      });
    fc.assert(
      fc.property(fc.oneof(damaged, fc.uint8Array({ maxLength: 200 })), (bytes) => {
        const decoded = decodeAsset(bytes);
        if (!decoded.ok) expect(rejections).toHaveProperty(decoded.code);
        else if (decoded.value.kind === 'data') {
          const { start, body, total } = decoded.value;
          expect(start + body.length).toBeLessThanOrEqual(total);
          expect(body.length).toBeLessThanOrEqual(bytes.length);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it.each(recordings)(
    'as a $place place and its agents exchanged it is understood: $name',
    ({ bytes, header }) => {
      const decoded = decodeAsset(bytes);
      expect(decoded).toMatchObject({ ok: true, value: { id: header.id } });
      if (!decoded.ok) return;
      const { value } = decoded;
      if (value.kind === 'request')
        expect(value.range).toEqual({ start: header.range?.[0], length: header.range?.[1] });
      if (value.kind === 'data') expect([value.start, value.body.length]).toEqual(header.range);
      if (value.kind === 'failure')
        expect(value).toMatchObject({ code: header.error_code, reason: header.error_reason });
    },
  );

  it('that asks for something that is no range is understood, so that it can be answered', () => {
    for (const part of [
      '',
      ',"range":[1]',
      ',"range":[-1,2]',
      ',"range":["0",2]',
      ',"range":[0,1.5]',
      ',"range":{}',
    ])
      expect(decodeAsset(bytesOf(1, `{"id":"x"${part}}`))).toEqual({
        ok: true,
        value: { kind: 'request', id: 'x', range: undefined },
      });
  });

  it('may ask for nothing, which tells the length', () => {
    expect(decodeAsset(bytesOf(1, '{"id":"x","range":[0,0]}'))).toMatchObject({
      value: { range: { start: 0, length: 0 } },
    });
  });

  it.each([
    ['ALLO_E_WIRE_SHAPE', 'no header', new Uint8Array([0, 1])],
    ['ALLO_E_WIRE_SHAPE', 'a header that goes on beyond it', bytesOf(1, '{"id":"x"}', '', 99)],
    ['ALLO_E_WIRE_JSON', 'a header cut short', bytesOf(1, '{"id":"x"}', '', 5)],
    ['ALLO_E_WIRE_SHAPE', 'an unknown kind', bytesOf(4, '{"id":"x"}')],
    ['ALLO_E_WIRE_SHAPE', 'a list as header', bytesOf(1, '[]')],
    ['ALLO_E_WIRE_SHAPE', 'data without total', bytesOf(2, '{"id":"x","range":[0,1]}', 'a')],
    ['ALLO_E_WIRE_SHAPE', 'a short body', bytesOf(2, '{"id":"x","range":[0,2],"total_length":2}', 'a')],
    ['ALLO_E_WIRE_SHAPE', 'a long body', bytesOf(2, '{"id":"x","range":[0,1],"total_length":2}', 'ab')],
    [
      'ALLO_E_WIRE_NUMBER',
      'data beyond the end',
      bytesOf(2, '{"id":"x","range":[2,1],"total_length":2}', 'a'),
    ],
    ['ALLO_E_WIRE_SHAPE', 'a failure without code', bytesOf(3, '{"id":"x","error_reason":"no"}')],
    ['ALLO_E_WIRE_TOO_LARGE', 'more than any packet', new Uint8Array(LONGEST_ASSET_PACKET + 1)],
  ])('is rejected with %s: %s', (code, _what, bytes) => {
    expect(decodeAsset(bytes)).toMatchObject({ ok: false, code });
  });

  const data = { kind: 'data', id: ID, start: 0, total: 4, body: new Uint8Array(4) } as const;
  const request = { kind: 'request', id: ID, range: { start: 0, length: 1 } } as const;
  it.each<[string, AssetPacket]>([
    ['a body beyond the end', { ...data, start: 1 }],
    ['a body longer than a part', { ...data, total: 2 * ASSET_CHUNK, body: new Uint8Array(ASSET_CHUNK + 1) }],
    ['an asset of 2 GiB', { ...data, total: 2 ** 31 }],
    ['half a byte', { ...data, start: 0.5 }],
    ['a request for nothing', { ...request, range: { start: 0, length: 0 } }],
    ['a request for no range', { ...request, range: undefined }],
    ['a request beyond 2 GiB', { ...request, range: { start: 2 ** 31 - 1, length: 1 } }],
    ['a request before the beginning', { ...request, range: { start: -1, length: 2 } }],
    ['a failure of an unknown code', { kind: 'failure', id: ID, code: 4, reason: 'x' }],
    ['an endless id', { ...request, id: 'x'.repeat(257) }],
  ])('is not sent: %s', (_what, refused) => {
    expect(encodeAsset(refused).ok).toBe(false);
  });
});

it.each(['asset:sha256:', ID.toUpperCase(), `${ID}0`, `${ID}\n`, ` ${ID}`, 'hello', ''])(
  '%j is not the id of an asset',
  (text) => expect(digestIn(text)).toBeUndefined(),
);
