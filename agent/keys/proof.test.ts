import { createHmac, createSecretKey } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '../wire/json.ts';
import { canonicalJson } from './canonical-json.ts';
import { type ProvenCommand, prove, provingKey, signedText, takeProof } from './proof.ts';

const json = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json>;
/** What JSON can say of a value; JSON knows no negative nought. */
const plain = (value: Json) => JSON.parse(JSON.stringify(value)) as Json;

/** The same value with the keys of its objects in another order. */
function shuffled(value: Json): Json {
  if (Array.isArray(value)) return (value as Json[]).map(shuffled);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, inner]) => [key, shuffled(inner as Json)]),
  );
}

describe('canonical JSON', () => {
  it('says the same value, however it was written and read in between', () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(plain(value));
        expect(canonicalJson(JSON.parse(JSON.stringify(value, undefined, 2)) as Json)).toBe(
          canonicalJson(value),
        );
        expect(canonicalJson(shuffled(value))).toBe(canonicalJson(value));
      }),
      { numRuns: 500 },
    );
  });

  it('says different values differently', () => {
    fc.assert(
      fc.property(json, json, (one, other) => {
        const same = isDeepStrictEqual(plain(one), plain(other));
        expect(canonicalJson(one) === canonicalJson(other)).toBe(same);
      }),
      { numRuns: 500 },
    );
  });

  it.each<[string, string]>([
    ['1.0', '1'],
    ['1e3', '1000'],
    ['-0', '0'],
    ['0.1', '0.1'],
    ['0.10000000000000001', '0.1'],
    ['1e21', '1e+21'],
    ['1e-7', '1e-7'],
    ['333333333.33333329', '333333333.3333333'],
    ['9007199254740993', '9007199254740992'],
    ['"\\u20ac\\/"', '"€/"'],
    ['"\\u000f\\n"', '"\\u000f\\n"'],
    ['{"b": 2, "a": [true, null]}', '{"a":[true,null],"b":2}'],
    ['{"\\u20ac": 1, "\\r": 2, "1": 3, "\\ud83d\\ude00": 4}', '{"\\r":2,"1":3,"€":1,"😀":4}'],
  ])('writes %s as RFC 8785 does', (text, canonical) => {
    expect(canonicalJson(JSON.parse(text) as Json)).toBe(canonical);
  });
});

const secret = createSecretKey(Buffer.from('000102030405060708090a0b0c0d0e0f', 'hex'));
const keys = [
  { name: 'other', secret: createSecretKey(Buffer.alloc(32, 7)) },
  { name: 'ann', secret },
];
const command: ProvenCommand = {
  nonce: 'a nonce',
  entity: 'greenhouse',
  request: 'write_property',
  target: 'grow_light.on',
  value: true,
};

describe('a proof', () => {
  it('is the HMAC-SHA-256 of a list that names nonce, appliance, request, target and value', () => {
    const text = '["allo-agent command 1","a nonce","greenhouse","write_property","grow_light.on",true]';
    expect(signedText(command)).toBe(text);
    expect(prove(secret, command)).toEqual({
      nonce: 'a nonce',
      proof: createHmac('sha256', secret).update(text).digest('hex'),
    });
    // As `openssl dgst -sha256 -mac HMAC -macopt hexkey:000102030405060708090a0b0c0d0e0f` has it.
    expect(prove(secret, command).proof).toBe(
      '6c3853ae975f7f33e55fe4a300c126853f51c62e64c93a8d1b22293a575769ba',
    );
  });

  it('names the key it was made with', () => {
    const { proof } = prove(secret, command);
    expect(provingKey(keys, command, proof)?.name).toBe('ann');
    expect(provingKey(keys, command, proof.toUpperCase())?.name).toBe('ann');
    expect(provingKey(keys.slice(0, 1), command, proof)).toBeUndefined();
  });

  it.each(['', 'abc', 'zz'.repeat(32), '00'.repeat(32), '00'.repeat(33)])('is not %j', (proof) => {
    expect(provingKey(keys, command, proof)).toBeUndefined();
  });

  it('is for one command alone', () => {
    const text = fc.string({ maxLength: 8 });
    const any = fc.record({ nonce: text, entity: text, request: text, target: text, value: json });
    fc.assert(
      fc.property(any, any, (one, other) => {
        const { proof } = prove(secret, one);
        const same = canonicalJson(Object.values(one)) === canonicalJson(Object.values(other));
        expect(provingKey(keys, other, proof) !== undefined).toBe(same);
        expect(provingKey(keys, { ...one, nonce: `${one.nonce}"` }, proof)).toBeUndefined();
      }),
    );
  });

  it('stands last among the arguments, and nothing else is taken for one', () => {
    const proof = { nonce: 'a', proof: 'b' };
    expect(takeProof([true, proof])).toEqual({ args: [true], proof });
    for (const args of [
      [],
      [true],
      [proof, true],
      [{ ...proof, more: 1 }],
      [{ nonce: 1, proof: 'b' }],
      [{ nonce: 'a' }],
    ])
      expect(takeProof(args)).toEqual({ args, proof: undefined });
  });
});
