import type { LineContent, LineFormat } from './line-format.ts';
import type { Line } from './line-splitter.ts';
import type { SerialConfig } from './schema.ts';
import { decodeText } from './text-value.ts';

/** What the named groups of a pattern find in a line; groups that take no part in the match are not there. */
export class RegexLines implements LineFormat {
  readonly #pattern: RegExp;
  readonly #groups: ReadonlyMap<string, string>;

  constructor({ pattern, properties }: SerialConfig) {
    this.#pattern = new RegExp(pattern ?? '', 'u');
    this.#groups = new Map(
      Object.entries(properties).map(([name, { field }]) => [name, String(field ?? name)]),
    );
  }

  readonly decode = decodeText;

  parse({ text, first }: Line): LineContent {
    // A line whose beginning is missing may match all the same.
    if (first) return 'no values';
    const found = this.#pattern.exec(text)?.groups;
    if (!found) return { malformed: 'does not match the pattern' };
    const fields = new Map<string, string>();
    for (const [name, group] of this.#groups) if (found[group] !== undefined) fields.set(name, found[group]);
    return fields.size > 0 ? { fields } : 'no values';
  }
}
