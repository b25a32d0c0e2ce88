import { AlloError } from '../errors.ts';
import type { Key } from '../keys/key.ts';
import { type Proof, type ProvenCommand, provingKey } from '../keys/proof.ts';
import { Lockout, wrongProofs } from './lockout.ts';
import { Nonces, nonceLifetime } from './nonces.ts';
import { SenderLimit } from './sender-limit.ts';

export type PokeAccess = 'anyone' | 'nobody';

/** Who may command the appliance: `access` in the configuration. */
export interface AccessPolicy {
  readonly write: 'anyone' | 'nobody' | 'key';
  /** Who may poke without a key; by default anyone where anyone may write, else nobody. */
  readonly poke?: PokeAccess | undefined;
  /** The same for single things, by id. */
  readonly pokeOf?: ReadonlyMap<string, PokeAccess>;
  /** Those whose proofs count where `write` is `key`. */
  readonly keys?: readonly Key[] | undefined;
}

/** Something that somebody wants done. */
export interface Command extends Omit<ProvenCommand, 'nonce' | 'request'> {
  readonly request: 'write_property' | 'invoke_action' | 'poke';
  /** Entity that asks. */
  readonly sender: string;
  readonly proof: Proof | undefined;
}

/** Decides whether a sender may command, and how often. The policy may be changed while it runs. */
export class Access {
  policy: AccessPolicy;
  readonly #limit = new SenderLimit(20);
  readonly #nonces = new Nonces();
  readonly #lockout = new Lockout();

  constructor(policy: AccessPolicy) {
    this.policy = policy;
  }

  /** A nonce for one proof of this sender, good for 30 s. Throws ALLO_E_CONTROL_LOCKED. `now` in ms. */
  nonce(sender: string, now: number): string {
    this.#checkLock(now);
    return this.#nonces.give(sender, now);
  }

  /**
   * The key that allows it, or undefined where none is needed. Throws ALLO_E_WRITE_FORBIDDEN, ALLO_E_WRITE_RATE,
   * ALLO_E_CONTROL_LOCKED or ALLO_E_PROOF_*. `now` in ms.
   */
  check(command: Command, now: number): Key | undefined {
    const key = this.#isOpen(command) ? undefined : this.#checkProof(command, now);
    if (!this.#limit.take(command.sender, now)) {
      throw new AlloError(
        'ALLO_E_WRITE_RATE',
        'too many commands: at most 20 a second are taken from one sender',
      );
    }
    return key;
  }

  /** Whether people without a key may poke the properties of a thing. */
  pokeOf(thing: string): PokeAccess {
    const { write, poke, pokeOf } = this.policy;
    return pokeOf?.get(thing) ?? poke ?? (write === 'anyone' ? 'anyone' : 'nobody');
  }

  /** Whether it needs no key. Throws ALLO_E_WRITE_FORBIDDEN where none would help. */
  #isOpen({ request, target }: Command): boolean {
    const { write } = this.policy;
    const isPoke = request === 'poke';
    if ((isPoke ? this.pokeOf(target.slice(0, target.indexOf('.'))) : write) === 'anyone') return true;
    if (write === 'key') return false;
    throw new AlloError(
      'ALLO_E_WRITE_FORBIDDEN',
      write === 'nobody' ? 'this appliance can be watched, not switched' : `${target} cannot be poked`,
    );
  }

  #checkProof(command: Command, now: number): Key {
    const { proof, sender } = command;
    this.#checkLock(now);
    if (!proof)
      throw new AlloError(
        'ALLO_E_PROOF_MISSING',
        `${command.target} is switched with a key, and none was shown`,
      );
    const state = this.#nonces.look(proof.nonce, sender, now);
    if (state === 'expired') {
      const seconds = nonceLifetime / 1e3;
      throw new AlloError(
        'ALLO_E_PROOF_EXPIRED',
        `the nonce of the proof is older than ${seconds} s; ask again`,
      );
    }
    if (state === 'crowded')
      throw new AlloError('ALLO_E_WRITE_RATE', 'too many commands: more than can be told from repeated ones');
    if (state === 'spent')
      throw this.#wrong('ALLO_E_PROOF_REPEATED', 'the nonce of the proof has been used before', now);
    if (state === 'foreign')
      throw this.#wrong('ALLO_E_PROOF_WRONG', 'the nonce of the proof was not given to you here', now);
    const key = provingKey(this.policy.keys ?? [], { ...command, nonce: proof.nonce }, proof.proof);
    if (!key)
      throw this.#wrong('ALLO_E_PROOF_WRONG', 'the proof is not one of a key that this appliance knows', now);
    this.#nonces.spend(proof.nonce, now);
    return key;
  }

  #wrong(code: 'ALLO_E_PROOF_WRONG' | 'ALLO_E_PROOF_REPEATED', reason: string, now: number): AlloError {
    // A proof that is refused while control is locked must not be of use to a listener afterwards.
    if (this.#lockout.wrong(now)) this.#nonces.voidAll(now);
    return new AlloError(code, reason);
  }

  #checkLock(now: number): void {
    const until = this.#lockout.lockedUntil(now);
    if (until === undefined) return;
    const seconds = Math.ceil((until - now) / 1e3);
    throw new ControlLocked(
      until,
      `after ${wrongProofs} wrong proofs, control is locked for another ${seconds} s`,
    );
  }
}

/** Control is locked until a local moment, ms. */
export class ControlLocked extends AlloError {
  readonly until: number;

  constructor(until: number, message: string) {
    super('ALLO_E_CONTROL_LOCKED', message);
    this.until = until;
  }
}
