import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AssetStage } from '../../test/support/asset-stage.ts';
import type { PlaceSession } from '../place/session.ts';
import { dialects } from '../wire/dialect.ts';
import { AvatarModel } from './avatar-model.ts';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'allo-model-'));
  file = join(folder, 'lamp.glb');
});
afterEach(() => rm(folder, { recursive: true }));

const plate = { type: 'hardcoded-model', name: 'plate' };

/** A lamp in a place, a visitor who sees it, and what the lamp logged. */
async function lampAndVisitor() {
  const stage = await AssetStage.open(dialects.v4);
  const lamp = await stage.join('Lamp', { avatar: { geometry: plate } });
  const visitor = await stage.join('Visitor');
  const said: string[] = [];
  const note = (_fields: object, message: string) => void said.push(message);
  const model = new AvatarModel(lamp, file, { info: note, warn: note });
  return { stage, lamp, visitor, model, said };
}

function seen(visitor: PlaceSession, { status }: PlaceSession) {
  return visitor.world.entities.get(status.avatarId ?? '')?.components.geometry;
}

describe('the model of an avatar', () => {
  it('is what visitors see, and can fetch, until its file changes', async () => {
    const { stage, lamp, visitor, model, said } = await lampAndVisitor();
    await writeFile(file, 'glTF');
    await model.start();
    const name = `asset:sha256:${createHash('sha256').update('glTF').digest('hex')}`;
    await stage.until(() => JSON.stringify(seen(visitor, lamp)) === JSON.stringify({ type: 'asset', name }));
    const fetching = visitor.assets.fetch(name);
    let size = 0;
    void fetching.then((asset) => {
      size = asset.size;
    });
    await expect.poll(() => stage.time.advance(5).then(() => size), { interval: 4 }).toBe(4);
    await writeFile(file, 'other');
    lamp.assets.receive({ kind: 'request', id: name, range: { start: 0, length: 1 } });
    await expect
      .poll(() => stage.time.advance(5).then(() => seen(visitor, lamp)), { interval: 4 })
      .toEqual(plate);
    expect(said).toEqual([
      'offering the model of the avatar',
      'the model of the avatar is offered no longer',
    ]);
    model.stop();
  });

  it('is left out where its file cannot be read', async () => {
    const { stage, lamp, visitor, model, said } = await lampAndVisitor();
    await model.start();
    await stage.time.advance(500);
    expect(seen(visitor, lamp)).toEqual(plate);
    expect(said).toEqual(['the avatar has no model']);
  });
});
