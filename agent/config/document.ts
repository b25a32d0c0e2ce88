import { isMap, isNode, isScalar, isSeq, LineCounter, type Pair, parseDocument } from 'yaml';
import type { Path, Problem } from './problem.ts';
import { syntaxWording } from './syntax.ts';

/** From 1, both. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A YAML text, its value, and where in the text each part of the value stands. */
export interface ConfigDocument {
  readonly file: string;
  /** `undefined` where the text is too broken to be looked at further. */
  readonly value: unknown;
  readonly problems: readonly Problem[];
  /** Where the value at `path` stands; where there is none, where the nearest thing round it does. */
  locate(path: Path): Position;
  /** Where the key that ends `path` stands. */
  locateKey(path: Path): Position;
}

/** Reads YAML 1.2 (core schema: `on`, `off` and `yes` are text). Never throws. */
export function parseConfigDocument(text: string, file: string): ConfigDocument {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, stringKeys: true });
  const at = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const start = (node: unknown) => at(isNode(node) ? (node.range?.[0] ?? 0) : 0);

  const problems: Problem[] = [];
  for (const error of [...document.errors, ...document.warnings]) {
    const position = at(error.pos[0]);
    // One mistake breaks what follows it on its line as well.
    if (problems.some((earlier) => earlier.line === position.line)) continue;
    problems.push({ file, ...position, path: '', ...syntaxWording(error) });
  }

  let value: unknown;
  if (document.errors.every((error) => error.code === 'DUPLICATE_KEY')) {
    try {
      value = document.toJS({ maxAliasCount: 100 });
    } catch (error) {
      const code = 'ALLO_E_CONFIG_SYNTAX';
      const problem = error instanceof Error ? error.message : String(error);
      problems.push({
        code,
        file,
        ...at(0),
        path: '',
        problem,
        mend: 'Write values out instead of aliases.',
      });
    }
  }

  return {
    file,
    value,
    problems,
    locate(path) {
      let node: unknown = document.contents;
      let position = start(node);
      for (const step of path) {
        const pair = pairAt(node, step);
        node = pair ? pair.value : isSeq(node) ? node.items[Number(step)] : undefined;
        // People look for a mapping or a list where its key is, not where its first entry is.
        if (pair && !isScalar(node)) position = start(pair.key);
        else if (isNode(node)) position = start(node);
        else break;
      }
      return position;
    },
    locateKey(path) {
      const pair = pairAt(document.getIn(path.slice(0, -1), true), path.at(-1) ?? '');
      return pair ? start(pair.key) : this.locate(path);
    },
  };
}

function pairAt(node: unknown, step: string | number): Pair | undefined {
  if (!isMap(node)) return undefined;
  return node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step));
}
