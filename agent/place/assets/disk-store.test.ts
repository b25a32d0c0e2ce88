import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { noise } from '../../../test/support/asset-stage.ts';
import { assetIdOf } from '../../wire/asset.ts';
import { DiskAssetStore } from './disk-store.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'allo-cache-'));
});
afterEach(async () => {
  for (const store of stores.splice(0)) await store.close();
  await rm(folder, { recursive: true, force: true });
});

const stores: DiskAssetStore[] = [];
function storeIn(directory: string, capacity?: number): DiskAssetStore {
  const store = new DiskAssetStore(directory, capacity);
  stores.push(store);
  return store;
}

const digestOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** Puts content into a store, and gives its hash. */
async function put(store: DiskAssetStore, bytes: Uint8Array): Promise<string> {
  const digest = digestOf(bytes);
  const draft = await store.draft(assetIdOf(digest), bytes.length);
  for (let at = 0; at < bytes.length; at += 1_000) await draft.write(bytes.subarray(at, at + 1_000));
  await draft.commit();
  return digest;
}

async function has(store: DiskAssetStore, digest: string): Promise<boolean> {
  return (await store.get(assetIdOf(digest))) !== undefined;
}

describe('a cache on disk', () => {
  it('gives back what was put into it, also to those who come later', async () => {
    const bytes = noise(10_000);
    const digest = await put(storeIn(folder), bytes);
    const asset = await storeIn(folder).get(assetIdOf(digest));
    expect(asset).toMatchObject({ id: assetIdOf(digest), size: 10_000 });
    expect(Buffer.from(await asset!.read(5_000, 100)).equals(bytes.subarray(5_000, 5_100))).toBe(true);
    expect(await readdir(folder)).toEqual([digest]);
  });

  it('shows nothing that is not complete, and leaves nothing of what was given up', async () => {
    const store = storeIn(folder);
    const digest = digestOf(noise(2_000));
    const draft = await store.draft(assetIdOf(digest), 2_000);
    await draft.write(noise(1_000));
    expect(await has(store, digest)).toBe(false);
    await draft.discard();
    await draft.discard();
    expect(await readdir(folder)).toEqual([]);
  });

  it('lets go of what was not used for the longest time', async () => {
    const store = storeIn(folder, 50_000);
    const digests: string[] = [];
    for (let seed = 1; seed <= 3; seed++) digests.push(await put(store, noise(10_000, seed)));
    expect(await has(store, digests[0]!)).toBe(true);
    digests.push(await put(store, noise(10_000, 4)));
    const kept = await Promise.all(digests.map((digest) => has(store, digest)));
    expect(kept).toEqual([true, false, true, true]);
    expect(await readdir(folder)).toHaveLength(3);
  });

  it('never takes more than it may, whatever was there before', async () => {
    const large = storeIn(folder, 1_000_000);
    const digests: string[] = [];
    for (let seed = 1; seed <= 6; seed++) {
      const digest = await put(large, noise(10_000, seed));
      await utimes(join(folder, digest), seed, seed);
      digests.push(digest);
    }
    const small = storeIn(folder, 30_000);
    expect(await has(small, digests[5]!)).toBe(true);
    expect((await readdir(folder)).sort()).toEqual(digests.slice(4).sort());
  });

  it('refuses what it can never hold, and what has no room beside the rest on its way', async () => {
    const store = storeIn(folder, 50_000);
    const id = (seed: number) => assetIdOf(digestOf(noise(1, seed)));
    const refused = { code: 'ALLO_E_ASSET_STORE' };
    await expect(store.draft(id(1), 50_000)).rejects.toMatchObject(refused);
    const draft = await store.draft(id(1), 30_000);
    await expect(store.draft(id(2), 30_000)).rejects.toMatchObject(refused);
    await draft.discard();
    await (await store.draft(id(2), 30_000)).discard();
  });

  it('removes what is not what its name says, and leaves other files alone', async () => {
    const store = storeIn(folder);
    const digest = await put(store, noise(10_000));
    await truncate(join(folder, digest), 5_000);
    const forged = 'f'.repeat(64);
    await writeFile(join(folder, forged), 'junk');
    await writeFile(join(folder, 'notes.txt'), 'mine');
    await mkdir(join(folder, 'e'.repeat(64)));
    const later = storeIn(folder);
    expect(await has(later, digest)).toBe(false);
    expect(await has(later, forged)).toBe(false);
    expect(await has(later, 'e'.repeat(64))).toBe(false);
    expect((await readdir(folder)).sort()).toEqual(['e'.repeat(64), 'notes.txt'].sort());
  });

  it('takes no room for what comes before it comes, however much it is said to be', async () => {
    const store = storeIn(folder, 50_000);
    const digests: string[] = [];
    for (let seed = 1; seed <= 3; seed++) digests.push(await put(store, noise(10_000, seed)));
    const draft = await store.draft(assetIdOf('d'.repeat(64)), 45_000);
    await draft.write(new Uint8Array(1_000));
    const kept = async () => (await readdir(folder)).filter((name) => digests.includes(name));
    expect(await kept()).toHaveLength(3);
    await draft.write(new Uint8Array(10_000));
    expect((await kept()).sort()).toEqual(digests.slice(1).sort());
    await draft.discard();
  });

  it('lets what was just given out be read to its end, whatever it lets go meanwhile', async () => {
    const store = storeIn(folder, 50_000);
    const fetched = [await store.get(assetIdOf(await put(store, noise(40_000))))];
    await put(store, noise(45_000, 2));
    fetched.push(await storeIn(folder).get(assetIdOf(digestOf(noise(45_000, 2)))));
    await put(storeIn(folder, 50_000), noise(44_000, 3));
    expect(await readdir(folder)).toEqual([digestOf(noise(44_000, 3))]);
    for (const [n, asset] of fetched.entries()) {
      expect((await asset!.read(0, 10_000)).length).toBe(10_000);
      const rest = await asset!.read(10_000, asset!.size - 10_000);
      expect(Buffer.from(rest).equals(noise(asset!.size, n + 1).subarray(10_000))).toBe(true);
      await expect(asset!.read(0, 1)).rejects.toMatchObject({ code: 'ALLO_E_ASSET_SOURCE' });
    }
  });

  describe('with drafts of others', () => {
    const draftOf = (pid: number, n: number) => {
      const number = (value: number) => value.toString(16).padStart(8, '0');
      return `${'a'.repeat(64)}.${number(pid)}${number(n)}.part`;
    };
    const noProcess = 0x7fff_ffff;

    it('removes those whose writer is no more, or wrote nothing for a day', async () => {
      const [left, old, fresh] = [draftOf(noProcess, 1), draftOf(process.ppid, 2), draftOf(process.ppid, 3)];
      for (const name of [left, old, fresh]) await writeFile(join(folder, name), 'x');
      const yesterday = new Date(Date.now() - 25 * 3600 * 1000);
      await utimes(join(folder, old), yesterday, yesterday);
      await has(storeIn(folder), 'c'.repeat(64));
      expect(await readdir(folder)).toEqual([fresh]);
    });

    it('takes no more together with them than it may', async () => {
      await put(storeIn(folder), noise(10_000));
      const [left, fresh] = [draftOf(noProcess, 1), draftOf(process.ppid, 2)];
      for (const name of [left, fresh]) await writeFile(join(folder, name), new Uint8Array(30_000));
      const store = storeIn(folder, 50_000);
      await expect(store.draft(assetIdOf('b'.repeat(64)), 20_000)).rejects.toMatchObject({
        code: 'ALLO_E_ASSET_STORE',
      });
      const digest = await put(store, noise(8_000, 2));
      expect((await readdir(folder)).sort()).toEqual([fresh, digest].sort());
    });
  });

  it('makes its folder, also again when somebody removed it', async () => {
    const store = storeIn(join(folder, 'deep', 'cache'));
    const digest = await put(store, noise(10));
    await rm(join(folder, 'deep'), { recursive: true });
    expect(await has(store, digest)).toBe(false);
    await put(store, noise(10));
    expect((await stat(join(folder, 'deep', 'cache', digest))).size).toBe(10);
  });

  it('says with a code what it cannot do', async () => {
    await writeFile(join(folder, 'file'), '');
    const store = storeIn(join(folder, 'file'));
    await expect(store.get(assetIdOf('0'.repeat(64)))).rejects.toMatchObject({ code: 'ALLO_E_ASSET_STORE' });
    await mkdir(join(folder, 'e'.repeat(64)));
    const inTheWay = storeIn(folder).draft(assetIdOf('e'.repeat(64)), 10);
    await expect(inTheWay).rejects.toMatchObject({ code: 'ALLO_E_ASSET_STORE' });
    await expect(store.get('../../etc/passwd')).rejects.toMatchObject({ code: 'ALLO_E_ASSET_ID' });
  });
});
