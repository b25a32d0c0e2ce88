import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CommanderError } from 'commander';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { Appliance } from '../agent/appliance/appliance.ts';
import { openOpus } from '../agent/audio/open-opus.ts';
import { defaultOpusSettings } from '../agent/audio/opus.ts';
import { runVisit } from '../agent/cli/visit/program.ts';
import { MemoryNetwork } from '../agent/connection/memory-network.ts';
import { EmbeddedPlace } from '../agent/embedded-place/embedded-place.ts';
import { PlaceSession } from '../agent/place/session.ts';
import { VirtualTime } from '../agent/time/virtual-time.ts';
import { dialects } from '../agent/wire/dialect.ts';
import { lamp, type ScriptedThing, thermometer } from './support/scripted-thing.ts';

const address = { host: 'garden', port: 21_337 };

let time: VirtualTime;
let network: MemoryNetwork;
let light: ScriptedThing;
let weather: ScriptedThing;
let place: EmbeddedPlace;
let sessions: PlaceSession[];
let appliances: Appliance[];
let controllers: AbortController[];

async function openPlace(): Promise<void> {
  place = new EmbeddedPlace({ name: 'Garden', time });
  await network.listen(address, place.channels, (connection) => place.accept(connection));
}

async function startAppliance(displayName: string, things: readonly ScriptedThing[]): Promise<Appliance> {
  const session = new PlaceSession({
    address,
    dialect: dialects.documented,
    identity: { displayName },
    avatar: { text: { string: displayName } },
    dial: network.dial,
    time,
  });
  sessions.push(session);
  const log = { info: () => {}, warn: () => {} };
  const access = { write: 'anyone' } as const;
  const appliance = new Appliance({ session, things, access, time, log, placeUrl: 'alloplace://garden' });
  await appliance.start();
  appliances.push(appliance);
  return appliance;
}

beforeEach(async () => {
  time = new VirtualTime(5_000);
  network = new MemoryNetwork(time);
  sessions = [];
  appliances = [];
  controllers = [];
  await openPlace();
  light = lamp('light', () => time.now());
  weather = thermometer('weather', () => time.now());
  await startAppliance('Greenhouse', [light, weather]);
  await time.advance(3_000);
  light.say('on', false);
  weather.say('temperature', 21.5);
  await time.advance(500);
});

afterEach(async () => {
  for (const controller of controllers) controller.abort();
  const stopped = Promise.all(appliances.map((appliance) => appliance.stop()));
  await time.advance(5_000);
  await stopped;
});

interface Running {
  readonly lines: string[];
  readonly done: Promise<void>;
  interrupt(): void;
}

/** Starts `allo-agent visit alloplace://garden ARGS`. */
function start(...args: string[]): Running {
  const lines: string[] = [];
  const controller = new AbortController();
  controllers.push(controller);
  const { signal } = controller;
  const output = { line: (text: string) => void lines.push(...text.split('\n')) };
  const url = 'alloplace://garden';
  const done = runVisit({ url, dial: network.dial, time, output, signal }, args);
  done.catch(() => {});
  return { lines, done, interrupt: () => controller.abort() };
}

/** Runs it to its end; resolves with what it printed. */
async function run(...args: string[]): Promise<string[]> {
  const { lines, done } = start(...args);
  await settled(done);
  return lines;
}

/** Loading libopus takes real time, so virtual time has to wait for it. */
async function visitorToJoin(): Promise<void> {
  const agents = place.agents.length;
  await expect
    .poll(() => time.advance(10).then(() => place.agents.length), { timeout: 10_000 })
    .toBe(agents + 1);
}

async function settled(done: Promise<void>): Promise<void> {
  let over = false;
  const end = () => {
    over = true;
  };
  done.then(end, end);
  for (let i = 0; i < 2_000 && !over; i++) await time.advance(10);
  if (!over) throw new Error('still running after 20 s');
  await done;
}

describe('visit read', () => {
  it('asks the hardware', async () => {
    expect(await run('read', 'weather.temperature')).toEqual([
      expect.stringMatching(/^weather\.temperature: 21\.5 °C \(0\.\d s ago\)$/),
    ]);
    const [json] = await run('read', 'light', '--json');
    expect(JSON.parse(json!)).toMatchObject({
      appliance: 'Greenhouse',
      thing: 'light',
      property: 'on',
      value: false,
      quality: 'good',
    });
  });

  it('waits a moment for an appliance that joins at the same time', async () => {
    const cellar = thermometer('cellar', () => time.now());
    const { lines, done } = start('read', 'cellar.temperature');
    await time.advance(200);
    await startAppliance('Cellar', [cellar]);
    cellar.say('temperature', 8);
    await settled(done);
    expect(lines[0]).toContain('cellar.temperature: 8 °C');
  });

  it('lists what there is where the name is unknown', async () => {
    await expect(run('read', 'light.off')).rejects.toMatchObject({
      code: 'ALLO_E_VISIT_UNKNOWN',
      message: expect.stringMatching(
        /^there is no property "light\.off" here; there is Greenhouse\/light\.on .*, Greenhouse\/weather\.temperature /,
      ),
    });
  });

  it('wants to know which, where two appliances have it', async () => {
    const other = thermometer('weather', () => time.now());
    await startAppliance('Cellar', [other]);
    await time.advance(500);
    other.say('temperature', 8);
    await expect(run('read', 'weather.temperature')).rejects.toMatchObject({
      code: 'ALLO_E_VISIT_AMBIGUOUS',
    });
    expect((await run('read', 'Cellar/weather.temperature'))[0]).toContain('8 °C');
  });
});

describe('visit write', () => {
  it('switches, and shows what the hardware says then', async () => {
    expect((await run('write', 'light.on', 'on'))[0]).toMatch(/^light\.on: on/);
    expect(light.written).toEqual([true]);
  });

  it('fails with the reason of the appliance', async () => {
    light.refusal = 'the line is held by another process';
    await expect(run('write', 'light.on', 'on')).rejects.toMatchObject({
      code: 'ALLO_E_VISIT_REFUSED',
      message: expect.stringContaining('the line is held by another process'),
    });
    await expect(run('write', 'light.on', '7')).rejects.toMatchObject({ code: 'ALLO_E_VISIT_VALUE' });
    await expect(run('write', 'weather.temperature', '7')).rejects.toMatchObject({
      code: 'ALLO_E_VISIT_REFUSED',
    });
  });
});

describe('visit observe', () => {
  it('prints readings as they come', async () => {
    const { lines, done } = start('observe', 'weather.temperature', '--count', '2');
    await time.advance(500);
    weather.say('temperature', 22);
    light.say('on', true);
    await time.advance(100);
    weather.say('temperature', 23);
    await settled(done);
    expect(lines).toEqual([
      expect.stringMatching(/^\d+\.\d{3} {2}Greenhouse\/weather\.temperature {2}22 °C$/),
      expect.stringMatching(/Greenhouse\/weather\.temperature {2}23 °C$/),
    ]);
  });

  it('observes everything unless told what, and ends when told', async () => {
    const { lines, done } = start('observe', '--for', '2', '--json');
    await time.advance(500);
    weather.say('temperature', 22);
    light.say('on', true);
    await settled(done);
    const told = lines.map((line) => JSON.parse(line) as { property: string; missed: number });
    expect(told.map(({ property }) => property).sort()).toEqual(['on', 'temperature']);
    expect(told.every(({ missed }) => missed === 0)).toBe(true);
  });

  it('fails where fewer readings come than were asked for', async () => {
    await expect(run('observe', 'light', '--count', '1', '--for', '1')).rejects.toMatchObject({
      code: 'ALLO_E_VISIT_SILENT',
      message: '0 of 1 readings came',
    });
  });

  it('observes again after the place was lost, and tells what was missed', async () => {
    const { lines, done, interrupt } = start('observe', 'weather.temperature');
    await time.advance(1_000);
    weather.say('temperature', 22);
    await time.advance(100);
    network.kill(address.port);
    await time.advance(100);
    weather.say('temperature', 23);
    await time.advance(7_000);
    await openPlace();
    await time.advance(40_000);
    weather.say('temperature', 24);
    await time.advance(500);
    interrupt();
    await settled(done);
    const told = (text: string) => lines.filter((line) => line.includes(text)).length;
    expect(lines[0]).toContain('22 °C');
    expect(lines[1]).toContain('the place is lost');
    expect(lines[2]).toBe('the place is back');
    // Whoever rejoins first decides whether the reading in between is heard late, or known to be missing.
    expect(told('23 °C') + told('1 reading is missing')).toBe(1);
    expect(lines.at(-1)).toContain('24 °C');
  });
});

describe('visit history', () => {
  it('lists past readings, oldest first', async () => {
    for (const value of [22, 23]) {
      await time.advance(1_000);
      weather.say('temperature', value);
    }
    const lines = await run('history', 'weather.temperature');
    expect(lines[0]).toMatch(/^TIME +AGE +VALUE$/);
    expect(lines.slice(1, 4).map((line) => line.split(/ {2,}/).at(-1))).toEqual([
      '21.5 °C',
      '22 °C',
      '23 °C',
    ]);
    const [json] = await run('history', 'weather.temperature', '--limit', '1', '--json');
    expect(JSON.parse(json!)).toMatchObject({ readings: [[expect.any(Number), 23]] });
  });
});

describe('visit poke', () => {
  it('presses and releases as a finger does', async () => {
    expect(await run('poke', 'light.on')).toEqual(['poked light.on']);
    expect(light.written).toEqual([true]);
  });

  it('fails where there is nothing to press', async () => {
    await expect(run('poke', 'weather')).rejects.toMatchObject({ code: 'ALLO_E_VISIT_REFUSED' });
    await expect(run('poke', 'place')).rejects.toMatchObject({ code: 'ALLO_E_VISIT_REFUSED' });
  });
});

describe('visit describe', () => {
  it('tells what an appliance offers', async () => {
    const lines = await run('describe');
    expect(lines[0]).toMatch(/^APPLIANCE +OFFERS/);
    expect(lines.slice(1).map((line) => line.split(/ {2,}/).slice(0, 3))).toEqual([
      ['Greenhouse', 'light.on', 'property, writable'],
      ['Greenhouse', 'light.blink', 'action'],
      ['Greenhouse', 'weather.temperature', 'property'],
      ['Greenhouse', 'weather.blink', 'action'],
    ]);
    const described = JSON.parse((await run('describe', 'Greenhouse', '--json')).join('\n')) as object[];
    expect(described).toMatchObject([
      { appliance: 'Greenhouse', things: [{ title: 'light' }, { title: 'weather' }] },
    ]);
  });

  it('says who there is where the name is unknown', async () => {
    await expect(run('describe', 'Attic')).rejects.toMatchObject({
      message: expect.stringMatching(
        /^there is no appliance "Attic" here; there is Greenhouse \([a-z]{10}\)$/,
      ),
    });
  });
});

describe('visit invoke', () => {
  it('has an action done', async () => {
    expect(await run('invoke', 'light.blink')).toEqual(['light.blink: done']);
    expect(light.invoked).toEqual(['blink']);
  });

  it('fails where there is no such action', async () => {
    await expect(run('invoke', 'light.explode')).rejects.toMatchObject({ code: 'ALLO_E_VISIT_REFUSED' });
  });
});

describe('visit listen', () => {
  it('records a track, pauses included, as a WAV file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'visit-listen-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const { binding } = await openOpus('wasm');
    const encoder = await binding.createEncoder(defaultOpusSettings);
    const speaker = sessions[0]!.tracks.outgoing('avatar');
    await time.advance(500);

    const out = join(folder, 'heard.wav');
    const { lines, done } = start('listen', 'Greenhouse', '--out', out, '--for', '2', '--json');
    await visitorToJoin();
    await time.advance(500);
    for (let frame = 0; frame < 120; frame++) {
      const tone = Int16Array.from({ length: 960 }, (_, i) =>
        Math.round(8_000 * Math.sin((2 * Math.PI * 440 * (frame * 960 + i)) / 48_000)),
      );
      const packet = encoder.encode(tone);
      if (frame < 25 || frame >= 75) speaker.send(packet);
      await time.advance(20);
    }
    await settled(done);
    encoder.close();
    const { seconds, packets, dbfs, ...rest } = JSON.parse(lines[0]!) as Record<string, number>;
    expect(rest).toEqual({ track: 1, file: out, broken: 0 });
    expect(seconds).toBeCloseTo(2, 1);
    expect(packets).toBeGreaterThan(45);
    expect(dbfs).toBeGreaterThan(-20);
    expect((await readFile(out)).length).toBe(44 + Math.round(seconds! * 48_000) * 2);
  });

  it('fails where nothing is heard', async () => {
    sessions[0]!.tracks.outgoing('avatar');
    await time.advance(500);
    const out = join(tmpdir(), `visit-silent-${process.pid}.wav`);
    onTestFinished(() => rm(out));
    const { done } = start('listen', '1', '--out', out, '--timeout', '1');
    await visitorToJoin();
    await expect(settled(done)).rejects.toMatchObject({
      code: 'ALLO_E_VISIT_SILENT',
      message: 'nothing was heard of track 1',
    });
  });
});

describe('visit', () => {
  it('tells line by line what happens', async () => {
    const { lines, done, interrupt } = start();
    await time.advance(2_500);
    light.say('on', true);
    await time.advance(1_500);
    const stopped = appliances[0]!.stop();
    await time.advance(1_500);
    await stopped;
    interrupt();
    await settled(done);
    const text = lines.map((line) => line.replace(/^\S+ +/, ''));
    expect(text).toContain('joined Garden');
    expect(text).toContain('Greenhouse/light.on  off');
    expect(text).toContain('Greenhouse/weather.temperature  21.5 °C');
    expect(text.indexOf('Greenhouse/light.on  on')).toBeGreaterThan(text.indexOf('Greenhouse/light.on  off'));
    expect(text).toEqual(expect.arrayContaining(['light.on is gone', 'Greenhouse is gone']));
  });

  it('tells it to programs as JSON', async () => {
    const lines = await run('--for', '1', '--json');
    const changes = lines.map((line) => JSON.parse(line) as { change: string });
    expect(changes[0]).toMatchObject({ change: 'joined', place: 'Garden' });
    expect(changes).toContainEqual(
      expect.objectContaining({ change: 'property', thing: 'weather', value: 21.5, quality: 'good' }),
    );
  });

  it('fails with the reason where there is no place', async () => {
    network.kill(address.port);
    await expect(run('read', 'light')).rejects.toMatchObject({ code: 'ALLO_E_PLACE_UNREACHABLE' });
  });

  it.each([
    [['raed', 'light'], "there is no command 'raed'; there is read, write"],
    [['read'], "missing required argument 'property'"],
    [['read', 'light', '--timeout', 'soon'], 'It is a number of seconds.'],
    [['observe', '--count', '0'], 'It is a whole number, at least 1.'],
    [['listen', '1'], "required option '--out <file.wav>' not specified"],
    [['--sideways'], "unknown option '--sideways'"],
  ])('does not take %j', async (args, problem) => {
    const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const { done } = start(...args);
    await expect(done).rejects.toThrow(CommanderError);
    stderr.mockRestore();
    await expect(done).rejects.toThrow(problem);
  });
});
