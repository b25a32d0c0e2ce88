import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DiskAssetStore } from '../agent/place/assets/disk-store.ts';
import { bytesSource } from '../agent/place/assets/source.ts';
import { dialects } from '../agent/wire/dialect.ts';
import { noise } from './support/asset-stage.ts';
import { VisitStage } from './support/visit-stage.ts';

let stage: VisitStage;
let folder: string;

beforeEach(async () => {
  stage = await VisitStage.open();
  folder = await mkdtemp(join(tmpdir(), 'allo-assets-'));
});

afterEach(async () => {
  await stage.close();
  await rm(folder, { recursive: true });
});

/** Lets time pass, and files be read, until a command has printed a line. */
async function printed(lines: readonly string[], pattern: RegExp): Promise<string> {
  const find = () => lines.find((line) => pattern.test(line));
  await expect.poll(() => stage.time.advance(5).then(find), { interval: 4 }).toBeDefined();
  return find()!;
}

/** Lets time pass, and files be removed, until a command has ended. */
async function tidiedUp(done: Promise<void>): Promise<void> {
  let over = false;
  void done.then(() => {
    over = true;
  });
  await expect.poll(() => stage.time.advance(5).then(() => over), { interval: 4 }).toBe(true);
}

describe('visitors', () => {
  it('offer a file to each other, and fetch it', async () => {
    const bytes = noise(1_500_000);
    await writeFile(join(folder, 'lamp.glb'), bytes);
    const offering = stage.start('offer', join(folder, 'lamp.glb'));
    const id = (await printed(offering.lines, /^asset:sha256:/)).slice(0, 77);
    const out = join(folder, 'copy.glb');
    const fetching = stage.start('fetch', id, '--out', out);
    expect(await printed(fetching.lines, /bytes in/)).toMatch(/^1500000 bytes in .*copy\.glb, after/);
    await stage.settled(fetching.done);
    expect((await readFile(out)).equals(bytes)).toBe(true);
    expect(await readdir(folder)).toEqual(['copy.glb', 'lamp.glb']);
    expect(offering.lines.slice(1)).toEqual([
      `sent ${join(folder, 'lamp.glb')} up to byte 1048576 of 1500000`,
      `sent ${join(folder, 'lamp.glb')} up to byte 1500000 of 1500000`,
    ]);
    offering.interrupt();
    await stage.settled(offering.done);
  });

  it('are told as JSON what became of it', async () => {
    await writeFile(join(folder, 'a'), 'a lamp');
    const offering = stage.start('offer', join(folder, 'a'), '--json', '--push');
    const { id, event } = JSON.parse(await printed(offering.lines, /offered/));
    expect({ event, id }).toEqual({
      event: 'offered',
      id: expect.stringMatching(/^asset:sha256:[0-9a-f]{64}$/),
    });
    expect(JSON.parse(await printed(offering.lines, /sent/))).toMatchObject({ id, start: 0, length: 6 });
    const fetching = stage.start('fetch', id, '--json', '--out', join(folder, 'b'));
    expect(JSON.parse(await printed(fetching.lines, /size/))).toMatchObject({
      id,
      size: 6,
      file: join(folder, 'b'),
    });
    await stage.settled(fetching.done);
    offering.interrupt();
    await stage.settled(offering.done);
  });

  describe('whose cache', () => {
    const digest = bytesSource(noise(1_500_000)).id.slice(-64);

    it.each<[string, () => Promise<unknown>]>([
      ['is no folder', () => writeFile(join(folder, 'cache'), '')],
      ['has something in the way', () => mkdir(join(folder, 'cache', digest), { recursive: true })],
    ])('%s fetch all the same, and are told', async (_what, prepare) => {
      await prepare();
      stage.assetStore = new DiskAssetStore(join(folder, 'cache'));
      await writeFile(join(folder, 'lamp.glb'), noise(1_500_000));
      const offering = stage.start('offer', join(folder, 'lamp.glb'));
      const id = (await printed(offering.lines, /^asset:sha256:/)).slice(0, 77);
      const fetching = stage.start('fetch', id, '--out', join(folder, 'copy.glb'));
      await printed(fetching.lines, /^1500000 bytes in/);
      await tidiedUp(fetching.done);
      expect((await readFile(join(folder, 'copy.glb'))).equals(noise(1_500_000))).toBe(true);
      expect(fetching.warnings).toEqual([expect.stringMatching(/without the cache: .*ALLO_E_ASSET_STORE/)]);
      expect((await readdir(folder)).sort()).toEqual(['cache', 'copy.glb', 'lamp.glb']);
    });
  });

  it('are told at once where a place knows no assets', async () => {
    await stage.close();
    stage = await VisitStage.open(dialects.v2);
    await writeFile(join(folder, 'a'), 'a lamp');
    const offering = stage.start('offer', join(folder, 'a'));
    await expect(stage.settled(offering.done)).rejects.toMatchObject({ code: 'ALLO_E_ASSET_UNSUPPORTED' });
    expect(offering.lines).toEqual([]);
  });

  it('do not wait for ever for a place that is gone', async () => {
    // Alone, nobody is told what there is not.
    await stage.stopAppliances();
    const fetching = stage.start('fetch', `asset:sha256:${'0'.repeat(64)}`, '--out', 'x', '--timeout', '10');
    await stage.visitorToJoin();
    stage.killPlace();
    await expect(stage.settled(fetching.done)).rejects.toMatchObject({ code: 'ALLO_E_ASSET_TIMEOUT' });
  });

  it('are told why there is nothing', async () => {
    const fetching = stage.run('fetch', `asset:sha256:${'0'.repeat(64)}`, '--out', join(folder, 'x'));
    await expect(fetching).rejects.toMatchObject({ code: 'ALLO_E_ASSET_UNAVAILABLE' });
    await expect(stage.run('fetch', 'lamp.glb', '--out', 'x')).rejects.toMatchObject({
      code: 'ALLO_E_ASSET_ID',
    });
    await expect(stage.run('offer', join(folder, 'x'))).rejects.toMatchObject({
      code: 'ALLO_E_ASSET_SOURCE',
    });
    expect(await readdir(folder)).toEqual([]);
  });
});
