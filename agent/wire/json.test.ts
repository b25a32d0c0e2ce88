import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeJson, encodeJson, type Json, type JsonLimits, MOST_KEYS } from './json.ts';

const limits: JsonLimits = { bytes: 200, depth: 3, stringLength: 20, items: 4 };
const bytes = (text: string) => new TextEncoder().encode(text);
const text = (data: Uint8Array) => new TextDecoder().decode(data);

describe('reading JSON from a packet', () => {
  it.each(['{"a":1}', '{"a":1}\n', '{"a":1}\r\n'])(
    'takes %j: the end of the packet does not matter',
    (packet) => {
      expect(decodeJson(bytes(packet), limits)).toEqual({ ok: true, value: { a: 1 } });
    },
  );

  it.each([
    ['ALLO_E_WIRE_JSON', ''],
    ['ALLO_E_WIRE_JSON', '{"a":1}\0'],
    ['ALLO_E_WIRE_JSON', '{"a":'],
    ['ALLO_E_WIRE_DEPTH', '[[[[1]]]]'],
    ['ALLO_E_WIRE_NUMBER', '[1e999]'],
    ['ALLO_E_WIRE_TOO_LARGE', ' '.repeat(201)],
    ['ALLO_E_WIRE_TOO_LONG', '[1,2,3,4,5]'],
    ['ALLO_E_WIRE_TOO_LONG', '{"a":1,"b":1,"c":1,"d":1,"e":1}'],
    ['ALLO_E_WIRE_TOO_LONG', `["${'x'.repeat(21)}"]`],
    ['ALLO_E_WIRE_TOO_LONG', `{"${'x'.repeat(21)}":1}`],
  ])('rejects with %s: %j', (code, packet) => {
    expect(decodeJson(bytes(packet), limits)).toMatchObject({ ok: false, code });
  });

  it.each(['{"a":{"__proto__":{"x":1},"b":2}}', '{"a":{"\\u005f_proto__":{"x":1},"b":2}}'])(
    'leaves out a prototype: %s',
    (packet) => {
      const decoded = decodeJson(bytes(packet), limits);
      expect(decoded).toEqual({ ok: true, value: { a: { b: 2 } } });
    },
  );

  it('takes no object so wide that copying it would stall the reader', () => {
    const wide: JsonLimits = { bytes: 1 << 23, depth: 3, stringLength: 20, items: 1 << 20 };
    const object = (keys: number) => `{${Array.from({ length: keys }, (_, i) => `"${i}":0`).join(',')}}`;
    expect(decodeJson(bytes(object(MOST_KEYS)), wide).ok).toBe(true);
    expect(decodeJson(bytes(object(MOST_KEYS + 1)), wide)).toMatchObject({ code: 'ALLO_E_WIRE_TOO_LONG' });
  });

  it('survives nesting that would overflow the stack', () => {
    const depth = 200_000;
    const packet = bytes('['.repeat(depth) + ']'.repeat(depth));
    const wide = { ...limits, bytes: packet.length };
    expect(decodeJson(packet, wide)).toMatchObject({ ok: false, code: 'ALLO_E_WIRE_DEPTH' });
    const poisoned = bytes(`${'['.repeat(depth)}"__proto__"${']'.repeat(depth)}`);
    expect(decodeJson(poisoned, { ...limits, bytes: poisoned.length }).ok).toBe(false);
  });

  it('shows broken UTF-8 as U+FFFD', () => {
    expect(decodeJson(new Uint8Array([0x22, 0xff, 0x22]), limits)).toEqual({ ok: true, value: '\ufffd' });
  });
});

describe('writing JSON into a packet', () => {
  it('ends the packet as it is told', () => {
    const encoded = encodeJson({ a: [1, null] }, '\n', limits);
    expect(encoded.ok && text(encoded.value)).toBe('{"a":[1,null]}\n');
  });

  it('replaces what readers in C choke on, and nothing else', () => {
    const encoded = encodeJson({ a: '\0 \ud800 \\u0000 \u0001 😀' }, '', limits);
    expect(encoded.ok && text(encoded.value)).toBe('{"a":"\ufffd \ufffd \\\\u0000 \\u0001 😀"}');
  });

  it.each([
    ['ALLO_E_WIRE_NUMBER', { a: Number.NaN }],
    ['ALLO_E_WIRE_JSON', [undefined as unknown as Json]],
    ['ALLO_E_WIRE_JSON', { a: (() => 1) as unknown as Json }],
    ['ALLO_E_WIRE_DEPTH', [[[[1]]]]],
    ['ALLO_E_WIRE_SHAPE', JSON.parse('{"__proto__":1}') as Json],
    [
      'ALLO_E_WIRE_TOO_LARGE',
      ['ååååååååååååååååååå', 'ååååååååååååååååååå', 'ååååååååååååååååååå', '12345678901234567890'],
    ],
  ])('refuses with %s', (code, value) => {
    const narrow = { ...limits, bytes: 120 };
    expect(encodeJson(value, '\n', narrow)).toMatchObject({ ok: false, code });
  });

  const fail = () => {
    throw new Error('broken');
  };
  const revoked = Proxy.revocable({}, {});
  revoked.revoke();
  it.each<[string, unknown]>([
    ['a getter', Object.defineProperty({}, 'n', { get: fail, enumerable: true })],
    ['toJSON', Object.create({ toJSON: fail })],
    ['a proxy', new Proxy({}, { ownKeys: fail })],
    ['a revoked proxy', revoked.proxy],
  ])('refuses what throws while it is written: %s', (_what, value) => {
    expect(encodeJson([value as Json], '', limits)).toMatchObject({ ok: false, code: 'ALLO_E_WIRE_JSON' });
  });

  it('refuses a value that holds itself', () => {
    const loop: { self?: Json } = {};
    loop.self = loop as Json;
    expect(encodeJson(loop as Json, '', limits)).toMatchObject({ code: 'ALLO_E_WIRE_DEPTH' });
  });

  it('reads back what it wrote', () => {
    const wide: JsonLimits = { bytes: 1 << 20, depth: 64, stringLength: 1 << 16, items: 1 << 16 };
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        const json = JSON.parse(JSON.stringify(value)) as Json;
        if (JSON.stringify(json).includes('__proto__')) return;
        const encoded = encodeJson(json, '\n', wide);
        expect(encoded.ok && decodeJson(encoded.value, wide)).toEqual({
          ok: true,
          value: JSON.parse(JSON.stringify(json).replaceAll('\\u0000', '\ufffd')),
        });
      }),
    );
  });
});
