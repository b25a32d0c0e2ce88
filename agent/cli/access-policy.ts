import type { AccessPolicy, PokeAccess } from '../appliance/access.ts';
import type { Config } from '../config/schema.ts';

/** Who may command, as the whole configuration says it. */
export function accessPolicy(config: Config): AccessPolicy {
  const { write, poke, keys } = config.access;
  const pokeOf = new Map<string, PokeAccess>();
  for (const { id, poke } of poked(config)) if (poke) pokeOf.set(id, poke);
  return { write, poke, pokeOf, keys };
}

/** The keys of the configuration that the policy is made of. */
export function accessKeys(config: Config): string[] {
  const things = config.things.map(({ id }) => `things.${id}.poke`);
  const access = ['write', 'poke', 'key_file', 'keys'].map((key) => `access.${key}`);
  return [...access, ...things, 'microphone.poke', 'speaker.poke'];
}

function poked({ things, microphone, speaker }: Config): { id: string; poke?: PokeAccess | undefined }[] {
  return [
    ...things,
    ...(microphone ? [{ ...microphone, id: 'microphone' }] : []),
    ...(speaker ? [{ ...speaker, id: 'speaker' }] : []),
  ];
}
