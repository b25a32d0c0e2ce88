import { z } from 'zod';
import { configSchema } from '../../agent/config/schema.ts';
import { formatDuration } from '../../devices/schema.ts';
import { cell } from './generated.ts';

type Schema = z.core.JSONSchema.JSONSchema;

/** One key as the reference lists it. */
interface Row {
  readonly key: string;
  readonly value: string;
  readonly preset: string;
  readonly meaning: string;
}

/** docs/configuration.md, from the schema the program itself checks with. `example` is YAML. */
export function configurationDocument(example: string): string {
  const { properties = {}, required = [] } = z.toJSONSchema(configSchema, {
    io: 'input',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => addDurationDefault(zodSchema, jsonSchema),
  });
  const things = properties.things as Schema;
  const sections = Object.entries(properties as Record<string, Schema>)
    .filter(([key, schema]) => key !== 'things' && schema.properties)
    .map(([key, schema]) => section(`\`${key}\``, schema));
  const drivers = formsOf(things.items as Schema).map((schema) => driverSection(schema));
  return [
    head,
    `## Example\n\n\`\`\`yaml\n${example.trim()}\n\`\`\`\n`,
    `## At the top\n\n${table(Object.entries(properties as Record<string, Schema>).map(([key, schema]) => rowOf(key, schema, required.includes(key))))}`,
    ...sections,
    `## \`things\`\n\n${things.description}\n`,
    ...drivers,
  ].join('\n');
}

/** JSON Schema says what is typed; the default of a duration is kept as what it is read as, milliseconds. */
function addDurationDefault(schema: z.core.$ZodTypes, json: z.core.JSONSchema.BaseSchema): void {
  const { def } = schema._zod;
  if (
    def.type === 'default' &&
    json.pattern?.includes('(ms|s|m|h|d)') &&
    typeof def.defaultValue === 'number'
  )
    json.default = formatDuration(def.defaultValue);
}

/** The driver is named by the heading, so that its row would say nothing more. */
function driverSection(schema: Schema): string {
  const { driver, ...properties } = (schema.properties ?? {}) as Record<string, Schema>;
  const about = driver?.description ? { description: driver.description } : {};
  return section(`\`driver: ${String(driver?.const)}\``, { ...schema, properties, ...about }, '###');
}

function section(title: string, schema: Schema, level = '##'): string {
  const about = schema.description ? `${schema.description}\n\n` : '';
  return `${level} ${title}\n\n${about}${table(rowsOf(schema))}`;
}

function table(rows: readonly Row[]): string {
  const lines = rows.map(
    ({ key, value, preset, meaning }) => `| \`${key}\` | ${cell(value)} | ${preset} | ${cell(meaning)} |`,
  );
  return `| Key | Value | Default | Meaning |\n| --- | --- | --- | --- |\n${lines.join('\n')}\n`;
}

/** The keys of a mapping, and beneath each that is a mapping itself, its keys: `properties.NAME.unit`. */
function rowsOf(schema: Schema, prefix = ''): Row[] {
  return formsOf(schema).flatMap((form) =>
    Object.entries((form.properties ?? {}) as Record<string, Schema>).flatMap(([key, child]) => [
      rowOf(prefix + key, child, (form.required ?? []).includes(key)),
      ...rowsBeneath(child, prefix + key),
    ]),
  );
}

function rowsBeneath(schema: Schema, key: string): Row[] {
  if (typeof schema.items === 'object' && !Array.isArray(schema.items))
    return rowsOf(schema.items as Schema, `${key}[].`);
  if (typeof schema.additionalProperties === 'object')
    return rowsOf(schema.additionalProperties, `${key}.NAME.`);
  return rowsOf(schema, `${key}.`);
}

function rowOf(key: string, schema: Schema, required: boolean): Row {
  const preset =
    schema.default === undefined || (typeof schema.default === 'object' && !Array.isArray(schema.default))
      ? ''
      : `\`${show(schema.default)}\``;
  return {
    key,
    value: typeOf(schema),
    preset: required ? '*required*' : preset,
    meaning: schema.description ?? '',
  };
}

/** What may stand there, for people. */
function typeOf(schema: Schema): string {
  if (schema.const !== undefined) return `\`${show(schema.const)}\``;
  if (schema.enum) return schema.enum.map((one) => `\`${show(one)}\``).join(', ');
  const forms = formsOf(schema);
  if (forms.length > 1) return [...new Set(forms.map(typeOf))].join(' or ');
  switch (schema.type) {
    case 'boolean':
      return '`true`, `false`';
    case 'integer':
    case 'number':
      return `${schema.type === 'integer' ? 'whole number' : 'number'}${rangeOf(schema)}`;
    case 'string':
      return schema.pattern?.includes('(ms|s|m|h|d)') ? 'duration' : 'text';
    case 'array':
      return schema.prefixItems ? `list of ${schema.prefixItems.length} numbers` : 'list';
    case 'object':
      return 'mapping';
    default:
      return 'text';
  }
}

function rangeOf({ minimum, maximum }: Schema): string {
  const low = minimum !== undefined && minimum > -1e6 ? minimum : undefined;
  const high =
    maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER && maximum !== 1e6 ? maximum : undefined;
  const short = (limit: number) => String(Number(limit.toPrecision(6)));
  if (low !== undefined && high !== undefined) return `, ${short(low)} to ${short(high)}`;
  if (low !== undefined) return `, ${short(low)} or more`;
  return high === undefined ? '' : `, ${short(high)} or less`;
}

function formsOf(schema: Schema): Schema[] {
  return ((schema.oneOf ?? schema.anyOf) as Schema[] | undefined)?.flatMap(formsOf) ?? [schema];
}

const show = (value: unknown) =>
  typeof value === 'string' ? value : JSON.stringify(value).replace(/,/g, ', ');

const head = `<!-- Written from the schema in the sources: UPDATE_DOCS=1 npx vitest run test/docs -->
# Configuration

One YAML file, \`/etc/allo-agent/config.yaml\` unless \`--config\` names another. \`allo-agent check\` tells everything
that is wrong with it at once, with line, value and mend, and looks whether the hardware it names is there;
\`allo-agent discover\` lists the hardware as configuration to paste.

A duration is a number with its unit: \`20ms\`, \`1.5s\`, \`10m\`, \`2h\`, \`1d\`. A key that is not listed here is an error.

SIGHUP (\`systemctl reload allo-agent\`) reads the file again. \`access\` with the keys it names, \`poke\`
of things, \`log\`, \`microphone.muted\`, \`speaker.muted\` and \`speaker.volume\` change at once; of anything else the log
says that it waits for a restart. A
file with errors changes nothing, and the log tells each.
`;
