/**
 * What a state that changes ten entities costs in worlds of different sizes: an agent that takes it in, as a session
 * does, beside one that clones the world and merges into the clone; and the embedded place that makes it. Changes
 * wander through the world, so that what they touch is rarely in a cache of the processor. Run by scripts/benchmark.
 */
import { parseArgs } from 'node:util';
import { World as PlaceWorld, THE_PLACE } from '../../agent/embedded-place/world.ts';
import { Standing } from '../../agent/place/standing.ts';
import { StateHistory } from '../../agent/place/state/history.ts';
import { World } from '../../agent/place/world.ts';
import { type Dialect, dialects } from '../../agent/wire/dialect.ts';
import type { JsonObject } from '../../agent/wire/json.ts';
import { decodeState, encodeState, type StatePacket } from '../../agent/wire/state.ts';
import { referenceMerge } from '../support/reference-patch.ts';

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '60' }, diffs: { type: 'string', default: '100' } },
});
const rounds = Number(values.rounds);
const diffs = Number(values.diffs);

const sizes = [20, 500, 5_000];
const changed = 10;
const dialect: Dialect = dialects.v3;
/** Rounds beforehand: by then everything is compiled, and the largest world has changed throughout. */
const warmUp = 20;
/** Cloning takes so long that one in so many rounds, and this many states of it, have to tell. */
const cloningRounds = 10;
const clonedDiffs = 2;

/** A world, and the same changes of it in every measure. */
class Subject {
  readonly size: number;
  readonly agent: number[] = [];
  readonly afterDecoding: number[] = [];
  readonly cloning: number[] = [];
  readonly place: number[] = [];
  readonly #history = new StateHistory();
  readonly #standing = new Standing(() => {});
  readonly #world = new World(() => {});
  readonly #placeWorld = new PlaceWorld();
  #clone: JsonObject;
  #next = 0;
  #told = 0;

  constructor(size: number) {
    this.size = size;
    const whole = Array.from(
      { length: size },
      (_, i) => [idOf(i), { id: idOf(i), components: lamp(i) }] as const,
    );
    this.#clone = Object.fromEntries(whole);
    for (const [id, { components }] of whole) {
      const kept = Object.entries(components).map(([name, value]) => [name, { value, size: 200 }] as const);
      this.#placeWorld.spawn(id, THE_PLACE, new Map(kept));
    }
    this.#placeWorld.commit();
    this.#take({ style: 'set', revision: this.#placeWorld.revision, entities: this.#clone }, 0);
    this.#world.observe({ entityChanged: () => void this.#told++ });
  }

  /** One round: every state is made by the place and taken in by the agent; some may be merged into a clone. */
  measure(alsoCloning: boolean): void {
    const packets: Uint8Array[] = [];
    const made = timed(diffs, () => packets.push(this.#makePacket()));
    let decoding = 0;
    const told = this.#told;
    const taken = timed(diffs, (i) => {
      const begin = performance.now();
      const packet = decoded(packets[i]!);
      decoding += performance.now() - begin;
      this.#take(packet, packets[i]!.length);
    });
    if (this.#told !== told + changed * diffs) throw new Error('not every change was told');
    this.agent.push(taken);
    this.afterDecoding.push(taken - (decoding * 1e3) / diffs);
    this.place.push(made);
    if (alsoCloning) this.cloning.push(timed(clonedDiffs, (i) => this.#cloneAndMerge(packets[i]!)));
  }

  forget(): void {
    for (const times of [this.agent, this.afterDecoding, this.cloning, this.place]) times.length = 0;
  }

  #makePacket(): Uint8Array {
    const from = this.#placeWorld.revision;
    for (let i = 0; i < changed; i++) {
      this.#placeWorld.setComponent(idOf(this.#next), 'transform', { value: transform(from), size: 200 });
      this.#next = (this.#next + 1) % this.size;
    }
    this.#placeWorld.commit();
    const encoded = encodeState(this.#placeWorld.patchFrom(from), dialect);
    if (!encoded.ok) throw new Error(encoded.detail);
    return encoded.value;
  }

  #cloneAndMerge(bytes: Uint8Array): void {
    const packet = decoded(bytes);
    if (packet.style === 'merge') this.#clone = referenceMerge(this.#clone, packet.entities) as JsonObject;
  }

  #take(packet: StatePacket, bytes: number): void {
    if (this.#history.receive(packet, bytes) !== 'applied') throw new Error('a state was not applied');
    this.#standing.saw(this.#history.entities);
    this.#world.show(this.#history.entities, packet.revision);
  }
}

const subjects = sizes.map((size) => new Subject(size));
for (let round = -warmUp; round < rounds; round++) {
  if (round === 0) for (const subject of subjects) subject.forget();
  for (const subject of subjects) subject.measure(round >= 0 && round % cloningRounds === 0);
}

console.log(`${changed} entities changed; medians of ${rounds} rounds of ${diffs}, taken in turns, µs`);
console.log('world of   agent   beside decoding   clone and merge   place');
for (const { size, agent, afterDecoding, cloning, place } of subjects) {
  const columns = [agent, afterDecoding, cloning, place].map((times, i) =>
    median(times).toFixed(1).padStart([8, 18, 18, 8][i]!),
  );
  console.log(String(size).padStart(8) + columns.join(''));
}
const ratio = (times: (subject: Subject) => number[]) =>
  (median(times(subjects.at(-1)!)) / median(times(subjects[0]!))).toFixed(2);
console.log(
  `${sizes.at(-1)} / ${sizes[0]}: agent ${ratio((s) => s.agent)}, beside decoding ${ratio((s) => s.afterDecoding)}, ` +
    `clone and merge ${ratio((s) => s.cloning)}, place ${ratio((s) => s.place)}`,
);

/** Microseconds that each of them takes. */
function timed(count: number, work: (i: number) => void): number {
  const begin = performance.now();
  for (let i = 0; i < count; i++) work(i);
  return ((performance.now() - begin) * 1e3) / count;
}

function decoded(bytes: Uint8Array): StatePacket {
  const outcome = decodeState(bytes);
  if (!outcome.ok) throw new Error(outcome.detail);
  return outcome.value;
}

function idOf(i: number): string {
  return `entity${String(i).padStart(6, '0')}`;
}

function transform(x: number): JsonObject {
  return { matrix: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, x / 7, 1.5, -2.25, 1] };
}

function lamp(i: number): JsonObject {
  return {
    transform: transform(-i),
    geometry: { type: 'hardcoded-model', name: 'lamp' },
    relationships: { parent: 'place' },
    text: { string: `lamp ${i}`, height: 0.1 },
  };
}

function median(times: readonly number[]): number {
  return [...times].sort((a, b) => a - b)[times.length >> 1] ?? Number.NaN;
}
