import { readFileSync } from 'node:fs';
import type { DialectName } from '../../agent/wire/dialect.ts';
import type { Json } from '../../agent/wire/json.ts';
import type { Visor } from './visor.ts';
import { rows, type Surroundings, VisorStage } from './visor-stage.ts';
import { type Seen, visit } from './visor-visit.ts';

/** The first line: the ids that the place gave, and what they are of. */
interface Cast {
  readonly dialect: string;
  readonly ids: Readonly<Record<string, string>>;
}

/** A packet of interactions of one visor, or what Ann saw; `t` in ms since the first. */
export type Line = { readonly t: number } & (
  | { readonly client: string; readonly dir: 'c2s' | 's2c' | 'close'; readonly text: string }
  | { readonly seen: Seen }
);

export interface VisorRecording {
  readonly cast: Cast;
  readonly lines: readonly Line[];
}

export function visorFile(dialect: DialectName): URL {
  return new URL(`../fixtures/visor/visor-${dialect}.jsonl`, import.meta.url);
}

export function readRecording(dialect: DialectName): VisorRecording {
  const [cast, ...lines] = readFileSync(visorFile(dialect), 'utf8').trim().split('\n');
  return { cast: JSON.parse(cast!) as Cast, lines: lines.map((line) => JSON.parse(line) as Line) };
}

export function written({ cast, lines }: VisorRecording): string {
  return [cast, ...lines].map((line) => `${JSON.stringify(line)}\n`).join('');
}

/** Has the visit made, and notes all that the visors say and hear, and what Ann sees. */
export async function record(surroundings: Surroundings): Promise<[VisorRecording, VisorStage]> {
  const lines: Line[] = [];
  let since = Number.POSITIVE_INFINITY;
  const note = (line: { client: string; dir: 'c2s' | 's2c' | 'close'; text: string } | { seen: Seen }) => {
    const t = Math.round(surroundings.time.now() - since);
    if (t >= 0) lines.push({ t, ...line });
  };
  const stage = new VisorStage(surroundings);
  await stage.open();
  const enter = (client: string) => stage.enter(client, (dir, text) => note({ client, dir, text }));
  const ann = await enter('Ann');
  const bob = await enter('Bob');
  const ids = castOf(ann, bob);
  since = surroundings.time.now();
  for (const visor of [ann, bob]) if (!visor.open()) throw new Error(`${visor.name} has no hand`);
  await visit(stage, ann, bob, (seen) => note({ seen }));
  since = Number.POSITIVE_INFINITY;
  return [{ cast: { dialect: surroundings.dialect.name, ids }, lines }, stage];
}

/**
 * Has the same things said at the same times, by visors who do nothing of their own accord. What is heard and seen is
 * noted as in the recording.
 */
export async function replay(
  { cast, lines }: VisorRecording,
  surroundings: Surroundings,
): Promise<[VisorRecording, VisorStage]> {
  const heard: Line[] = [];
  const stage = new VisorStage(surroundings);
  await stage.open();
  let t = 0;
  let begun = false;
  const enter = (client: string) =>
    stage.enter(client, (dir, text) => void (begun && heard.push({ t, client, dir, text })));
  const ann = await enter('Ann');
  const bob = await enter('Bob');
  const visors = new Map([ann, bob].map((visor) => [visor.name, visor]));
  const ids = castOf(ann, bob);
  begun = true;
  for (const line of lines) {
    await surroundings.wait(line.t - t);
    t = line.t;
    if ('seen' in line) {
      const lit = (await stage.light.read('on')).value === true;
      heard.push({ t, seen: { what: line.seen.what, sight: stage.sight(ann), lit } });
      continue;
    }
    const visor = visors.get(line.client)!;
    if (line.dir === 'close') visor.leave();
    if (line.dir === 'c2s') say(visor, translated(line.text, cast.ids, ids));
  }
  return [{ cast: { dialect: surroundings.dialect.name, ids }, lines: heard }, stage];
}

/** What each request of a client's was answered with, by its id. */
export function answers({ lines }: VisorRecording, client: string): Map<string, Json> {
  const packets = lines.flatMap((line) => ('dir' in line && line.client === client ? [line] : []));
  const responses = packets
    .filter(({ dir }) => dir === 's2c')
    .map(({ text }) => JSON.parse(text) as [string, string, string, string, string, Json])
    .filter(([, kind]) => kind === 'response');
  return new Map(responses.map(([, , , , requestId, body]) => [requestId, body]));
}

export function sights({ lines }: VisorRecording): Seen[] {
  return lines.flatMap((line) => ('seen' in line ? [line.seen] : []));
}

function castOf(ann: Visor, bob: Visor): Record<string, string> {
  const people = [ann, bob].flatMap((visor) => [
    [visor.agent.avatarId, visor.name],
    [visor.handId!, `${visor.name}'s hand`],
  ]);
  return Object.fromEntries([...people, ...rows.map((key) => [ann.row(key)!, key])]) as Record<
    string,
    string
  >;
}

function translated(text: string, from: Cast['ids'], to: Cast['ids']): string {
  const ours = new Map(Object.entries(to).map(([id, name]) => [name, id]));
  return Object.entries(from).reduce((said, [id, name]) => said.replaceAll(id, ours.get(name)!), text);
}

function say(visor: Visor, text: string): void {
  const { channels, packetEnd } = visor.agent.dialect;
  visor.agent.connection.send(channels.interactions, new TextEncoder().encode(text + packetEnd), true);
}
