import { describe, expect, it } from 'vitest';
import { open, raw } from '../../test/support/dialect-stage.ts';
import type { DialectName } from '../wire/dialect.ts';

const intent = (different: object) =>
  JSON.stringify({
    cmd: 'intent',
    intent: { zmovement: 0, xmovement: 0, yaw: 0, pitch: 0, ack_state_rev: 0, ...different },
  });
const ask = (...body: unknown[]) => JSON.stringify(['interaction', 'request', 'me', 'place', '1', body]);

describe('what a real place would have crashed on', () => {
  it.each<[DialectName, number, string, string]>([
    ['v1', 1, ask('change_components'), 'a packet on channel 1 without its newline'],
    ['v2', 0, intent({}), 'a packet on channel 0 without its newline'],
    ['v2', 2, '\0\x01\0\x02{}\n', 'a packet on channel 2'],
    ['v3', 3, '\0\0\0\x01ab', 'media of 6 bytes'],
    ['v4', 0, '\0\0\0\x01ab', 'media of 6 bytes'],
    ['v4', 4, '\0\0\0\x01ab', 'media of 6 bytes'],
    ['v3', 2, intent({}), `${intent({}).length} bytes that are no asset message on channel 2`],
    ['v3', 1, '["interaction","request","me","place"]', 'an interaction of 4 elements'],
    ['v3', 1, '{"cmd":"interact"}', 'an interaction that is no list'],
    [
      'v4',
      1,
      '["interaction","request",null,"place","1",["poke"]]',
      'an interaction with something else than strings as type, ends and request id',
    ],
    ['v4', 1, ask(), 'an interaction whose body does not begin with a string'],
    ['v3', 0, intent({ yaw: undefined }), 'an intent without yaw'],
    ['v3', 0, '{"client_time":1}', 'something that is no intent on the channel of intents'],
    ['v3', 0, intent({ ack_state_rev: -1 }), 'an intent that acknowledges -1'],
    ['alloplace', 0, intent({ ack_state_rev: 1.5 }), 'an intent that acknowledges 1.5'],
    ['alloplace', 0, intent({ ack_state_rev: 2 ** 31 }), 'an intent that acknowledges 2147483648'],
    [
      'v2',
      0,
      `${intent({ poses: { head: { matrix: [1, 0] } } })}\n`,
      'an intent with a pose whose matrix is not 16 numbers: head',
    ],
    ['v3', 1, ask('spawn_entity', { components: {} }), 'spawn_entity with an object of components'],
    [
      'v4',
      1,
      ask('spawn_entity', { children: [{}, { children: [{ components: {} }] }] }),
      'spawn_entity with an object of components',
    ],
    [
      'v3',
      1,
      ask('announce', 'version', 3, 'identity', { display_name: 'a' }, 'spawn_avatar', { components: {} }),
      'announce with an object of components',
    ],
    ['v4', 1, ask('spawn_entity'), 'spawn_entity without all of its arguments in their places'],
    ['v3', 1, ask('announce', 'version'), 'announce without all of its arguments in their places'],
    [
      'v2',
      1,
      `${ask('change_components', 'me', 'remove', ['hat'])}\n`,
      'change_components without all of its arguments in their places',
    ],
    [
      'v1',
      1,
      `${ask('change_components', 'nobody', 'add_or_change', {}, 'remove', [])}\n`,
      'change_components of an entity that is not there',
    ],
    [
      'v3',
      1,
      ask('add_property_animation', { path: 'a', from: 0, to: 1 }),
      'an animation of an entity that is not there',
    ],
  ])('%s dies, on channel %i, of %j', async (name, channel, packet, what) => {
    const stage = await open(name);
    const bystander = await stage.join('Bystander');
    const culprit = await stage.join('Culprit');
    raw(culprit, channel, packet);
    await stage.time.advance(50);
    expect(stage.log).toContain(`lethal: ${what}`);
    expect(stage.place.faults.get('ALLO_E_AGENT_LETHAL')).toBe(1);
    expect(culprit.closed).toEqual({ by: 'remote', code: 1000 });
    expect(bystander.closed).toBeUndefined();
  });

  it.each<[DialectName, number, string]>([
    ['v3', 1, `${ask('nonsense')}\n`],
    ['v3', 0, `${intent({ poses: { 'hand/left': { matrix: [], grab: {} } } })}\n`],
    ['v4', 0, '\0\0\0\x01abc'],
    ['v3', 2, '\0\x01\0\x02{}'],
    ['v2', 1, `${ask('spawn_entity', { components: {} })}\n`],
    ['alloplace', 3, '\0\0\0\x01a'],
    ['alloplace', 1, '["interaction","request","me"]'],
    ['documented', 1, 'nonsense'],
    ['documented', 0, intent({ yaw: undefined, ack_state_rev: 2 ** 40 })],
    ['documented', 3, 'x'],
  ])('%s survives, on channel %i, %j', async (name, channel, packet) => {
    const stage = await open(name);
    const agent = await stage.join('Ada');
    raw(agent, channel, packet);
    await stage.time.advance(50);
    expect(stage.place.faults.get('ALLO_E_AGENT_LETHAL')).toBe(0);
    expect(agent.closed).toBeUndefined();
  });
});
