import { mkdtemp, rm, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { noise } from '../../../test/support/asset-stage.ts';
import { ScriptedAssetPlace } from '../../../test/support/scripted-asset-place.ts';
import { ASSET_CHUNK, AssetFailureCode } from '../../wire/asset.ts';

const NOWHERE = `asset:sha256:${'0'.repeat(64)}`;

describe('an offered asset', () => {
  it('is given in parts of at most a mebibyte, whatever is asked for', async () => {
    const place = new ScriptedAssetPlace();
    const bytes = noise(ASSET_CHUNK + 10);
    const { id } = await place.assets.offer(bytes);
    place.ask(id, 0, 2 ** 31 - 1);
    place.ask(id, ASSET_CHUNK - 3, 5);
    place.ask(id, ASSET_CHUNK, ASSET_CHUNK);
    await place.time.advance(100);
    expect(place.delivered.map(({ start, body, total }) => [start, body.length, total])).toEqual([
      [0, ASSET_CHUNK, bytes.length],
      [ASSET_CHUNK - 3, 5, bytes.length],
      [ASSET_CHUNK, 10, bytes.length],
    ]);
    for (const { start, body } of place.delivered)
      expect(Buffer.from(body).equals(bytes.subarray(start, start + body.length))).toBe(true);
  });

  it('tells its length to who asks for nothing of it', async () => {
    const place = new ScriptedAssetPlace();
    const { id } = await place.assets.offer(noise(7));
    place.ask(id, 0, 0);
    await place.time.advance(1);
    expect(place.sent).toEqual([{ kind: 'data', id, start: 0, total: 7, body: new Uint8Array(0) }]);
  });

  it('is refused with the code for it where it is not there, or not asked for properly', async () => {
    const place = new ScriptedAssetPlace();
    const { id } = await place.assets.offer(noise(7));
    place.ask(NOWHERE, 0, 1);
    place.ask(id, 7, 1);
    place.assets.receive({ kind: 'request', id, range: undefined });
    place.ask('hello', 0, 1);
    const { notAvailable, malformed, notSupported } = AssetFailureCode;
    expect(place.sent.map((packet) => packet.kind === 'failure' && packet.code)).toEqual([
      notAvailable,
      malformed,
      malformed,
      notSupported,
    ]);
  });

  it('is refused where its link does not let it out, also to the observer, but to nobody who did not ask', async () => {
    const place = new ScriptedAssetPlace();
    const refused: string[] = [];
    place.assets.observe({ refused: (_id, reason) => void refused.push(reason) });
    const { id } = await place.assets.offer(noise(7));
    place.refusesData = true;
    place.assets.push(id);
    await place.time.advance(1);
    expect([place.sent, refused]).toEqual([[], ['another length of it is known']]);
    place.ask(id, 0, 7);
    await place.time.advance(1);
    expect(place.sent).toMatchObject([{ kind: 'failure', id, code: AssetFailureCode.notAvailable }]);
    expect(refused).toHaveLength(2);
  });

  it('is no longer given once it is withdrawn', async () => {
    const place = new ScriptedAssetPlace();
    const { id, withdraw } = await place.assets.offer(noise(7));
    place.ask(id, 0, 7);
    await place.time.advance(100);
    withdraw();
    place.ask(id, 0, 7);
    await place.time.advance(100);
    expect(place.sent.map(({ kind }) => kind)).toEqual(['data', 'failure']);
  });

  it('waits while much else is on its way, and does not pile up behind it', async () => {
    const place = new ScriptedAssetPlace();
    const { id } = await place.assets.offer(noise(4 * ASSET_CHUNK));
    place.queued = ASSET_CHUNK;
    for (let part = 0; part < 4; part++) place.ask(id, part * ASSET_CHUNK, ASSET_CHUNK);
    await place.time.advance(60_000);
    expect(place.sent).toEqual([]);
    place.queued = 0;
    await place.time.advance(100);
    expect(place.delivered.map(({ start }) => start / ASSET_CHUNK)).toEqual([0, 1, 2, 3]);
  });

  it('takes turns with the others, however much is asked of one', async () => {
    const place = new ScriptedAssetPlace();
    const [greedy, modest] = [
      await place.assets.offer(noise(100, 1)),
      await place.assets.offer(noise(100, 2)),
    ];
    place.queued = ASSET_CHUNK;
    for (let part = 0; part < 10; part++) place.ask(greedy.id, part * 10, 10);
    place.ask(modest.id, 0, 100);
    place.queued = 0;
    await place.time.advance(100);
    const turn = place.delivered.findIndex(({ id }) => id === modest.id);
    expect(turn).toBeGreaterThanOrEqual(0);
    expect(turn).toBeLessThan(3);
    expect(place.delivered).toHaveLength(11);
  });

  it('is not queued without end: what is beyond is refused, and the same twice is given once', async () => {
    const place = new ScriptedAssetPlace();
    const { id } = await place.assets.offer(noise(1_000));
    place.queued = ASSET_CHUNK;
    for (let start = 0; start < 500; start++) place.ask(id, start, 1);
    for (let n = 0; n < 500; n++) place.ask(id, 0, 1_000);
    expect(place.sent.every((packet) => packet.kind === 'failure')).toBe(true);
    expect(place.counters.get('ALLO_E_ASSET_BUSY')).toBeGreaterThan(400);
    place.queued = 0;
    await place.time.advance(1_000);
    expect(place.delivered.length).toBeLessThan(20);
  });

  it('is not sent into a place that was left meanwhile', async () => {
    const place = new ScriptedAssetPlace();
    const { id } = await place.assets.offer(noise(10));
    place.queued = ASSET_CHUNK;
    place.ask(id, 0, 10);
    await place.time.advance(100);
    place.assets.leave();
    place.queued = 0;
    await place.time.advance(100);
    expect(place.sent).toEqual([]);
    expect(place.time.pending).toBe(0);
    place.assets.enter(place);
    place.ask(id, 0, 10);
    await place.time.advance(100);
    expect(place.delivered).toHaveLength(1);
  });
});

describe('an offered file', () => {
  let folder: string;
  let path: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'allo-offer-'));
    path = join(folder, 'model.glb');
  });
  afterEach(() => rm(folder, { recursive: true }));

  /** Asks for the beginning, and waits for what comes of it. */
  async function answerTo(place: ScriptedAssetPlace, id: string): Promise<string | undefined> {
    const before = place.sent.length;
    place.ask(id, 0, 5);
    await expect.poll(() => place.time.advance(20).then(() => place.sent.length)).toBeGreaterThan(before);
    const last = place.sent.at(-1);
    return last?.kind === 'data' ? Buffer.from(last.body).toString() : last?.kind;
  }

  it.each([
    ['is changed', () => writeFile(path, 'other')],
    ['grows', () => writeFile(path, 'alloy')],
    ['vanishes', () => unlink(path)],
  ])('is given until it %s, and then no more', async (_what, change) => {
    const place = new ScriptedAssetPlace();
    const withdrawn: string[] = [];
    place.assets.observe({ withdrawn: (_id, { code }) => void withdrawn.push(code) });
    await writeFile(path, 'hallo');
    const { id } = await place.assets.offer(path);
    expect(await answerTo(place, id)).toBe('hallo');
    await change();
    expect(await answerTo(place, id)).toBe('failure');
    expect(await answerTo(place, id)).toBe('failure');
    expect(withdrawn).toEqual(['ALLO_E_ASSET_SOURCE']);
  });

  it.each([
    ['is missing', async () => {}],
    ['is empty', () => writeFile(path, '')],
  ])('that %s is refused', async (_what, prepare) => {
    await prepare();
    const offering = new ScriptedAssetPlace().assets.offer(path);
    await expect(offering).rejects.toMatchObject({ code: 'ALLO_E_ASSET_SOURCE' });
  });

  it('that is a folder is refused', async () => {
    const offering = new ScriptedAssetPlace().assets.offer(folder);
    await expect(offering).rejects.toMatchObject({ code: 'ALLO_E_ASSET_SOURCE' });
  });
});
