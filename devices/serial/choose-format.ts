import { CsvLines } from './csv-lines.ts';
import { JsonLines } from './json-lines.ts';
import type { LineFormat } from './line-format.ts';
import { RegexLines } from './regex-lines.ts';
import type { SerialConfig } from './schema.ts';

/** The format that is configured, knowing which fields are wanted. */
export function chooseFormat(config: SerialConfig): LineFormat {
  switch (config.format) {
    case 'json':
      return new JsonLines(config);
    case 'csv':
      return new CsvLines(config);
    case 'regex':
      return new RegexLines(config);
  }
}
