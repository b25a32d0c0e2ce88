import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dialects } from './dialect.ts';
import { type Body, decodeInteraction, encodeInteraction, type Interaction } from './interaction.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const poke: Interaction = { kind: 'request', from: 'a', to: 'b', requestId: '7', body: ['poke', true] };

describe('an interaction', () => {
  it('is a list of six and a newline', () => {
    const encoded = encodeInteraction(poke, dialects.documented);
    expect(encoded.ok && new TextDecoder().decode(encoded.value)).toBe(
      '["interaction","request","a","b","7",["poke",true]]\n',
    );
  });

  it('is understood with or without the newline, and with both spellings of one-way', () => {
    const oneWay: Interaction = { ...poke, kind: 'one-way', requestId: '' };
    expect(decodeInteraction(bytes('["interaction","one-way","a","b","",["poke",true]]\n'))).toEqual({
      ok: true,
      value: oneWay,
    });
    expect(decodeInteraction(bytes('["interaction","oneway","a","b","",["poke",true]]'))).toEqual({
      ok: true,
      value: { ...oneWay, spelling: 'oneway' },
    });
  });

  it('is passed on in the spelling it came in', () => {
    const packet = bytes('["interaction","oneway","a","b","",["poke",true]]\n');
    const decoded = decodeInteraction(packet);
    expect(decoded.ok && encodeInteraction(decoded.value, dialects.documented)).toEqual({
      ok: true,
      value: packet,
    });
  });

  it('may carry numbers or null where an id belongs', () => {
    expect(
      decodeInteraction(bytes('["interaction","response","place",null,7,["announce","x","y"]]')),
    ).toEqual({
      ok: true,
      value: { kind: 'response', from: 'place', to: '', requestId: '7', body: ['announce', 'x', 'y'] },
    });
  });

  it.each([
    ['{"cmd":"interact","interact":{"from_entity":"a","to_entity":"b","cmd":["poke",true]}}', ['poke', true]],
    [
      '{"cmd":"interact","interact":{"from_entity":"a","to_entity":"b","cmd":"[\\"poke\\",true]"}}',
      ['poke', true],
    ],
    ['{"cmd":"interact","interact":{"from_entity":"a","to_entity":"b","cmd":"hello"}}', ['hello']],
  ])('of version 0 is understood: %s', (packet, body) => {
    expect(decodeInteraction(bytes(packet))).toEqual({
      ok: true,
      value: { kind: 'one-way', from: 'a', to: 'b', requestId: '', body },
    });
  });

  it.each([
    ['ALLO_E_WIRE_BODY', '["interaction","request","a","b","7"]'],
    ['ALLO_E_WIRE_BODY', '["interaction","request","a","b","7",[]]'],
    ['ALLO_E_WIRE_BODY', '["interaction","request","a","b","7",[1]]'],
    ['ALLO_E_WIRE_BODY', '["interaction","request","a","b","7","poke"]'],
    ['ALLO_E_WIRE_SHAPE', '["interaction","rumour","a","b","7",["poke"]]'],
    ['ALLO_E_WIRE_SHAPE', '["interaction","request",{},"b","7",["poke"]]'],
    ['ALLO_E_WIRE_SHAPE', `["interaction","request","${'a'.repeat(257)}","b","7",["poke"]]`],
    ['ALLO_E_WIRE_SHAPE', '["hello"]'],
    ['ALLO_E_WIRE_SHAPE', '{"cmd":"intent"}'],
    ['ALLO_E_WIRE_SHAPE', 'null'],
  ])('is rejected with %s: %s', (code, packet) => {
    expect(decodeInteraction(bytes(packet))).toMatchObject({ ok: false, code });
  });

  it.each([
    [{ body: [] as unknown as Body }],
    [{ body: [1] as unknown as Body }],
    [{ body: 'poke' as unknown as Body }],
    [{ from: null as unknown as string }],
    [{ requestId: undefined as unknown as string }],
    [{ requestId: 7 as unknown as string }],
    [{ kind: 'rumour' as Interaction['kind'] }],
    [{ body: ['value', Number.NaN] as Body }],
  ])('is not sent in a shape that kills a place: %j', (broken) => {
    expect(encodeInteraction({ ...poke, ...broken }, dialects.documented).ok).toBe(false);
  });

  it('arrives as it was sent', () => {
    const id = fc.string({ maxLength: 30 });
    const interaction = fc.record({
      kind: fc.constantFrom('request', 'response', 'publication', 'one-way'),
      from: id,
      to: id,
      requestId: id,
      body: fc.tuple(fc.string(), fc.integer(), fc.array(fc.boolean())),
    });
    fc.assert(
      fc.property(interaction, (sent) => {
        const encoded = encodeInteraction(sent as Interaction, dialects.documented);
        expect(encoded.ok && decodeInteraction(encoded.value)).toEqual({ ok: true, value: sent });
      }),
    );
  });
});
