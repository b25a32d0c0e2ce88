import { createSecretKey } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import type { AlloError } from '../errors.ts';
import { prove } from '../keys/proof.ts';
import { Access, type Command } from './access.ts';

const ann = { name: 'ann', secret: createSecretKey(Buffer.alloc(32, 1)) };
const bob = { name: 'bob', secret: createSecretKey(Buffer.alloc(16, 2)) };
const stranger = createSecretKey(Buffer.alloc(32, 3));

const wanted = {
  request: 'write_property',
  entity: 'greenhouse',
  target: 'lamp.on',
  value: true,
  sender: 'visitor',
  proof: undefined,
} as const satisfies Command;

let now: number;
let access: Access;

beforeEach(() => {
  now = 5_000.25;
  access = new Access({ write: 'key', keys: [ann, bob] });
});

/** The command with a proof of it, with a nonce given now. */
function proven(command: Command = wanted, secret = ann.secret): Command {
  const nonce = access.nonce(command.sender, now);
  return { ...command, proof: prove(secret, { ...command, nonce }) };
}

/** The name of the key that let it through, `open` where none was needed, or the code of the refusal. */
function outcome(command: Command): string {
  try {
    return access.check(command, now)?.name ?? 'open';
  } catch (error) {
    return (error as AlloError).code;
  }
}

/** A wrong proof, in the name of a sender of its own. */
const wrong = (n = 0) => outcome(proven({ ...wanted, sender: `mallory ${n}` }, stranger));

describe('control by key', () => {
  it('lets through who proves to have one, and tells which', () => {
    expect(outcome(proven())).toBe('ann');
    expect(outcome(proven(wanted, bob.secret))).toBe('bob');
  });

  it('refuses who shows none', () => {
    expect(outcome(wanted)).toBe('ALLO_E_PROOF_MISSING');
  });

  it('refuses a key that it does not know, until it does', () => {
    expect(outcome(proven(wanted, stranger))).toBe('ALLO_E_PROOF_WRONG');
    access.policy = { write: 'key', keys: [{ name: 'new', secret: stranger }] };
    expect(outcome(proven(wanted, stranger))).toBe('new');
    expect(outcome(proven())).toBe('ALLO_E_PROOF_WRONG');
  });

  it('takes each proof once', () => {
    const command = proven();
    expect(outcome(command)).toBe('ann');
    expect(outcome(command)).toBe('ALLO_E_PROOF_REPEATED');
    now += 29_000;
    expect(outcome(command)).toBe('ALLO_E_PROOF_REPEATED');
    now += 60_000;
    expect(outcome(command)).toBe('ALLO_E_PROOF_EXPIRED');
  });

  it('takes no second proof with a nonce that was used, in whatever way it is written', () => {
    const nonce = access.nonce('visitor', now);
    const off = { ...wanted, value: false };
    expect(outcome({ ...wanted, proof: prove(ann.secret, { ...wanted, nonce }) })).toBe('ann');
    expect(outcome({ ...off, proof: prove(ann.secret, { ...off, nonce }) })).toBe('ALLO_E_PROOF_REPEATED');
    for (const other of [
      `${nonce}=`,
      ` ${nonce}`,
      `${nonce}\n`,
      nonce.replace(/.$/, '*'),
      '',
      'x'.repeat(1e5),
    ])
      expect(outcome({ ...wanted, proof: prove(ann.secret, { ...wanted, nonce: other }) })).toBe(
        'ALLO_E_PROOF_WRONG',
      );
  });

  it('takes a proof for 30 s after its nonce was given', () => {
    const [soon, late] = [proven(), proven()];
    now += 29_999;
    expect(outcome(soon)).toBe('ann');
    now += 1;
    expect(outcome(late)).toBe('ALLO_E_PROOF_EXPIRED');
  });

  it.each<[string, Partial<Command>]>([
    ['value', { value: false }],
    ['value that looks alike', { value: 'true' }],
    ['property', { target: 'heater.on' }],
    ['appliance', { entity: 'cellar' }],
    ['request', { request: 'invoke_action' }],
    ['sender', { sender: 'mallory' }],
  ])('takes no proof for another %s, and leaves the right one as good as it was', (_, other) => {
    const command = proven();
    expect(outcome({ ...command, ...other })).toBe('ALLO_E_PROOF_WRONG');
    expect(outcome(command)).toBe('ann');
  });

  it('takes no nonce of another appliance, nor of itself before a restart', () => {
    const command = proven();
    access = new Access(access.policy);
    expect(outcome(command)).toBe('ALLO_E_PROOF_WRONG');
  });

  it('takes 20 commands a second of one sender, who cannot be robbed of them by others in its name', () => {
    for (let n = 0; n < 15; n++) expect(outcome(wanted)).toBe('ALLO_E_PROOF_MISSING');
    for (let n = 0; n < 20; n++) expect(outcome(proven())).toBe('ann');
    const tooMuch = proven();
    expect(outcome(tooMuch)).toBe('ALLO_E_WRITE_RATE');
    now += 1_000;
    expect(outcome(tooMuch)).toBe('ALLO_E_PROOF_REPEATED');
    expect(outcome(proven())).toBe('ann');
  });

  it('gives nonces to a flood of strangers without keeping any, or losing one', () => {
    const command = proven();
    for (let n = 0; n < 20_000; n++) access.nonce(`mallory ${n % 5_000}`, now);
    expect(outcome(command)).toBe('ann');
  });

  it('refuses what it could not tell from a repetition, rather than forget', () => {
    const some = Array.from({ length: 4_096 }, (_, n) =>
      outcome(proven({ ...wanted, sender: `visitor ${n}` })),
    );
    expect(new Set(some)).toEqual(new Set(['ann']));
    expect(outcome(proven())).toBe('ALLO_E_WRITE_RATE');
    now += 30_001;
    expect(outcome(proven())).toBe('ann');
  });
});

describe('the lock', () => {
  it('closes after 20 wrong proofs within a minute, from whomever, and opens a minute later', () => {
    const before = proven();
    for (let n = 0; n < 19; n++) {
      expect(wrong(n)).toBe('ALLO_E_PROOF_WRONG');
      now += 2_000;
    }
    expect(outcome(proven())).toBe('ann');
    const held = proven();
    expect(wrong()).toBe('ALLO_E_PROOF_WRONG');
    for (const command of [held, before, wanted]) expect(outcome(command)).toBe('ALLO_E_CONTROL_LOCKED');
    expect(() => access.nonce('visitor', now)).toThrow('locked for another 60 s');
    now += 59_999;
    expect(() => access.nonce('visitor', now)).toThrow('locked for another 1 s');
    now += 1;
    expect(outcome(proven())).toBe('ann');
  });

  it('voids what was given before: a proof refused then is of no use to who overheard it', () => {
    for (let n = 0; n < 19; n++) wrong(n);
    const overheard = proven();
    wrong();
    expect(outcome(overheard)).toBe('ALLO_E_CONTROL_LOCKED');
    now += 60_000;
    expect(outcome(overheard)).toBe('ALLO_E_PROOF_EXPIRED');
  });

  it('stays open while wrong proofs are few, and counts neither old ones nor missing ones', () => {
    for (let n = 0; n < 200; n++) {
      expect(wrong(n)).toBe('ALLO_E_PROOF_WRONG');
      expect(outcome(wanted)).toBe('ALLO_E_PROOF_MISSING');
      now += 3_158;
    }
    expect(outcome(proven())).toBe('ann');
  });

  it('counts repeated proofs, and those with nonces that are made up', () => {
    const command = proven();
    expect(outcome(command)).toBe('ann');
    for (let n = 0; n < 10; n++) outcome(command);
    for (let n = 0; n < 10; n++) outcome({ ...wanted, proof: { nonce: 'made up', proof: '00' } });
    expect(outcome(wanted)).toBe('ALLO_E_CONTROL_LOCKED');
  });
});

describe('control without a key', () => {
  it('is for anyone or for nobody, whatever is shown', () => {
    const command = proven();
    access.policy = { write: 'nobody', keys: [ann] };
    expect(outcome(command)).toBe('ALLO_E_WRITE_FORBIDDEN');
    access.policy = { write: 'anyone' };
    expect(outcome(wanted)).toBe('open');
    expect(outcome({ ...wanted, proof: { nonce: '', proof: '' } })).toBe('open');
  });
});

describe('pokes', () => {
  const poke = { ...wanted, request: 'poke', value: false } as const satisfies Command;

  it.each([
    [{ write: 'anyone' }, 'open'],
    [{ write: 'key' }, 'ALLO_E_PROOF_MISSING'],
    [{ write: 'nobody' }, 'ALLO_E_WRITE_FORBIDDEN'],
    [{ write: 'anyone', poke: 'nobody' }, 'ALLO_E_WRITE_FORBIDDEN'],
    [{ write: 'key', poke: 'anyone' }, 'open'],
    [{ write: 'nobody', poke: 'anyone' }, 'open'],
    [{ write: 'key', poke: 'nobody', pokeOf: new Map([['lamp', 'anyone' as const]]) }, 'open'],
    [
      { write: 'key', poke: 'anyone', pokeOf: new Map([['lamp', 'nobody' as const]]) },
      'ALLO_E_PROOF_MISSING',
    ],
    [{ write: 'anyone', pokeOf: new Map([['heater', 'nobody' as const]]) }, 'open'],
  ] as const)('without a key, with %j: %s', (policy, expected) => {
    access.policy = { ...policy, keys: [ann] };
    expect(outcome(poke)).toBe(expected);
  });

  it('are let through with a key, also where nobody may without', () => {
    expect(outcome(proven(poke))).toBe('ann');
  });

  it('that anyone may go on while control by key is locked', () => {
    access.policy = { write: 'key', poke: 'anyone', keys: [ann] };
    for (let n = 0; n < 20; n++) wrong(n);
    expect(outcome(wanted)).toBe('ALLO_E_CONTROL_LOCKED');
    expect(outcome(poke)).toBe('open');
  });
});
