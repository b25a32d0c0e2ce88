import type { HeapProfiler } from 'node:inspector';
import { Session } from 'node:inspector/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../wire/json.ts';
import type { StatePacket } from '../../wire/state.ts';
import { World } from '../world.ts';
import { StateHistory } from './history.ts';

/*
 * Work is counted, not timed: how often each block of this room and of the world ran, and how many bytes were
 * allocated, since what the engine does by itself (copying an object) is no block.
 */
const inspector = new Session();

beforeAll(() => inspector.connect());
afterAll(() => inspector.disconnect());

interface Work {
  readonly blocks: number;
  readonly bytes: number;
}

async function workOf(act: () => void): Promise<Work> {
  await inspector.post('Profiler.enable');
  await inspector.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  act();
  const { result } = await inspector.post('Profiler.takePreciseCoverage');
  await inspector.post('Profiler.stopPreciseCoverage');
  await inspector.post('Profiler.disable');
  const ranges = result
    .filter(({ url }) => /agent\/place\/(state\/|world)/.test(url))
    .flatMap(({ functions }) => functions.flatMap((counted) => counted.ranges));
  await inspector.post('HeapProfiler.startSampling', {
    samplingInterval: 1_024,
    includeObjectsCollectedByMajorGC: true,
    includeObjectsCollectedByMinorGC: true,
  });
  act();
  const { profile } = await inspector.post('HeapProfiler.stopSampling');
  return { blocks: ranges.reduce((sum, { count }) => sum + count, 0), bytes: allocatedBelow(profile.head) };
}

function allocatedBelow({ selfSize, children }: HeapProfiler.SamplingHeapProfileNode): number {
  return children.reduce((sum, child) => sum + allocatedBelow(child), selfSize);
}

/** Ten of so many entities change, fifty times, from one end of the world to the other. */
async function workOfChanges(size: number): Promise<Work> {
  const history = new StateHistory();
  const world = new World(() => {});
  let revision = 1;
  let next = 0;
  const take = (packet: StatePacket) => {
    expect(history.receive(packet, 100)).toBe('applied');
    world.show(history.entities, packet.revision);
  };
  const entity = (id: string) => ({ id, components: { transform: { x: -1 }, text: { string: id } } });
  const ids = Array.from({ length: size }, (_, i) => `entity-${i}`);
  take({ style: 'set', revision, entities: Object.fromEntries(ids.map((id) => [id, entity(id)])) });
  const change = () => {
    const entities: Record<string, JsonObject> = {};
    for (let i = 0; i < 10; i++) {
      entities[ids[next]!] = { components: { transform: { x: revision } } };
      next = (next + 1) % size;
    }
    take({ style: 'merge', from: revision, revision: ++revision, entities });
  };
  const changeOften = () => {
    for (let i = 0; i < 50; i++) change();
  };
  changeOften();
  return workOf(changeOften);
}

describe('a change of ten entities', () => {
  it('is as much work in a world of 5,000 as in one of 20', async () => {
    const small = await workOfChanges(20);
    const large = await workOfChanges(5_000);
    expect(small.blocks).toBeGreaterThan(10_000);
    expect(small.bytes).toBeGreaterThan(100_000);
    expect(large.blocks / small.blocks).toBeLessThan(1.5);
    expect(large.bytes / small.bytes).toBeLessThan(1.5);
  });
});
