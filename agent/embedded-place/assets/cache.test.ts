import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { noise } from '../../../test/support/asset-stage.ts';
import { ASSET_CHUNK } from '../../wire/asset.ts';
import { AssetCache, AssetContent } from './cache.ts';

const [ada, eve] = [1, 2];

describe('the content of an asset', () => {
  it.each([1, 999, 70_000, ASSET_CHUNK, 2 * ASSET_CHUNK + 5])(
    'comes in pieces of %i bytes, and is whole',
    (piece) => {
      const bytes = noise(2 * ASSET_CHUNK + 12_345).subarray(
        0,
        Math.min(2 * ASSET_CHUNK + 12_345, piece * 5_000),
      );
      const content = new AssetContent(bytes.length);
      for (let at = 0; at < bytes.length; at += piece) content.append(bytes.subarray(at, at + piece));
      expect(content.length).toBe(bytes.length);
      expect(content.digest()).toBe(createHash('sha256').update(bytes).digest('hex'));
    },
  );

  it('costs at most twice what has come, and no more than it will be', () => {
    const content = new AssetContent(2 ** 26);
    for (const length of [1, 5_000, 600_000, ASSET_CHUNK + 5_000, 2 ** 25 + 1])
      expect(content.cost(length)).toBeLessThanOrEqual(2_048 + 2 * length);
    expect(content.cost(2 ** 26)).toBe(1_024 + 2 ** 26);
    expect(new AssetContent(700_000).cost(600_000)).toBe(1_024 + 700_000);
  });
});

describe('a cache', () => {
  it('is not used up by what is only claimed', () => {
    const cache = new AssetCache(2 ** 27);
    for (let n = 0; n < 192; n++) cache.append(cache.begin(2 ** 26, eve)!, new Uint8Array(1));
    const content = cache.begin(2 ** 26, ada)!;
    for (let part = 0; part < 64; part++) expect(cache.append(content, noise(ASSET_CHUNK))).toBe('taken');
  });

  it('leaves a quarter of itself to others, whatever one agent sends, unless it is one asset', () => {
    const cache = new AssetCache(1_000_000);
    const pieces = Array.from({ length: 9 }, () => cache.append(cache.begin(500_000, eve)!, noise(130_000)));
    expect(pieces.filter((outcome) => outcome === 'taken')).toHaveLength(5);
    expect(pieces.filter((outcome) => outcome === 'greedy')).toHaveLength(4);
    expect(cache.append(cache.begin(200_000, ada)!, noise(200_000))).toBe('taken');
    const single = new AssetCache(1_000_000);
    expect(single.append(single.begin(990_000, eve)!, noise(990_000))).toBe('taken');
  });

  it('has its room again once something is given up or kept', () => {
    const cache = new AssetCache(1_000_000);
    for (let n = 0; n < 20; n++) {
      const dropped = cache.begin(900_000, eve)!;
      expect(cache.append(dropped, noise(900_000))).toBe('taken');
      cache.drop(dropped);
      const kept = cache.begin(900_000, eve)!;
      expect(cache.append(kept, noise(900_000))).toBe('taken');
      cache.keep(`${n}`, kept);
    }
    expect(cache.get('18')).toBeUndefined();
    expect(cache.get('19')?.length).toBe(900_000);
  });
});
