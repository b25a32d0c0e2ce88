import { beforeEach, describe, expect, it } from 'vitest';
import { AlloError } from '../errors.ts';
import { CommandLog } from './command-log.ts';

const asked = { sender: 'e1', name: 'Ann', placeTime: 12.5 };
const refusal = new AlloError('ALLO_E_PROOF_WRONG', 'no such key');

let lines: object[];
let log: CommandLog;

beforeEach(() => {
  lines = [];
  const write = (fields: object, msg: string) => void lines.push({ ...fields, msg });
  log = new CommandLog({ info: write, warn: write });
});

describe('the log of commands', () => {
  it('tells who commanded what, when and with which key', () => {
    log.accepted(asked, ['write_property', 'lamp.on', true], 'ann');
    log.accepted({ sender: 'e2' }, ['invoke_action', 'microphone.mute'], undefined);
    expect(lines).toEqual([
      { ...asked, what: 'write_property lamp.on true', keyName: 'ann', msg: 'command accepted' },
      { sender: 'e2', what: 'invoke_action microphone.mute', msg: 'command accepted' },
    ]);
  });

  it('tells what was refused, and why, shortened where it is long', () => {
    log.refused(asked, ['write_property', 'sign.text', 'x'.repeat(1e4)], refusal, 0);
    expect(lines).toEqual([
      {
        ...asked,
        code: 'ALLO_E_PROOF_WRONG',
        reason: 'no such key',
        what: expect.stringMatching(/^write_property sign\.text x{174}…$/),
        msg: 'command refused',
      },
    ]);
  });

  it('writes 60 refusals a minute, and counts the others', () => {
    for (let n = 0; n < 100; n++) log.refused(asked, ['poke'], refusal, n * 10);
    expect(lines).toHaveLength(60);
    log.accepted(asked, ['poke'], undefined);
    log.refused(asked, ['poke'], refusal, 60_000);
    log.refused(asked, ['poke'], refusal, 60_001);
    expect(lines.slice(60)).toMatchObject([
      { msg: 'command accepted' },
      { msg: 'command refused', unwritten: 40 },
      { msg: 'command refused' },
    ]);
    expect(lines.at(-1)).not.toHaveProperty('unwritten');
  });
});
