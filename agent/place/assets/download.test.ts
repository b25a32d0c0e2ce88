import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { noise } from '../../../test/support/asset-stage.ts';
import { ScriptedAssetPlace } from '../../../test/support/scripted-asset-place.ts';
import { ASSET_CHUNK, assetIdOf } from '../../wire/asset.ts';
import { MemoryAssetStore } from './memory-store.ts';

const content = noise(2 * ASSET_CHUNK + 100);
const ID = idOf(content);

function idOf(bytes: Uint8Array): string {
  return assetIdOf(createHash('sha256').update(bytes).digest('hex'));
}

/** A place of which something is being fetched. */
async function fetching(options: { timeout?: number } = {}, store?: MemoryAssetStore) {
  const place = new ScriptedAssetPlace(store);
  const progress: number[] = [];
  const outcome = place.assets
    .fetch(ID, { ...options, progress: (received) => void progress.push(received) })
    .then(
      async (asset) => Buffer.from(await asset.read(0, asset.size)).equals(content),
      (error: { code: string }) => error.code,
    );
  await place.time.advance(1);
  return { place, progress, outcome };
}

/** Answers what is asked, until nothing more is. */
async function answerAll(place: ScriptedAssetPlace, bytes = content): Promise<void> {
  for (let asked = 0; asked < place.requests.length; ) {
    asked = place.requests.length;
    place.answer(bytes);
    await place.time.advance(1);
  }
}

describe('a fetch', () => {
  it('asks for one part after the other, and never for what lies beyond the end', async () => {
    const { place, outcome } = await fetching();
    await answerAll(place);
    expect(await outcome).toBe(true);
    expect(place.asked).toEqual([
      [0, ASSET_CHUNK],
      [ASSET_CHUNK, ASSET_CHUNK],
      [2 * ASSET_CHUNK, 100],
    ]);
    expect(place.time.pending).toBe(0);
  });

  it('takes parts that are shorter than what it asked for', async () => {
    const { place, outcome } = await fetching();
    for (let at = 0; at < content.length; at += 700_000) {
      place.data(ID, at, content.subarray(at, at + 700_000), content.length);
      await place.time.advance(1);
    }
    expect(await outcome).toBe(true);
  });

  it('asks again when something else came, and goes on at once when the right part does', async () => {
    const { place, outcome } = await fetching();
    place.answer(content);
    await place.time.advance(1);
    const first = content.subarray(0, ASSET_CHUNK);
    for (let n = 0; n < 50; n++) place.data(ID, 0, first, content.length);
    await place.time.advance(400);
    expect(place.asked).toHaveLength(2);
    await place.time.advance(200);
    expect(place.asked).toEqual([
      [0, ASSET_CHUNK],
      [ASSET_CHUNK, ASSET_CHUNK],
      [ASSET_CHUNK, ASSET_CHUNK],
    ]);
    await answerAll(place);
    expect(await outcome).toBe(true);
  });

  it('asks for the beginning first when it is back and known for what it is, and then goes on', async () => {
    const { place, progress, outcome } = await fetching({ timeout: 10_000 });
    place.answer(content);
    await place.time.advance(1);
    place.assets.leave();
    await place.time.advance(3_600_000);
    place.assets.enter(place);
    const before = place.asked.length;
    await place.time.advance(60_000);
    expect(place.asked).toHaveLength(before);
    place.assets.settle();
    expect(place.asked.at(-1)).toEqual([0, 1]);
    await answerAll(place);
    expect(await outcome).toBe(true);
    expect(place.asked.slice(3)).toEqual([
      [ASSET_CHUNK, ASSET_CHUNK],
      [2 * ASSET_CHUNK, 100],
    ]);
    expect(progress).toHaveLength(3);
  });

  it('begins anew, once, when what came is not what the id says', async () => {
    const { place, outcome } = await fetching();
    const damaged = content.slice();
    damaged[5]!++;
    await answerAll(place, damaged);
    await place.time.advance(2_000);
    expect(place.asked.filter(([start]) => start === 0)).toHaveLength(2);
    await answerAll(place);
    expect(await outcome).toBe(true);
  });

  it.each([
    ['other bytes', noise(300)],
    ['another length in the middle', content.subarray(0, ASSET_CHUNK + 1)],
  ])('ends as damaged when %s come twice', async (_what, wrong) => {
    const { place, outcome } = await fetching();
    for (let attempt = 0; attempt < 2; attempt++) {
      if (wrong.length > ASSET_CHUNK) {
        place.answer(content);
        await place.time.advance(1);
      }
      await answerAll(place, wrong);
      await place.time.advance(2_000);
    }
    expect(await outcome).toBe('ALLO_E_ASSET_CORRUPT');
    expect(place.time.pending).toBe(0);
  });

  it('ends when nothing comes for too long, though it asks again now and then', async () => {
    const { place, outcome } = await fetching({ timeout: 12_000 });
    await place.time.advance(12_000);
    expect(await outcome).toBe('ALLO_E_ASSET_TIMEOUT');
    expect(place.asked).toHaveLength(3);
    expect(place.time.pending).toBe(0);
  });

  it('is not kept up by parts that bring nothing', async () => {
    const { place, outcome } = await fetching({ timeout: 5_000 });
    for (let n = 0; n < 100; n++) {
      place.data(ID, 0, new Uint8Array(0), content.length);
      place.data(ID, 7, content.subarray(7, 9), content.length);
      await place.time.advance(100);
    }
    expect(await outcome).toBe('ALLO_E_ASSET_TIMEOUT');
  });

  it('ends when the place says no', async () => {
    const { place, outcome } = await fetching();
    place.assets.receive({ kind: 'failure', id: ID, code: 1, reason: 'gone' });
    expect(await outcome).toBe('ALLO_E_ASSET_UNAVAILABLE');
  });

  it('ends when there is no room for what it claims to be', async () => {
    const { place, outcome } = await fetching({}, new MemoryAssetStore(10_000_000));
    place.data(ID, 0, content.subarray(0, 10), 2 ** 31 - 1);
    expect(await outcome).toBe('ALLO_E_ASSET_STORE');
  });

  it('waits for its place no longer than it is told to, and anew after each time there was one', async () => {
    const place = new ScriptedAssetPlace();
    const fetch = (absence: number) =>
      place.assets.fetch(ID, { absence }).catch((error: { code: string }) => [error.code, place.time.now()]);
    const asked = fetch(20_000);
    await place.time.advance(1);
    place.assets.leave();
    const askedWithout = fetch(10_000);
    await place.time.advance(12_000);
    expect(await askedWithout).toEqual(['ALLO_E_ASSET_TIMEOUT', 11_001]);
    place.assets.enter(place);
    place.assets.settle();
    place.assets.leave();
    // As when a place is dialled in vain.
    await place.time.advance(12_000);
    place.assets.leave();
    await place.time.advance(12_000);
    expect(await asked).toEqual(['ALLO_E_ASSET_TIMEOUT', 33_001]);
    expect(place.time.pending).toBe(0);
  });

  it('that waits for its turn does not outwait its place', async () => {
    const place = new ScriptedAssetPlace();
    const ids = Array.from({ length: 5 }, (_, n) => assetIdOf(`${n}`.padStart(64, '0')));
    const all = ids.map((id) => place.assets.fetch(id, { absence: 5_000 }).catch(({ code }) => code));
    await place.time.advance(1);
    place.assets.leave();
    await place.time.advance(5_000);
    expect(await Promise.all(all)).toEqual(Array(5).fill('ALLO_E_ASSET_TIMEOUT'));
  });

  it('ends when the session stops, is not begun while it is stopped, and is anew after', async () => {
    const { place, outcome } = await fetching();
    place.assets.stop();
    expect(await outcome).toBe('ALLO_E_NOT_JOINED');
    await expect(place.assets.fetch(ID)).rejects.toMatchObject({ code: 'ALLO_E_NOT_JOINED' });
    place.assets.start();
    const again = place.assets.fetch(ID);
    await place.time.advance(1);
    await answerAll(place);
    expect((await again).size).toBe(content.length);
  });

  it('is not disturbed by a listener that throws', async () => {
    const place = new ScriptedAssetPlace();
    const asset = place.assets.fetch(ID, {
      progress: () => {
        throw new Error('bad listener');
      },
    });
    await place.time.advance(1);
    await answerAll(place);
    expect((await asset).size).toBe(content.length);
    expect(place.failures).toHaveLength(3);
  });

  it('of nothing comes to nothing', async () => {
    const place = new ScriptedAssetPlace();
    const empty = place.assets.fetch(idOf(new Uint8Array(0)));
    await place.time.advance(1);
    await answerAll(place, new Uint8Array(0));
    expect((await empty).size).toBe(0);
  });
});

describe('fetches', () => {
  it('run four at a time, the others in their turn', async () => {
    const place = new ScriptedAssetPlace();
    const contents = Array.from({ length: 9 }, (_, seed) => noise(100, seed + 1));
    const byId = new Map(contents.map((bytes) => [idOf(bytes), bytes]));
    const all = Promise.all([...byId.keys()].map((id) => place.assets.fetch(id)));
    await place.time.advance(1);
    expect(place.requests).toHaveLength(4);
    for (let next = 0; next < byId.size; next++) {
      const { id } = place.requests[next]!;
      place.data(id, 0, byId.get(id)!, 100);
      await place.time.advance(1);
    }
    expect((await all).map(({ id }) => id)).toEqual([...byId.keys()]);
  });

  it('do not wait without end', async () => {
    const place = new ScriptedAssetPlace();
    const ids = Array.from({ length: 300 }, (_, n) => assetIdOf(n.toString(16).padStart(64, '0')));
    const codes = ids.map((id) => place.assets.fetch(id).catch((error: { code: string }) => error.code));
    place.assets.stop();
    const refused = (await Promise.all(codes)).filter((code) => code === 'ALLO_E_REQUEST_LIMIT');
    expect(refused).toHaveLength(300 - 256 - 4);
  });

  it('that one of several gives up go on for the others', async () => {
    const place = new ScriptedAssetPlace();
    const controller = new AbortController();
    const [one, other] = [place.assets.fetch(ID, { signal: controller.signal }), place.assets.fetch(ID)];
    await place.time.advance(1);
    controller.abort(new Error('enough'));
    await expect(one).rejects.toThrow('enough');
    await answerAll(place);
    expect((await other).size).toBe(content.length);
  });

  it('that everybody gave up begin anew when somebody asks again', async () => {
    const place = new ScriptedAssetPlace();
    const controller = new AbortController();
    const one = place.assets.fetch(ID, { signal: controller.signal });
    await place.time.advance(1);
    place.answer(content);
    controller.abort(new Error('enough'));
    const other = place.assets.fetch(ID);
    await expect(one).rejects.toThrow('enough');
    await place.time.advance(1);
    await answerAll(place);
    expect((await other).size).toBe(content.length);
  });
});

it('what nobody fetches is counted and left out', () => {
  const place = new ScriptedAssetPlace();
  place.data(ID, 0, content.subarray(0, 10), content.length);
  place.assets.receive({ kind: 'failure', id: ID, code: 1, reason: 'no' });
  expect(place.counters.entries()).toEqual([['ALLO_E_ASSET_UNASKED', 2]]);
});
