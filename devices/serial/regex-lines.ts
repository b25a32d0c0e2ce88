import { createContext, Script } from 'node:vm';
import type { LineContent, LineFormat } from './line-format.ts';
import type { Line } from './line-splitter.ts';
import type { SerialConfig } from './schema.ts';
import { decodeText } from './text-value.ts';

/** Longest time the pattern may take for one line, ms. */
const longestMs = 100;
/** After a line that took longer, lines are left out for so long, ms: two per cent of the time are lost at most. */
const restMs = 50 * longestMs;

const tooSlow = { malformed: `is left out: the pattern took more than ${longestMs} ms for a line` };

/** What the named groups of a pattern find in a line; groups that take no part in the match are not there. */
export class RegexLines implements LineFormat {
  readonly #match: (text: string) => RegExpExecArray['groups'] | null;
  readonly #groups: ReadonlyMap<string, string>;
  #restUntil = 0;

  constructor({ pattern, properties }: SerialConfig) {
    this.#match = interruptible(new RegExp(pattern ?? '', 'u'));
    this.#groups = new Map(
      Object.entries(properties).map(([name, { field }]) => [name, String(field ?? name)]),
    );
  }

  readonly decode = decodeText;

  parse({ text, first }: Line): LineContent {
    // A line whose beginning is missing may match all the same.
    if (first) return 'no values';
    const found = this.#find(text);
    if (found === 'too slow') return tooSlow;
    if (!found) return { malformed: 'does not match the pattern' };
    const fields = new Map<string, string>();
    for (const [name, group] of this.#groups) if (found[group] !== undefined) fields.set(name, found[group]);
    return fields.size > 0 ? { fields } : 'no values';
  }

  #find(text: string): RegExpExecArray['groups'] | null | 'too slow' {
    if (performance.now() < this.#restUntil) return 'too slow';
    try {
      return this.#match(text);
    } catch {
      this.#restUntil = performance.now() + restMs;
      return 'too slow';
    }
  }
}

/** Matches as `pattern` does, but throws after `longestMs`: some patterns take hours for a line of 40 characters. */
function interruptible(pattern: RegExp): (text: string) => RegExpExecArray['groups'] | null {
  const context = createContext({ pattern, text: '' });
  const script = new Script('pattern.exec(text)?.groups ?? null');
  return (text) => {
    context.text = text;
    return script.runInContext(context, { timeout: longestMs });
  };
}
