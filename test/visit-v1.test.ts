import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dialects } from '../agent/wire/dialect.ts';
import { VisitStage } from './support/visit-stage.ts';

let stage: VisitStage;

beforeEach(async () => {
  stage = await VisitStage.open(dialects.v1);
});

afterEach(() => stage.close());

describe('in a place of version 1, where agents have no entities but their avatar, visitors', () => {
  it('are told by appliances themselves what there is', async () => {
    const lines = await stage.run('describe');
    expect(lines.join('\n')).toMatch(/Greenhouse +light\.on +property, writable +boolean/);
  });

  it('read and write properties', async () => {
    expect(await stage.run('read', 'weather.temperature')).toEqual([expect.stringMatching(/21\.5/)]);
    expect(await stage.run('write', 'light', 'on')).toEqual([expect.stringMatching(/^light\.on: on/)]);
    expect(await stage.run('read', 'Greenhouse/light.on')).toEqual([expect.stringMatching(/^light\.on: on/)]);
  });

  it('poke what they find', async () => {
    expect(await stage.run('poke', 'light.on')).toEqual(['poked light.on: on']);
    expect(stage.light.written).toEqual([true]);
    await expect(stage.run('poke', 'weather')).rejects.toMatchObject({
      code: 'ALLO_E_VISIT_REFUSED',
      message: 'weather.temperature cannot be switched',
    });
  });

  it('are shown what there is, and what changes', async () => {
    const { lines, done } = stage.start('--for', '3');
    await stage.time.advance(1_500);
    stage.light.say('on', true);
    await stage.settled(done);
    const text = lines.map((line) => line.replace(/^\S+ +/, ''));
    expect(text).toEqual([
      'joined Garden',
      'Greenhouse is here',
      'Greenhouse/light.on  off',
      'Greenhouse/weather.temperature  21.5 °C',
      'Greenhouse/light.on  on',
    ]);
  });

  it('are shown an appliance that comes later, and one that comes back', async () => {
    const { lines, done } = stage.start('--for', '12', '--json');
    await stage.time.advance(1_500);
    await stage.stopAppliances();
    stage.light.say('on', true);
    await stage.startAppliance('Shed', [stage.light]);
    stage.light.say('on', true);
    await stage.settled(done);
    const seen = lines.map((line) => JSON.parse(line)).filter(({ change }) => change === 'property');
    expect(seen.at(-1)).toMatchObject({ appliance: 'Shed', thing: 'light', property: 'on', value: true });
  });

  it('observe several properties of one avatar, each by its name', async () => {
    const { lines, done } = stage.start('observe', '--json', '--count', '2');
    await stage.time.advance(2_500);
    stage.weather.say('temperature', 22);
    await stage.time.advance(300);
    stage.light.say('on', true);
    await stage.settled(done);
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { thing: 'weather', property: 'temperature', value: 22, missed: 0 },
      { thing: 'light', property: 'on', value: true, missed: 0 },
    ]);
  });

  it('go on observing an appliance that comes back', async () => {
    const { lines, done } = stage.start('observe', 'light', '--json', '--count', '2');
    await stage.time.advance(2_500);
    stage.light.say('on', true);
    await stage.time.advance(300);
    await stage.stopAppliances();
    await stage.startAppliance('Greenhouse', [stage.light, stage.weather]);
    await stage.time.advance(4_000);
    stage.light.say('on', false);
    await stage.settled(done);
    expect(lines.map((line) => JSON.parse(line).value)).toEqual([true, false]);
  });

  it('are told what there is where they ask for something else, though strangers never answer', async () => {
    const stranger = stage.start('--for', '60');
    await stage.time.advance(500);
    await expect(stage.run('read', 'heater.on')).rejects.toMatchObject({
      code: 'ALLO_E_VISIT_UNKNOWN',
      message: expect.stringMatching(/Greenhouse\/light\.on/),
    });
    stranger.interrupt();
    await stage.settled(stranger.done);
  });
});
