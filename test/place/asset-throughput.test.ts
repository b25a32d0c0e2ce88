import { mkdtemp, open, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { dialEnet, listenEnet } from '../../agent/connection/enet.ts';
import { EmbeddedPlace } from '../../agent/embedded-place/embedded-place.ts';
import { DiskAssetStore } from '../../agent/place/assets/disk-store.ts';
import { PlaceSession } from '../../agent/place/session.ts';
import { systemTime } from '../../agent/time/system-time.ts';
import { ASSET_CHUNK } from '../../agent/wire/asset.ts';
import { dialects } from '../../agent/wire/dialect.ts';
import { noise } from '../support/asset-stage.ts';

const MEBIBYTE = 1024 * 1024;
/** MiB of the asset; `ASSET_MIB=64` measures what the protocol was made for. */
const PARTS = Number(process.env.ASSET_MIB ?? 16);
/** What the process takes besides, garbage included. */
const SLACK = 64 * MEBIBYTE;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'allo-throughput-'));
});
afterEach(() => rm(folder, { recursive: true }));

it(`${PARTS} MiB go through a place over ENet, from file to file, without being held in memory`, async () => {
  const file = await open(join(folder, 'model.glb'), 'w');
  for (let part = 0; part < PARTS; part++) await file.writeFile(noise(ASSET_CHUNK, part + 1));
  await file.close();
  const dialect = dialects.documented;
  const place = new EmbeddedPlace({ name: 'Garden', time: systemTime, dialect });
  const anywhere = { host: '127.0.0.1', port: 0 };
  const listener = await listenEnet(anywhere, place.channels, (connection) => place.accept(connection));
  const join_ = (displayName: string, cache: string) => {
    const session = new PlaceSession({
      address: listener.address,
      dialect,
      identity: { displayName },
      avatar: {},
      dial: dialEnet,
      time: systemTime,
      assetStore: new DiskAssetStore(join(folder, cache)),
    });
    session.start();
    return session;
  };
  const [ada, bob] = [join_('Ada', 'ada'), join_('Bob', 'bob')];
  const { id, size } = await ada.assets.offer(join(folder, 'model.glb'));
  await expect.poll(() => place.agents.length).toBe(2);
  const before = process.memoryUsage().rss;
  let most = 0;
  const measure = setInterval(() => {
    most = Math.max(most, process.memoryUsage().rss - before);
  }, 5);
  const began = systemTime.now();
  const asset = await bob.assets.fetch(id);
  const seconds = (systemTime.now() - began) / 1000;
  clearInterval(measure);
  expect(asset).toMatchObject({ id, size: PARTS * MEBIBYTE });
  expect(await readdir(join(folder, 'bob'))).toEqual([id.slice('asset:sha256:'.length)]);
  expect((await stat(join(folder, 'bob', id.slice('asset:sha256:'.length)))).size).toBe(size);
  console.info(
    `${(PARTS / seconds).toFixed(1)} MiB/s to the place and on; ${(most / MEBIBYTE).toFixed(0)} MiB of memory ` +
      `at most for source, place (which keeps all ${PARTS}) and receiver in one process`,
  );
  // The place holds the asset once; source and receiver hold a few parts each.
  expect(most).toBeLessThan(PARTS * MEBIBYTE + SLACK);
  await Promise.all([ada.stop(), bob.stop()]);
  place.stop();
  await listener.close(1000);
});
