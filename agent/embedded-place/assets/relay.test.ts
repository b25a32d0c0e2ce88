import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { AssetStage, noise } from '../../../test/support/asset-stage.ts';
import { PlainAssetAgent } from '../../../test/support/plain-asset-agent.ts';
import { ASSET_CHUNK, type AssetData, assetIdOf } from '../../wire/asset.ts';
import { type Dialect, dialects } from '../../wire/dialect.ts';

const all: readonly Dialect[] = Object.values(dialects);
const content = noise(ASSET_CHUNK + 1_000);
const ID = assetIdOf(createHash('sha256').update(content).digest('hex'));
const NOWHERE = assetIdOf('0'.repeat(64));

async function stageOf(dialect: Dialect, names: readonly string[], limits = {}) {
  const stage = await AssetStage.open(dialect, limits);
  const agents: PlainAssetAgent[] = [];
  for (const name of names) agents.push(await PlainAssetAgent.join(stage, name));
  return { stage, agents: agents as [PlainAssetAgent, PlainAssetAgent, PlainAssetAgent] };
}

describe.each(all.filter(({ assets }) => assets))('a place of the dialect $name', (dialect) => {
  it('asks everybody but who wants it, and takes an asset from the first that has it', async () => {
    const { stage, agents } = await stageOf(dialect, ['wants', 'has', 'has too']);
    const [wants, first, second] = agents;
    wants.ask(ID, 0, 10);
    await stage.time.advance(20);
    expect(wants.heard).toEqual([]);
    for (const other of [first, second])
      expect(other.heard).toEqual([{ kind: 'request', id: ID, range: { start: 0, length: ASSET_CHUNK } }]);
    first.give(ID, 0, content);
    await stage.time.advance(20);
    second.give(ID, 0, content);
    await stage.time.advance(20);
    expect(first.heard.at(-1)).toMatchObject({
      kind: 'request',
      range: { start: ASSET_CHUNK, length: 1_000 },
    });
    first.give(ID, ASSET_CHUNK, content);
    await stage.time.advance(20);
    expect(second.heard).toHaveLength(1);
    const woken = dialect.assets?.wakesWith === 'asked' ? 10 : ASSET_CHUNK;
    expect(wants.heard.map(({ kind }) => kind)).toEqual(['data']);
    const { body, start, total } = wants.heard[0] as AssetData;
    expect([start, body.length, total]).toEqual([0, woken, content.length]);
    expect(Buffer.from(body).equals(content.subarray(0, woken))).toBe(true);
  });

  it('serves any range of what it holds, across its parts, cut at the end', async () => {
    const { stage, agents } = await stageOf(dialect, ['wants', 'has']);
    const [wants, has] = agents;
    await has.serve(ID, content, () => wants.ask(ID, 0, 1));
    wants.heard.length = 0;
    wants.ask(ID, ASSET_CHUNK - 5, 10);
    wants.ask(ID, ASSET_CHUNK + 900, ASSET_CHUNK);
    wants.ask(ID, 0, 0);
    wants.ask(ID, content.length, 1);
    await stage.time.advance(50);
    const parts = wants.heard.filter((packet): packet is AssetData => packet.kind === 'data');
    expect(parts.map(({ start, body }) => [start, body.length])).toEqual([
      [ASSET_CHUNK - 5, 10],
      [ASSET_CHUNK + 900, 100],
      [0, 0],
    ]);
    for (const { start, body } of parts)
      expect(Buffer.from(body).equals(content.subarray(start, start + body.length))).toBe(true);
    expect(wants.heard.at(-1)).toMatchObject({ kind: 'failure', code: 2 });
  });

  it('says no once everybody has, and asks anew when it is wanted again', async () => {
    const { stage, agents } = await stageOf(dialect, ['wants', 'has not', 'leaves']);
    const [wants, hasNot, leaves] = agents;
    for (let round = 0; round < 2; round++) {
      wants.ask(NOWHERE, 0, 1);
      await stage.time.advance(20);
      hasNot.refuse(NOWHERE);
      if (round === 0) leaves.connection.close(1001);
      await stage.time.advance(20);
      expect(wants.heard.at(-1)).toMatchObject({ kind: 'failure', code: 1 });
      expect(hasNot.heard).toHaveLength(round + 1);
    }
    expect(wants.heard).toHaveLength(2);
  });

  it('does not wait for ever for a source that falls silent, nor for one that sends nonsense', async () => {
    const { stage, agents } = await stageOf(dialect, ['wants', 'stalls', 'has']);
    const [wants, stalls, has] = agents;
    wants.ask(ID, 0, 1);
    await stage.time.advance(20);
    stalls.give(ID, 0, content);
    await stage.time.advance(10_100);
    expect(has.heard).toHaveLength(2);
    has.say({ kind: 'data', id: ID, start: 0, total: content.length, body: new Uint8Array(0) });
    await stage.time.advance(20);
    expect(wants.heard.at(-1)).toMatchObject({ kind: 'failure', code: 1 });
  });

  it('gives up on a source that sends little by little, counts it, and takes the asset from another', async () => {
    const { stage, agents } = await stageOf(dialect, ['wants', 'trickles', 'has']);
    const [wants, trickles, has] = agents;
    wants.ask(ID, 0, 10);
    await stage.time.advance(20);
    const trickle = (start: number) =>
      trickles.say({ kind: 'data', id: ID, start, total: content.length, body: new Uint8Array(1) });
    for (let start = 0; start < 2; start++) {
      trickle(start);
      await stage.time.advance(9_000);
    }
    expect(has.heard).toHaveLength(2);
    expect(Object.fromEntries(stage.place.faults.entries())).toMatchObject({ ALLO_E_AGENT_STALLED: 1 });
    // Nor is it let in again.
    trickle(0);
    await stage.time.advance(20);
    has.give(ID, 0, content);
    await stage.time.advance(20);
    has.give(ID, ASSET_CHUNK, content);
    await stage.time.advance(20);
    expect(wants.heard.map(({ kind }) => kind)).toEqual(['data']);
  });

  it('takes an asset in small pieces, as long as enough of them come', async () => {
    const { stage, agents } = await stageOf(dialect, ['wants', 'has']);
    const [wants, has] = agents;
    wants.ask(ID, 0, 10);
    await stage.time.advance(20);
    const piece = 100_000;
    for (let at = 0; at < content.length; at += piece) {
      const body = content.subarray(at, at + piece);
      has.say({ kind: 'data', id: ID, start: at, total: content.length, body });
      await stage.time.advance(900);
    }
    expect(wants.heard.map(({ kind }) => kind)).toEqual(['data']);
  });

  it('keeps room for others, whatever one agent claims or sends', async () => {
    const { stage, agents } = await stageOf(dialect, ['wants', 'claims'], { assetCacheSize: 3_000_000 });
    const [wants, claims] = agents;
    const id = (n: number) => assetIdOf(n.toString(16).padStart(64, '0'));
    const say = (n: number, body: Uint8Array) =>
      claims.say({ kind: 'data', id: id(n), start: 0, total: 2_000_000, body });
    for (let n = 0; n < 40; n++) wants.ask(id(n), 0, 1);
    await stage.time.advance(20);
    for (let n = 0; n < 20; n++) say(n, new Uint8Array(1));
    await stage.time.advance(20);
    for (let n = 20; n < 40; n++) say(n, noise(200_000, n));
    await stage.time.advance(200);
    const faults = Object.fromEntries(stage.place.faults.entries());
    expect(faults.ALLO_E_AGENT_LIMIT).toBeGreaterThan(5);
    const has = await PlainAssetAgent.join(stage, 'has');
    const small = noise(700_000);
    const smallId = assetIdOf(createHash('sha256').update(small).digest('hex'));
    await has.serve(smallId, small, () => wants.ask(smallId, 0, 1));
    expect(wants.heard.at(-1)).toMatchObject({ kind: 'data', id: smallId });
  });

  it('hands on bytes that are not what the id says only where places of its kind do', async () => {
    const { stage, agents } = await stageOf(dialect, ['wants', 'lies']);
    const [wants, lies] = agents;
    wants.ask(NOWHERE, 0, 5);
    await stage.time.advance(20);
    lies.give(NOWHERE, 0, new Uint8Array(5));
    await stage.time.advance(20);
    expect(wants.heard.at(-1)?.kind).toBe(dialect.assets?.verified ? 'failure' : 'data');
  });

  it('keeps what it holds within its bounds', async () => {
    const { stage, agents } = await stageOf(dialect, ['wants', 'has'], { assetCacheSize: 250_000 });
    const [wants, has] = agents;
    const assets = Array.from({ length: 5 }, (_, seed) => noise(100_000, seed + 1));
    const ids = assets.map((bytes) => assetIdOf(createHash('sha256').update(bytes).digest('hex')));
    for (const [n, bytes] of assets.entries())
      await has.serve(ids[n]!, bytes, () => wants.ask(ids[n]!, 0, 1));
    has.heard.length = 0;
    for (const id of [...ids].reverse()) wants.ask(id, 0, 1);
    await stage.time.advance(20);
    expect(has.heard.map(({ id }) => ids.indexOf(id))).toEqual([2, 1, 0]);
    has.say({ kind: 'data', id: ids[0]!, start: 0, total: 300_000, body: new Uint8Array(1) });
    await stage.time.advance(20);
    expect(wants.heard.at(-1)).toMatchObject({ kind: 'failure', id: ids[0] });
  });

  it('lets nobody want without end, nor send what nobody asked for', async () => {
    const { stage, agents } = await stageOf(dialect, ['greedy', 'loud']);
    const [greedy, loud] = agents;
    for (let n = 0; n < 100; n++) greedy.ask(assetIdOf(n.toString(16).padStart(64, '0')), 0, 1);
    await stage.time.advance(20);
    expect(loud.heard).toHaveLength(64);
    expect(greedy.heard).toHaveLength(36);
    for (let n = 0; n < 20; n++)
      loud.give(assetIdOf(`f${n.toString(16).padStart(63, '0')}`), 7, noise(1_000_000));
    await stage.time.advance(20);
    const faults = Object.fromEntries(stage.place.faults.entries());
    expect(faults).toMatchObject({ ALLO_E_AGENT_LIMIT: 36 });
    expect(faults.ALLO_E_AGENT_FLOOD).toBeGreaterThan(10);
  });

  it('sends a slow agent no more than it takes', async () => {
    const { stage, agents } = await stageOf(dialect, ['slow', 'has']);
    const [slow, has] = agents;
    await has.serve(ID, content, () => slow.ask(ID, 0, 1));
    await stage.time.advance(1_000);
    slow.heard.length = 0;
    stage.network.options.bytesPerSecond = ASSET_CHUNK;
    for (let n = 0; n < 1_000; n++) slow.ask(ID, 0, ASSET_CHUNK);
    await stage.time.advance(4_500);
    expect(slow.heard.length).toBeLessThan(6);
    expect(Object.fromEntries(stage.place.faults.entries()).ALLO_E_AGENT_FLOOD).toBeGreaterThan(900);
    slow.connection.close(1001);
    await stage.time.advance(5_000);
    expect(stage.place.agents).toHaveLength(1);
  });
});
