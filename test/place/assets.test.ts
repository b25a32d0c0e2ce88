import { describe, expect, it } from 'vitest';
import type { AlloError } from '../../agent/errors.ts';
import { MemoryAssetStore } from '../../agent/place/assets/memory-store.ts';
import { type AssetSource, bytesSource } from '../../agent/place/assets/source.ts';
import type { PlaceSession } from '../../agent/place/session.ts';
import { ASSET_CHUNK, type AssetRange } from '../../agent/wire/asset.ts';
import { type Dialect, dialects } from '../../agent/wire/dialect.ts';
import { AssetStage, noise } from '../support/asset-stage.ts';
import { PlainAssetAgent } from '../support/plain-asset-agent.ts';

const HELLO = 'asset:sha256:5a09e8fa9c77807b24e99c9cf999debfad8441e269eb960e201f61fc3de20d5a';
const NOWHERE = `asset:sha256:${'0'.repeat(64)}`;
const all: readonly Dialect[] = Object.values(dialects);

async function contentOf(asset: AssetSource): Promise<Buffer> {
  return Buffer.from(await asset.read(0, asset.size));
}

describe.each(all.filter(({ assets }) => assets))('assets in a place of the dialect $name', (dialect) => {
  it('go from who offers them to who fetches them, part by part', async () => {
    const stage = await AssetStage.open(dialect);
    const [ada, bob] = [await stage.join('Ada'), await stage.join('Bob')];
    const bytes = noise(2 * ASSET_CHUNK + 500_000);
    const { id, size } = await ada.assets.offer(bytes);
    const sent: AssetRange[] = [];
    const heard: number[] = [];
    ada.assets.observe({ sent: (_id, range) => void sent.push(range) });
    const asset = await stage.soon(
      bob.assets.fetch(id, { progress: (received, total) => void heard.push(received / total) }),
    );
    expect({ id: asset.id, size: asset.size }).toEqual({ id, size });
    expect((await contentOf(asset)).equals(bytes)).toBe(true);
    expect(sent).toEqual([
      { start: 0, length: ASSET_CHUNK },
      { start: ASSET_CHUNK, length: ASSET_CHUNK },
      { start: 2 * ASSET_CHUNK, length: 500_000 },
    ]);
    expect(heard.at(-1)).toBe(1);
    expect(stage.place.faults.entries()).toEqual([]);
  });

  it('are kept by the place when who offered them is gone', async () => {
    const stage = await AssetStage.open(dialect);
    const [ada, bob, eve] = [await stage.join('Ada'), await stage.join('Bob'), await stage.join('Eve')];
    const { id } = await ada.assets.offer(noise(100_000));
    await stage.soon(bob.assets.fetch(id));
    await stage.soon(ada.stop());
    expect((await stage.soon(eve.assets.fetch(id))).size).toBe(100_000);
  });

  it('begin with the one that every place has', async () => {
    const stage = await AssetStage.open(dialect);
    const ada = await stage.join('Ada');
    expect((await contentOf(await stage.soon(ada.assets.fetch(HELLO)))).toString()).toBe('Hello World!\0');
  });

  it('time out where nobody is there to be asked', async () => {
    const stage = await AssetStage.open(dialect);
    const ada = await stage.join('Ada');
    const before = stage.time.now();
    await expect(stage.soon(ada.assets.fetch(NOWHERE, { timeout: 8_000 }))).rejects.toMatchObject({
      code: 'ALLO_E_ASSET_TIMEOUT',
    });
    expect(stage.time.now() - before).toBeGreaterThanOrEqual(8_000);
  });

  it('are said not to be there once nobody has them', async () => {
    const stage = await AssetStage.open(dialect);
    const [ada] = [await stage.join('Ada'), await stage.join('Bob'), await stage.join('Eve')];
    await expect(stage.soon(ada.assets.fetch(NOWHERE))).rejects.toMatchObject({
      code: 'ALLO_E_ASSET_UNAVAILABLE',
    });
  });

  it('wait for a place, and go on where they were after it was lost', async () => {
    const stage = await AssetStage.open(dialect);
    const [ada, bob] = [await stage.join('Ada'), await stage.join('Bob')];
    const bytes = noise(3 * ASSET_CHUNK + 1);
    const { id } = await ada.assets.offer(bytes);
    const heard: number[] = [];
    stage.network.options.bytesPerSecond = 4 * ASSET_CHUNK;
    const fetching = bob.assets.fetch(id, { progress: (received) => void heard.push(received) });
    await stage.until(() => heard.length === 2);
    stage.kill();
    await stage.until(() => bob.status.state !== 'joined' && ada.status.state !== 'joined');
    await stage.openPlace();
    expect((await contentOf(await stage.soon(fetching))).equals(bytes)).toBe(true);
    expect(heard).toEqual([1, 2, 3, 3 + 1 / ASSET_CHUNK].map((parts) => parts * ASSET_CHUNK));
  });

  it('arrive once for all who fetch the same', async () => {
    const stage = await AssetStage.open(dialect);
    const [ada, bob] = [await stage.join('Ada'), await stage.join('Bob')];
    const { id } = await ada.assets.offer(noise(10_000));
    let sent = 0;
    ada.assets.observe({ sent: () => void sent++ });
    const [one, other] = await stage.soon(Promise.all([bob.assets.fetch(id), bob.assets.fetch(id)]));
    expect(one).toBe(other);
    expect(await bob.assets.fetch(id)).toBeDefined();
    expect(sent).toBe(1);
  });

  it('come from another who has them when the source vanishes in the middle', async () => {
    const stage = await AssetStage.open(dialect);
    const [ada, bob, eve] = [await stage.join('Ada'), await stage.join('Bob'), await stage.join('Eve')];
    const bytes = noise(3 * ASSET_CHUNK);
    const sessions = { ada, eve };
    const sent: (keyof typeof sessions)[] = [];
    let id = '';
    for (const name of ['ada', 'eve'] as const) {
      ({ id } = await sessions[name].assets.offer(bytes));
      sessions[name].assets.observe({ sent: () => void sent.push(name) });
    }
    stage.network.options.bytesPerSecond = 4 * ASSET_CHUNK;
    const fetching = bob.assets.fetch(id);
    const source = () =>
      (['ada', 'eve'] as const).find((name) => sent.filter((who) => who === name).length > 1);
    await stage.until(() => source() !== undefined);
    await stage.soon(sessions[source()!].stop());
    expect((await contentOf(await stage.soon(fetching))).equals(bytes)).toBe(true);
  });

  it('are given up when the last who waits does', async () => {
    const stage = await AssetStage.open(dialect);
    const ada = await stage.join('Ada');
    const [first, second] = [new AbortController(), new AbortController()];
    const one = ada.assets.fetch(NOWHERE, { signal: first.signal });
    const other = ada.assets.fetch(NOWHERE, { signal: second.signal, timeout: 60_000 });
    other.catch(() => {});
    first.abort(new Error('enough'));
    await expect(one).rejects.toThrow('enough');
    await stage.time.advance(30_000);
    second.abort(new Error('enough of it'));
    await expect(other).rejects.toThrow('enough of it');
    await stage.soon(ada.stop());
    await expect(ada.assets.fetch(NOWHERE, { signal: AbortSignal.abort() })).rejects.toThrow();
  });

  it('that the place was told to have are pushed, where that is of use', async () => {
    const stage = await AssetStage.open(dialect);
    const [ada, bob] = [await stage.join('Ada'), await stage.join('Bob')];
    const { id } = await ada.assets.offer(noise(1_500_000));
    expect(ada.assets.push(id)).toBe(dialect.assets?.unasked);
    await stage.time.advance(1_000);
    await stage.soon(ada.stop());
    const fetched = await stage.soon(bob.assets.fetch(id, { timeout: 2_000 })).then(
      (asset) => asset.size,
      (error: { code: string }) => error.code,
    );
    expect(fetched).toBe(dialect.assets?.unasked === 'cached' ? 1_500_000 : 'ALLO_E_ASSET_TIMEOUT');
  });

  it('that are waited for can be pushed by who came later', async () => {
    const stage = await AssetStage.open(dialect);
    const bob = await stage.join('Bob');
    const bytes = noise(1_500_000);
    const late = new MemoryAssetStore(4_000_000);
    const ada = await stage.join('Ada', { assetStore: late });
    const { id, withdraw } = await ada.assets.offer(bytes);
    await stage.soon(ada.stop());
    withdraw();
    const fetching = bob.assets.fetch(id);
    await stage.time.advance(100);
    const eve = await stage.join('Eve');
    await eve.assets.offer(bytes);
    eve.assets.push(id);
    expect((await stage.soon(fetching)).size).toBe(bytes.length);
  });
});

describe.each(all.filter(({ assets }) => !assets))('in a place of the dialect $name', (dialect) => {
  it('assets are out of reach, which is said at once', async () => {
    const stage = await AssetStage.open(dialect);
    const ada: PlaceSession = await stage.join('Ada');
    const { id } = await ada.assets.offer(noise(10));
    const code = 'ALLO_E_ASSET_UNSUPPORTED';
    await expect(stage.soon(ada.assets.fetch(NOWHERE), 100)).rejects.toMatchObject({ code });
    expect(() => ada.assets.push(id)).toThrow(expect.objectContaining({ code }));
  });
});

it('of which a wrong length was heard before is said not to be there', async () => {
  const stage = await AssetStage.open(dialects.v3, { assetCacheSize: 2_001_500 });
  const eve = await PlainAssetAgent.join(stage, 'Eve');
  const bob = await stage.join('Bob');
  const bytes = noise(5_000);
  const { id } = bytesSource(bytes);
  const fetched = bob.assets.fetch(id).catch((error: AlloError) => error.code);
  await stage.time.advance(20);
  eve.give(id, 0, noise(77, 9));
  expect(await stage.soon(fetched)).toBe('ALLO_E_ASSET_CORRUPT');
  // What the place holds wrongly has to go.
  const other = noise(2_000_000, 3);
  const otherId = bytesSource(other).id;
  await eve.serve(otherId, other, () => void bob.assets.fetch(otherId).catch(() => {}));
  await bob.assets.offer(bytes);
  const refused: string[] = [];
  bob.assets.observe({ refused: (which, reason) => void refused.push(`${which} ${reason}`) });
  const ada = await stage.join('Ada');
  const asked = ada.assets.fetch(id);
  await stage.time.advance(20);
  eve.refuse(id);
  await expect(stage.soon(asked)).rejects.toMatchObject({ code: 'ALLO_E_ASSET_UNAVAILABLE' });
  expect(refused).toEqual([`${id} another length of it is known`]);
});
