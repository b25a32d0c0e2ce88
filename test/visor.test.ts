import { mkdirSync, writeFileSync } from 'node:fs';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { dialEnet, listenEnet } from '../agent/connection/enet.ts';
import { MemoryNetwork } from '../agent/connection/memory-network.ts';
import { EmbeddedPlace } from '../agent/embedded-place/embedded-place.ts';
import { VirtualTime } from '../agent/time/virtual-time.ts';
import { type DialectName, dialects } from '../agent/wire/dialect.ts';
import { UnhurriedTime } from './support/unhurried-time.ts';
import {
  answers,
  readRecording,
  record,
  replay,
  sights,
  type VisorRecording,
  visorFile,
  written,
} from './support/visor-recording.ts';
import type { Surroundings, VisorStage } from './support/visor-stage.ts';

/** Dialects of which a visit was recorded, over UDP. */
const recorded = ['v3', 'v4'] as const;

/** What the commands of the visit are, as the log has them. */
const commands = [
  'command accepted: poke light.on false',
  'command accepted: poke light.on false',
  'command accepted: poke light.on false',
  'command accepted: poke light.on false',
  'command refused: poke door.on false',
  'command refused: poke weather.temperature true',
  'command refused: poke weather.temperature false',
];

let stage: VisorStage | undefined;

afterEach(async () => {
  await stage?.close();
  stage = undefined;
});

async function virtual(name: DialectName): Promise<Surroundings & { readonly lethal: string[] }> {
  const time = new VirtualTime(1_000);
  const network = new MemoryNetwork(time, { delay: () => 2 });
  const dialect = dialects[name];
  const lethal: string[] = [];
  const events = { lethal: (_remote: string, what: string) => void lethal.push(what) };
  const place = new EmbeddedPlace({ name: 'Garden', time, dialect, events });
  const address = { host: 'place', port: 21_337 };
  await network.listen(address, place.channels, (connection) => place.accept(connection));
  return { time, dial: network.dial, port: 21_337, dialect, wait: (ms) => time.advance(ms), lethal };
}

/** What Ann saw when, and whether the lamp was on then. */
function seenIn(recording: VisorRecording) {
  const all = new Map(sights(recording).map((seen) => [seen.what, seen]));
  return (what: string) => {
    const { sight, lit } = all.get(what)!;
    return {
      light: sight['light.on']!,
      door: sight['door.on']!,
      weather: sight['weather.temperature']!,
      lit,
    };
  };
}

describe.each(['documented', 'v3', 'v4', 'alloplace'] as const)('visors in a place of %s', (name) => {
  it('see rows light up, go down, act when let go of, and say why not', async () => {
    const place = await virtual(name);
    const [recording, visited] = await record(place);
    stage = visited;
    expectTheVisit(recording);
    expect(stage.commands).toEqual(commands);
    expect(stage.light.written).toEqual([true, false, true, false]);
    expect(stage.door.written).toEqual([]);
    expect(place.lethal).toEqual([]);
    expect([...stage.session.counters.entries()]).toEqual([]);
  });
});

describe.each(recorded)('a visit recorded in a place of %s', (name) => {
  let recording: VisorRecording;

  beforeAll(async () => {
    if (process.env.UPDATE_RECORDINGS) await recordOverUdp(name);
    recording = readRecording(name);
  }, 900_000);

  it('is what people do before a panel', () => {
    expectTheVisit(recording);
  });

  it('is answered and shown alike when everything is said again', async () => {
    const place = await virtual(name);
    const [replayed, visited] = await replay(recording, place);
    stage = visited;
    expect(sights(replayed)).toEqual(sights(recording));
    for (const client of ['Ann', 'Bob']) {
      expect(answers(replayed, client)).toEqual(answers(recording, client));
      expect(answers(recording, client).size).toBeGreaterThan(3);
    }
    expect(stage.commands).toEqual(commands);
    expect(place.lethal).toEqual([]);
  });
});

/** The visit is in test/support/visor-visit.ts. */
function expectTheVisit(recording: VisorRecording): void {
  const seen = seenIn(recording);
  const plain = seen('nobody is near');
  expect(plain).toMatchObject({ lit: false, light: { says: 'off' }, door: { says: 'off' } });

  const pointed = seen('Ann points at the light');
  const pressed = seen('Ann holds it down');
  expect(new Set([plain, pointed, pressed].map(({ light }) => light.look)).size).toBe(3);
  expect(pressed.lit).toBe(false);
  const acted = seen('Ann lets go');
  expect(acted).toMatchObject({ lit: true, light: { look: pointed.light.look, says: 'on' } });

  expect(seen('Bob holds it down too').light.look).toBe(pressed.light.look);
  expect(seen('Ann lets go first')).toMatchObject({ lit: false, light: { look: pressed.light.look } });
  expect(seen('Bob lets go')).toMatchObject({ lit: true, light: { look: pointed.light.look } });
  expect(seen('Bob looks away').light.look).toBe(pointed.light.look);

  expect(seen('Ann drifts off it').light.look).toBe(plain.light.look);
  expect(seen('Ann lets go beside it')).toMatchObject({ lit: true, light: plainly(plain.light.look, 'on') });
  expect(seen('Ann lets go where she pressed')).toMatchObject({
    lit: false,
    light: plainly(pointed.light.look, 'off'),
  });

  const refused = 'door.on cannot be poked';
  const hovered = seen('Ann points at the door');
  expect(hovered.light.look).toBe(plain.light.look);
  expect(hovered.door.look).not.toBe(plain.door.look);
  expect(unwrapped(seen('Ann lets go of the door').door.says)).toBe(refused);
  expect(seen('three seconds pass').door).toEqual(hovered.door);

  expect(seen('Ann points at the thermometer').weather).toEqual(plain.weather);
  expect(unwrapped(seen('Ann pokes the thermometer').weather.says)).toBe(
    'weather.temperature cannot be switched',
  );
  expect(seen('Ann has poked the thermometer').weather).toEqual(plain.weather);
  expect(seen('Ann looks away').door).toEqual(plain.door);

  expect(seen('Bob holds the light down').light.look).toBe(pressed.light.look);
  expect(seen('Bob is gone')).toMatchObject({ lit: false, light: plain.light });

  const outcomes = [...answers(recording, 'Ann').values()].map((body) => JSON.stringify(body));
  expect(outcomes.filter((body) => body.startsWith('["poke","failed"'))).toEqual([
    JSON.stringify(['poke', 'failed', refused]),
    JSON.stringify(['poke', 'failed', 'weather.temperature cannot be switched']),
    JSON.stringify(['poke', 'failed', 'weather.temperature cannot be switched']),
  ]);
  expect(outcomes).toContain('["focus","ok"]');
}

const plainly = (look: number, says: string) => ({ look, says });

/** A refusal is broken into lines that fit. */
function unwrapped(text: unknown): string {
  return String(text).replaceAll('\n', ' ');
}

async function recordOverUdp(name: DialectName): Promise<void> {
  const dialect = dialects[name];
  const time = new UnhurriedTime();
  const place = new EmbeddedPlace({ name: 'Garden', time, dialect });
  const door = await listenEnet({ host: '127.0.0.1', port: 0 }, place.channels, (c) => place.accept(c));
  const [recording, visited] = await record({
    time,
    dial: (_, channels, signal) => dialEnet(door.address, channels, signal),
    port: door.address.port,
    dialect,
    wait: (ms) => time.pass(ms),
  });
  await visited.close();
  await door.close(1000);
  time.stop();
  mkdirSync(new URL('.', visorFile(name)), { recursive: true });
  writeFileSync(visorFile(name), written(recording));
}
