import type { LineContent, LineFormat } from './line-format.ts';
import type { Line } from './line-splitter.ts';
import type { SerialConfig } from './schema.ts';
import { decodeText } from './text-value.ts';

/**
 * One row a line, without quoting. Columns go by number or by the names in a header. A header may come at any
 * time, as when the device starts anew, and holds until the next.
 */
export class CsvLines implements LineFormat {
  readonly #separator: string;
  /** Names the header must have. */
  readonly #wanted: ReadonlyMap<string, string>;
  /** Index of each property's column, once known. */
  #columns: ReadonlyMap<string, number> | undefined;
  /** Columns of the header: a row with more or less is not a whole one. Without a header only less is told. */
  #width: number | undefined;

  constructor({ separator, header, properties }: SerialConfig) {
    this.#separator = separator;
    const fields = Object.entries(properties);
    this.#wanted = new Map(header ? fields.map(([name, { field }]) => [name, String(field ?? name)]) : []);
    if (!header)
      this.#columns = new Map(fields.map(([name, { field }], i) => [name, Number(field ?? i + 1) - 1]));
  }

  readonly decode = decodeText;

  parse({ text, first }: Line): LineContent {
    const cells = text.split(this.#separator).map((cell) => cell.trim());
    if (this.#takeHeader(cells)) return 'no values';
    // A row whose beginning is missing looks like any other.
    if (first) return 'no values';
    if (!this.#columns)
      return { malformed: `came before a header with ${[...this.#wanted.values()].join(', ')}` };
    if (this.#width !== undefined && cells.length !== this.#width)
      return { malformed: `has ${cells.length} columns where the header has ${this.#width}` };
    const least = Math.max(...this.#columns.values()) + 1;
    if (cells.length < least) return { malformed: `has ${cells.length} columns where ${least} are wanted` };
    const fields = new Map<string, string>();
    for (const [name, column] of this.#columns) if (cells[column]) fields.set(name, cells[column]);
    return fields.size > 0 ? { fields } : { malformed: 'has nothing in the columns that are wanted' };
  }

  /** Whether the row is a header; if it is, it holds from now on. */
  #takeHeader(cells: readonly string[]): boolean {
    if (this.#wanted.size === 0) return false;
    const found = [...this.#wanted].map(([name, field]) => [name, cells.indexOf(field)] as const);
    if (found.some(([, column]) => column < 0)) return false;
    this.#columns = new Map(found);
    this.#width = cells.length;
    return true;
  }
}
