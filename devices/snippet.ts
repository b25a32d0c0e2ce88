import { stringify } from 'yaml';

/** Configuration of one thing as YAML to paste under `things:`, indented as there. */
export function snippet(thing: { id: string; driver: string; [key: string]: unknown }): string {
  return stringify([thing], { indentSeq: true }).trimEnd().replace(/^/gm, '  ');
}

/** An id for a thing that is called `text` somewhere: `cpu-thermal` becomes `cpu_thermal`. */
export function idOf(text: string): string {
  const id = text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .slice(0, 50);
  return /^[a-z]/.test(id) ? id : `thing_${id}`;
}
