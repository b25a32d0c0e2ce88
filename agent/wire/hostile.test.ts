import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeAsset } from './asset.ts';
import { decodeClock } from './clock.ts';
import { dialects } from './dialect.ts';
import { decodeIntent } from './intent.ts';
import { decodeInteraction } from './interaction.ts';
import { decodeMedia } from './media.ts';
import { rejections } from './rejection.ts';
import { decodeState } from './state.ts';

const decoders = {
  interaction: decodeInteraction,
  state: decodeState,
  intent: decodeIntent,
  asset: decodeAsset,
  clock: decodeClock,
  media: (bytes: Uint8Array) => decodeMedia(bytes, dialects.documented),
};

const key = fc.constantFrom(
  ...[
    'cmd',
    'interact',
    'from_entity',
    'to_entity',
    'intent',
    'poses',
    'matrix',
    'ack_state_rev',
    'revision',
  ],
  ...[
    'patch_style',
    'patch_from',
    'patches',
    'entities',
    'client_clock',
    'server_time',
    '__proto__',
    'op',
    'path',
  ],
);
const word = fc.constantFrom(
  'interaction',
  'request',
  'oneway',
  'set',
  'merge',
  'apply',
  'intent',
  'interact',
  'add',
  '',
);

/** JSON made of the words of the protocol, so that it gets further than noise does. */
const { value: plausible } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    word,
    fc.constantFrom(null, true, 0, -1, 1.5, 1e308, 2 ** 53),
    fc.array(tie('value'), { maxLength: 7 }),
    fc.dictionary(key, tie('value'), { maxKeys: 6 }),
    fc.jsonValue({ maxDepth: 2 }),
  ),
}));

describe.each(Object.entries(decoders))('bytes of a stranger as %s', (_name, decode) => {
  function expectVerdict(bytes: Uint8Array): void {
    const verdict = decode(bytes);
    if (!verdict.ok) expect(rejections).toHaveProperty(verdict.code);
  }

  it('get a verdict if they are noise', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), expectVerdict), { numRuns: 1000 });
  });

  it('get a verdict if they are JSON', () => {
    fc.assert(
      fc.property(plausible, (value) => expectVerdict(new TextEncoder().encode(JSON.stringify(value)))),
      { numRuns: 2000 },
    );
  });
});

it('leaves every prototype as it was', () => {
  expect(Object.keys(Object.prototype)).toEqual([]);
  expect(({} as Record<string, unknown>).entities).toBeUndefined();
});
