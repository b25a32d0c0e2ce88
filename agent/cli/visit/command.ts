import { AlloError } from '../../errors.ts';
import type { Key } from '../../keys/key.ts';
import { type Proof, type ProvenCommand, prove } from '../../keys/proof.ts';
import type { Body } from '../../wire/interaction.ts';
import { isObject, type Json } from '../../wire/json.ts';
import type { Visitor } from './visitor.ts';

/** Something to be done, and what is said to have it done. */
export interface VisitCommand extends Omit<ProvenCommand, 'nonce'> {
  /** The entity that is asked: that of the property, or the appliance itself. */
  readonly to: string;
  readonly body: Body;
}

/**
 * Asks for it to be done, with proof of the key where there is one, and resolves with what follows `[name, "ok"` in
 * the answer. Rejects as `Visitor.ask` does.
 */
export async function command(
  visitor: Visitor,
  key: Key | undefined,
  { to, body, ...wanted }: VisitCommand,
): Promise<readonly Json[]> {
  if (!key) return visitor.ask(to, body);
  const [given] = await visitor.ask(to, ['get_nonce']);
  const nonce = isObject(given) ? given.nonce : undefined;
  if (typeof nonce !== 'string')
    throw new AlloError('ALLO_E_VISIT_REFUSED', 'the appliance gave no nonce to prove the key with');
  const { proof }: Proof = prove(key.secret, { ...wanted, nonce });
  return visitor.ask(to, [...body, { nonce, proof }]);
}
