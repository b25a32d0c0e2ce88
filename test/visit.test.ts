import { CommanderError } from 'commander';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PlainAgent } from './support/plain-agent.ts';
import { thermometer } from './support/scripted-thing.ts';
import { VisitStage } from './support/visit-stage.ts';

let stage: VisitStage;

beforeEach(async () => {
  stage = await VisitStage.open();
});
afterEach(() => stage.close());

describe('visit read', () => {
  it('asks the hardware', async () => {
    expect(await stage.run('read', 'weather.temperature')).toEqual([
      expect.stringMatching(/^weather\.temperature: 21\.5 °C \(0\.\d s ago\)$/),
    ]);
    const [json] = await stage.run('read', 'light', '--json');
    expect(JSON.parse(json!)).toMatchObject({
      appliance: 'Greenhouse',
      thing: 'light',
      property: 'on',
      value: false,
      quality: 'good',
    });
  });

  it('waits a moment for an appliance that joins at the same time', async () => {
    const cellar = thermometer('cellar', () => stage.time.now());
    const { lines, done } = stage.start('read', 'cellar.temperature');
    await stage.time.advance(200);
    await stage.startAppliance('Cellar', [cellar]);
    cellar.say('temperature', 8);
    await stage.settled(done);
    expect(lines[0]).toContain('cellar.temperature: 8 °C');
  });

  it('lists what there is where the name is unknown', async () => {
    await expect(stage.run('read', 'light.off')).rejects.toMatchObject({
      code: 'ALLO_E_VISIT_UNKNOWN',
      message:
        'there is no property "light.off" here; there is Greenhouse/light.on, Greenhouse/weather.temperature',
    });
  });

  it('wants to know which, where two appliances have it', async () => {
    const other = thermometer('weather', () => stage.time.now());
    await stage.startAppliance('Cellar', [other]);
    await stage.time.advance(500);
    other.say('temperature', 8);
    await expect(stage.run('read', 'weather.temperature')).rejects.toMatchObject({
      code: 'ALLO_E_VISIT_AMBIGUOUS',
    });
    expect((await stage.run('read', 'Cellar/weather.temperature'))[0]).toContain('8 °C');
  });
});

describe('visit write', () => {
  it('switches, and shows what the hardware says then', async () => {
    expect((await stage.run('write', 'light.on', 'on'))[0]).toMatch(/^light\.on: on/);
    expect(stage.light.written).toEqual([true]);
  });

  it('fails with the reason of the appliance', async () => {
    stage.light.refusal = 'the line is held by another process';
    await expect(stage.run('write', 'light.on', 'on')).rejects.toMatchObject({
      code: 'ALLO_E_VISIT_REFUSED',
      message: expect.stringContaining('the line is held by another process'),
    });
    await expect(stage.run('write', 'light.on', '7')).rejects.toMatchObject({ code: 'ALLO_E_VISIT_VALUE' });
    await expect(stage.run('write', 'weather.temperature', '7')).rejects.toMatchObject({
      code: 'ALLO_E_VISIT_REFUSED',
    });
  });
});

describe('visit observe', () => {
  it('prints readings as they come', async () => {
    const { lines, done } = stage.start('observe', 'weather.temperature', '--count', '2');
    await stage.time.advance(500);
    stage.weather.say('temperature', 22);
    stage.light.say('on', true);
    await stage.time.advance(100);
    stage.weather.say('temperature', 23);
    await stage.settled(done);
    expect(lines).toEqual([
      expect.stringMatching(/^\d+\.\d{3} {2}Greenhouse\/weather\.temperature {2}22 °C$/),
      expect.stringMatching(/Greenhouse\/weather\.temperature {2}23 °C$/),
    ]);
  });

  it('observes everything unless told what, and ends when told', async () => {
    const { lines, done } = stage.start('observe', '--for', '2', '--json');
    await stage.time.advance(500);
    stage.weather.say('temperature', 22);
    stage.light.say('on', true);
    await stage.settled(done);
    const told = lines.map((line) => JSON.parse(line) as { property: string; missed: number });
    expect(told.map(({ property }) => property).sort()).toEqual(['on', 'temperature']);
    expect(told.every(({ missed }) => missed === 0)).toBe(true);
  });

  it('fails where fewer readings come than were asked for', async () => {
    await expect(stage.run('observe', 'light', '--count', '1', '--for', '1')).rejects.toMatchObject({
      code: 'ALLO_E_VISIT_SILENT',
      message: '0 of 1 readings came',
    });
  });

  it('begins with what there was, as far back as it is told', async () => {
    for (const value of [1, 2, 3]) {
      stage.weather.say('temperature', value);
      await stage.time.advance(10_000);
    }
    const lines = await stage.run('observe', 'weather', '--since', '25', '--count', '2');
    expect(lines).toEqual([
      expect.stringMatching(/weather\.temperature {2}2 °C \(replayed\)$/),
      expect.stringMatching(/weather\.temperature {2}3 °C \(replayed\)$/),
    ]);
  });

  it('observes again after the place was lost, and has what was missed told', async () => {
    const { lines, done, interrupt } = stage.start('observe', 'weather.temperature');
    await stage.time.advance(1_000);
    stage.weather.say('temperature', 22);
    await stage.time.advance(100);
    stage.killPlace();
    await stage.time.advance(100);
    stage.weather.say('temperature', 23);
    await stage.time.advance(7_000);
    await stage.openPlace();
    await stage.time.advance(40_000);
    stage.weather.say('temperature', 24);
    await stage.time.advance(500);
    interrupt();
    await stage.settled(done);
    const told = (text: string) => lines.filter((line) => line.includes(text)).length;
    expect(lines[0]).toContain('22 °C');
    expect(lines[1]).toContain('the place is lost');
    expect(lines[2]).toBe('the place is back');
    expect(told('23 °C')).toBe(1);
    expect(told('missing')).toBe(0);
    expect(lines.at(-1)).toContain('24 °C');
  });
});

describe('visit history', () => {
  it('lists past readings, oldest first', async () => {
    for (const value of [22, 23]) {
      await stage.time.advance(1_000);
      stage.weather.say('temperature', value);
    }
    const lines = await stage.run('history', 'weather.temperature');
    expect(lines[0]).toMatch(/^TIME +AGE +VALUE$/);
    expect(lines.slice(1, 4).map((line) => line.split(/ {2,}/).at(-1))).toEqual([
      '21.5 °C',
      '22 °C',
      '23 °C',
    ]);
    const [json] = await stage.run('history', 'weather.temperature', '--limit', '1', '--json');
    expect(JSON.parse(json!)).toMatchObject({ readings: [[expect.any(Number), 23]] });
  });
});

describe('visit poke', () => {
  it('presses and releases as a finger does', async () => {
    expect(await stage.run('poke', 'light.on')).toEqual([expect.stringMatching(/^poked light\.on: on \(/)]);
    const [json] = await stage.run('poke', 'light', '--json');
    expect(JSON.parse(json!)).toMatchObject({ thing: 'light', property: 'on', value: false });
    expect(stage.light.written).toEqual([true, false]);
  });

  it('fails with the reason where it is refused', async () => {
    stage.light.refusal = 'the fuse is blown';
    await expect(stage.run('poke', 'light')).rejects.toMatchObject({
      code: 'ALLO_E_VISIT_REFUSED',
      message: 'the fuse is blown',
    });
  });

  it('pokes any entity, though many never answer', async () => {
    const connecting = PlainAgent.connect(stage.network.dial, 21_337);
    await stage.time.advance(100);
    const stranger = await connecting;
    void stranger.announce({}, 'App');
    await stage.time.advance(500);
    expect(await stage.run('poke', stranger.avatarId, '--timeout', '1')).toEqual([
      `poked ${stranger.avatarId}, which gave no answer`,
    ]);
    expect(stranger.interactions.map(({ body }) => body[0]).filter((name) => name !== 'point')).toEqual([
      'poke',
      'poke',
      'point-exit',
    ]);
  });

  it('fails where there is nothing to press', async () => {
    await expect(stage.run('poke', 'weather')).rejects.toMatchObject({ code: 'ALLO_E_VISIT_REFUSED' });
    await expect(stage.run('poke', 'place')).rejects.toMatchObject({ code: 'ALLO_E_VISIT_REFUSED' });
  });
});

describe('visit describe', () => {
  it('tells what an appliance offers', async () => {
    const lines = await stage.run('describe');
    expect(lines[0]).toMatch(/^APPLIANCE +OFFERS/);
    expect(lines.slice(1).map((line) => line.split(/ {2,}/).slice(0, 3))).toEqual([
      ['Greenhouse', 'light.on', 'property, writable'],
      ['Greenhouse', 'light.blink', 'action'],
      ['Greenhouse', 'weather.temperature', 'property'],
      ['Greenhouse', 'weather.blink', 'action'],
    ]);
    const described = JSON.parse(
      (await stage.run('describe', 'Greenhouse', '--json')).join('\n'),
    ) as object[];
    expect(described).toMatchObject([
      { appliance: 'Greenhouse', things: [{ title: 'light' }, { title: 'weather' }] },
    ]);
  });

  it('says who there is where the name is unknown', async () => {
    await expect(stage.run('describe', 'Attic')).rejects.toMatchObject({
      message: 'there is no appliance "Attic" here; there is Greenhouse',
    });
  });
});

describe('visit invoke', () => {
  it('has an action done', async () => {
    expect(await stage.run('invoke', 'light.blink')).toEqual(['light.blink: done']);
    expect(stage.light.invoked).toEqual(['blink']);
  });

  it('fails where there is no such action', async () => {
    await expect(stage.run('invoke', 'light.explode')).rejects.toMatchObject({
      code: 'ALLO_E_VISIT_REFUSED',
    });
  });
});

describe('visit', () => {
  it('tells line by line what happens', async () => {
    const { lines, done, interrupt } = stage.start();
    await stage.time.advance(2_500);
    stage.light.say('on', true);
    await stage.time.advance(1_500);
    const stopped = stage.appliances[0]!.stop();
    await stage.time.advance(1_500);
    await stopped;
    interrupt();
    await stage.settled(done);
    const text = lines.map((line) => line.replace(/^\S+ +/, ''));
    expect(text).toContain('joined Garden');
    expect(text).toContain('Greenhouse/light.on  off');
    expect(text).toContain('Greenhouse/weather.temperature  21.5 °C');
    expect(text.indexOf('Greenhouse/light.on  on')).toBeGreaterThan(text.indexOf('Greenhouse/light.on  off'));
    expect(text).toEqual(expect.arrayContaining(['light.on is gone', 'Greenhouse is gone']));
  });

  it('tells it to programs as JSON', async () => {
    const lines = await stage.run('--for', '1', '--json');
    const changes = lines.map((line) => JSON.parse(line) as { change: string });
    expect(changes[0]).toMatchObject({ change: 'joined', place: 'Garden' });
    expect(changes).toContainEqual(
      expect.objectContaining({ change: 'property', thing: 'weather', value: 21.5, quality: 'good' }),
    );
  });

  it('fails with the reason where there is no place', async () => {
    stage.killPlace();
    await expect(stage.run('read', 'light')).rejects.toMatchObject({ code: 'ALLO_E_PLACE_UNREACHABLE' });
  });

  it.each([
    [['raed', 'light'], "there is no command 'raed'; there is read, write"],
    [['read'], "missing required argument 'property'"],
    [['read', 'light', '--timeout', 'soon'], 'It is a number of seconds, more than 0.'],
    [['observe', '--count', '0'], 'It is a whole number, at least 1.'],
    [['listen', '1'], "required option '--out <file.wav>' not specified"],
    [['--sideways'], "unknown option '--sideways'"],
  ])('does not take %j', async (args, problem) => {
    const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const { done } = stage.start(...args);
    await expect(done).rejects.toThrow(CommanderError);
    stderr.mockRestore();
    await expect(done).rejects.toThrow(problem);
  });
});
