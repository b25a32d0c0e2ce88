import type { Value } from '../thing.ts';
import type { LineContent, LineFormat, ValueType } from './line-format.ts';
import type { Line } from './line-splitter.ts';
import type { SerialConfig } from './schema.ts';

/** One JSON object a line. The end of an object is not one itself, so the first line needs no distrust. */
export class JsonLines implements LineFormat {
  readonly #keys: ReadonlyMap<string, string>;

  constructor({ properties }: SerialConfig) {
    this.#keys = new Map(
      Object.entries(properties).map(([name, { field }]) => [name, String(field ?? name)]),
    );
  }

  parse({ text }: Line): LineContent {
    const object = parseObject(text);
    if (!object) return { malformed: 'is not a JSON object' };
    const fields = new Map<string, unknown>();
    for (const [name, key] of this.#keys) if (Object.hasOwn(object, key)) fields.set(name, object[key]);
    return fields.size > 0 ? { fields } : { malformed: `has none of ${[...this.#keys.values()].join(', ')}` };
  }

  decode(raw: unknown, type: ValueType): Value | undefined {
    switch (type) {
      case 'string':
        return typeof raw === 'string' ? raw : undefined;
      case 'boolean':
        if (raw === 0 || raw === 1) return raw === 1;
        return typeof raw === 'boolean' ? raw : undefined;
      case 'integer':
        return Number.isSafeInteger(raw) ? (raw as number) : undefined;
      case 'number':
        return typeof raw === 'number' && Number.isFinite(raw) ? raw : undefined;
    }
  }
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    const isObject = typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed);
    return isObject ? (parsed as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
