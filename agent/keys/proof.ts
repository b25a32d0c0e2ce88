import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto';
import { isObject, type Json } from '../wire/json.ts';
import { canonicalJson } from './canonical-json.ts';
import type { Key } from './key.ts';

/** What comes with a command: that its sender has a key. */
export interface Proof {
  /** As the appliance gave it. */
  readonly nonce: string;
  /** HMAC-SHA-256, 64 hexadecimal digits. */
  readonly proof: string;
}

/** All that a proof vouches for. */
export interface ProvenCommand {
  readonly nonce: string;
  /** Id of the appliance's avatar. */
  readonly entity: string;
  /** `write_property`, `invoke_action` or `poke`. */
  readonly request: string;
  /** The property or action: `grow_light.on`, `microphone.mute`. */
  readonly target: string;
  /** The value written, the input of the action or null, or what the poke says. */
  readonly value: Json;
}

/** What is signed begins with this, so that no signature for anything else is ever one for a command. */
const purpose = 'allo-agent command 1';

/** The text whose UTF-8 bytes are signed. */
export function signedText({ nonce, entity, request, target, value }: ProvenCommand): string {
  return canonicalJson([purpose, nonce, entity, request, target, value]);
}

export function prove(secret: KeyObject, command: ProvenCommand): Proof {
  return { nonce: command.nonce, proof: hmac(secret, command).toString('hex') };
}

/** The key that a proof was made with. Takes as long whichever it is, and however near a wrong one comes. */
export function provingKey(keys: readonly Key[], command: ProvenCommand, proof: string): Key | undefined {
  const given = Buffer.from(/^[\da-f]{64}$/i.test(proof) ? proof : '', 'hex');
  const compared = Buffer.alloc(32);
  given.copy(compared);
  let found: Key | undefined;
  for (const key of keys) if (timingSafeEqual(hmac(key.secret, command), compared)) found = key;
  return given.length === compared.length ? found : undefined;
}

/** The arguments of a request, and the proof that may stand behind them: `{"nonce", "proof"}` and nothing else. */
export function takeProof(args: readonly Json[]): { args: readonly Json[]; proof: Proof | undefined } {
  const last = args.at(-1);
  if (!isObject(last) || Object.keys(last).length !== 2) return { args, proof: undefined };
  const { nonce, proof } = last;
  if (typeof nonce !== 'string' || typeof proof !== 'string') return { args, proof: undefined };
  return { args: args.slice(0, -1), proof: { nonce, proof } };
}

function hmac(secret: KeyObject, command: ProvenCommand): Buffer {
  return createHmac('sha256', secret).update(signedText(command), 'utf8').digest();
}
