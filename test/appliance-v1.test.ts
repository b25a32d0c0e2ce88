import { expect, it } from 'vitest';
import { Appliance } from '../agent/appliance/appliance.ts';
import { dialects } from '../agent/wire/dialect.ts';
import { JoinStage } from './support/join-stage.ts';
import { lamp } from './support/scripted-thing.ts';

it('an appliance in a place without clock, sound and further entities is served by its avatar, and invents no time', async () => {
  const stage = new JoinStage();
  await stage.open(dialects.v1);
  const light = lamp('light', () => stage.time.now());
  const session = stage.session('auto');
  const appliance = new Appliance({
    session,
    things: [light],
    access: { write: 'anyone' },
    time: stage.time,
    log: { info: () => {}, warn: () => {} },
    placeUrl: 'alloplace://garden.example',
  });
  void appliance.start();
  const visitor = stage.session('auto');
  const told: unknown[] = [];
  visitor.onOneWay(({ body }) => void told.push(body));
  await stage.joined(visitor);
  await stage.joined(session);
  const ask = async (...body: [string, ...(string | boolean)[]]) => {
    const answer = visitor.request(session.status.avatarId!, body);
    await stage.time.advance(200);
    return answer;
  };

  expect(await ask('write_property', 'light.on', true)).toEqual([
    'write_property',
    'ok',
    { value: true, quality: 'good' },
  ]);
  expect(await ask('read_property', 'light.on')).toEqual([
    'read_property',
    'ok',
    { value: true, quality: 'good' },
  ]);
  expect(await ask('observe_property', 'light.on')).toEqual(['observe_property', 'ok']);
  light.say('on', false);
  await stage.time.advance(200);
  expect(told.at(-1)).toEqual([
    'reading',
    { thing: 'light', property: 'on', value: false, quality: 'good', seq: expect.any(Number) },
  ]);
  expect(await ask('property_history', 'light.on')).toEqual([
    'property_history',
    'failed',
    'places of this kind tell no time',
  ]);
  expect(session.tracks.outgoing('avatar').failure).toMatchObject({ code: 'ALLO_E_TRACK_NONE' });
  expect(appliance.publisher.dropped).toBe(0);
  expect(stage.lethal).toEqual([]);
  expect([...session.counters.entries()]).toEqual([]);
});
