import { isObject, type Json } from '../wire/json.ts';

/**
 * The guard patterns of `subscribe`: the part of Elixir's that publications need.
 *
 *     ["reading", R] where R["thing"] == "door" and R["quality"] != "fault"
 *
 * A list matches a list of the same length, item by item; strings, numbers, `true`, `false` and `nil` match
 * themselves. A capitalised word is a variable and matches anything, the same thing wherever it stands again;
 * `_` and words that begin with it match anything. `where` compares with `==` and `!=`, joined by `and`;
 * a variable may be followed by `["member"]`. What takes more than 1,000 values to compare does not match.
 */
export interface Pattern {
  matches(body: Json): boolean;
}

export const PATTERN_LENGTH = 1000;
const PATTERN_DEPTH = 8;
/** Values looked at to tell whether one publication matches: whoever publishes may be no friend of who subscribes. */
const MOST_COMPARED = 1000;

/** What the variables stand for, while one publication is compared. */
class Bindings extends Map<string, Json> {
  #compared = 0;

  /** Whether two values are the same; undefined where too much has been compared already. */
  same(a: Json, b: Json): boolean | undefined {
    if (++this.#compared > MOST_COMPARED) return undefined;
    if (a === b) return true;
    if (Array.isArray(a) && Array.isArray(b))
      return a.length === b.length && this.#all(a, (item, i) => this.same(item as Json, b[i]!));
    if (!isObject(a) || !isObject(b)) return false;
    const members = Object.entries(a);
    return (
      members.length === Object.keys(b).length &&
      this.#all(members, ([key, value]) => Object.hasOwn(b, key) && this.same(value, b[key]!))
    );
  }

  #all<T>(items: readonly T[], test: (item: T, index: number) => boolean | undefined): boolean | undefined {
    for (const [index, item] of items.entries()) {
      const result = test(item, index);
      if (!result) return result;
    }
    return true;
  }
}

type Term =
  | { readonly kind: 'value'; readonly value: Json }
  | { readonly kind: 'list'; readonly items: readonly Term[] }
  | { readonly kind: 'variable'; readonly name: string; readonly path: readonly string[] }
  | { readonly kind: 'anything' };

interface Condition {
  readonly left: Term;
  readonly equal: boolean;
  readonly right: Term;
}

/** Reads a pattern, or says where it cannot be understood. */
export function parsePattern(text: string): Pattern | string {
  if (text.length > PATTERN_LENGTH) return `the pattern is longer than ${PATTERN_LENGTH} characters`;
  const tokens = tokenize(text);
  if (typeof tokens === 'string') return tokens;
  return new Parser(tokens).pattern();
}

const TOKEN = /\s*(?:("(?:[^"\\]|\\.)*")|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|([A-Za-z_]\w*)|(==|!=|[[\],]))/y;

function tokenize(text: string): string[] | string {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  const end = text.trimEnd().length;
  for (let at = 0; at < end; at = TOKEN.lastIndex) {
    const token = TOKEN.exec(text);
    if (!token) return `the pattern is not understood from character ${at + 1} on`;
    tokens.push(token[0].trim());
  }
  return tokens;
}

class Parser {
  readonly #tokens: readonly string[];
  #at = 0;

  constructor(tokens: readonly string[]) {
    this.#tokens = tokens;
  }

  pattern(): Pattern | string {
    const shape = this.#term(PATTERN_DEPTH);
    if (shape?.kind !== 'list') return 'the pattern has to be a list';
    const conditions: Condition[] = [];
    if (this.#take('where')) {
      do {
        const condition = this.#condition();
        if (!condition) return 'the pattern has a condition that is not understood';
        conditions.push(condition);
      } while (this.#take('and'));
    }
    if (this.#at < this.#tokens.length) return `the pattern is not understood at ${this.#tokens[this.#at]}`;
    return {
      matches(body) {
        const bindings = new Bindings();
        return bind(shape, body, bindings) && conditions.every((condition) => holds(condition, bindings));
      },
    };
  }

  #take(token: string): boolean {
    if (this.#tokens[this.#at] !== token) return false;
    this.#at++;
    return true;
  }

  #condition(): Condition | undefined {
    const left = this.#operand();
    const operator = this.#tokens[this.#at++];
    const right = this.#operand();
    if (!left || !right || (operator !== '==' && operator !== '!=')) return undefined;
    return { left, equal: operator === '==', right };
  }

  #operand(): Term | undefined {
    const term = this.#term(PATTERN_DEPTH);
    if (term?.kind !== 'variable') return term?.kind === 'value' ? term : undefined;
    const path: string[] = [];
    while (this.#take('[')) {
      const key = this.#term(0);
      if (key?.kind !== 'value' || typeof key.value !== 'string' || !this.#take(']')) return undefined;
      path.push(key.value);
    }
    return { ...term, path };
  }

  #term(depth: number): Term | undefined {
    const token = this.#tokens[this.#at++];
    if (token === undefined) return undefined;
    if (token === '[') return depth > 0 ? this.#list(depth) : undefined;
    if (token === 'true' || token === 'false') return { kind: 'value', value: token === 'true' };
    if (token === 'nil' || token === 'null') return { kind: 'value', value: null };
    if (token.startsWith('_')) return { kind: 'anything' };
    if (/^[A-Z]/.test(token)) return { kind: 'variable', name: token, path: [] };
    if (token.startsWith('"') || /^[-\d]/.test(token)) return literal(token);
    return undefined;
  }

  #list(depth: number): Term | undefined {
    const items: Term[] = [];
    if (this.#take(']')) return { kind: 'list', items };
    do {
      const item = this.#term(depth - 1);
      if (!item) return undefined;
      items.push(item);
    } while (this.#take(','));
    return this.#take(']') ? { kind: 'list', items } : undefined;
  }
}

function literal(token: string): Term | undefined {
  try {
    return { kind: 'value', value: JSON.parse(token) as Json };
  } catch {
    return undefined;
  }
}

function bind(term: Term, value: Json, bindings: Bindings): boolean {
  switch (term.kind) {
    case 'anything':
      return true;
    case 'value':
      return term.value === value;
    case 'list':
      return (
        Array.isArray(value) &&
        value.length === term.items.length &&
        term.items.every((item, i) => bind(item, value[i]!, bindings))
      );
    case 'variable': {
      const bound = bindings.get(term.name);
      if (bound !== undefined) return bindings.same(bound, value) ?? false;
      bindings.set(term.name, value);
      return true;
    }
  }
}

function holds({ left, equal, right }: Condition, bindings: Bindings): boolean {
  const a = evaluate(left, bindings);
  const b = evaluate(right, bindings);
  return a !== undefined && b !== undefined && bindings.same(a, b) === equal;
}

function evaluate(term: Term, bindings: Bindings): Json | undefined {
  if (term.kind === 'value') return term.value;
  if (term.kind !== 'variable') return undefined;
  let value = bindings.get(term.name);
  for (const key of term.path) {
    if (!isObject(value) || !Object.hasOwn(value, key)) return undefined;
    value = value[key];
  }
  return value;
}
