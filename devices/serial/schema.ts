import { z } from 'zod';
import { duration, name, thingFields } from '../schema.ts';

const propertySchema = z
  .strictObject({
    type: z
      .enum(['number', 'integer', 'boolean', 'string'])
      .default('number')
      .describe(
        'Type of the value; what arrives as something else is dropped and counted, and so is text of more than 256 ' +
          'characters.',
      ),
    unit: z.string().min(1).max(20).optional().describe('As people write it: `%`, `°C`.'),
    title: z.string().min(1).max(80).optional().describe('What people read; default: the name in words.'),
    field: z
      .union([z.string().min(1), z.int().positive()], {
        error: 'what the device calls it, or the number of its column, from 1',
      })
      .optional()
      .describe(
        'What the device calls it: key of the JSON object, column of the CSV header, group of the pattern; in CSV ' +
          'without a header the number of the column, from 1. Default: the name, or the place in this list.',
      ),
    min: z.number().optional().describe('Smallest value that can be; below it is dropped and counted.'),
    max: z.number().optional().describe('Largest value that can be; above it is dropped and counted.'),
    stale_after: duration({ min: 10 })
      .optional()
      .describe('As `stale_after` of the thing, for this property alone.'),
  })
  .superRefine(({ type, min, max }, context) => {
    const numeric = type === 'number' || type === 'integer';
    const [given] = Object.entries({ min, max }).find(([, limit]) => limit !== undefined) ?? [];
    if (given && !numeric)
      context.addIssue({ code: 'custom', path: [given], message: `remove ${given}: a ${type} has none` });
    if (min !== undefined && max !== undefined && min > max)
      context.addIssue({
        code: 'custom',
        path: ['max'],
        message: `write a max that is not less than min (${min})`,
      });
  });

/** Keys that mean something in one format only, with what each is where it is not given. */
const ofFormats = {
  json: {},
  csv: { separator: ',', header: false },
  regex: { pattern: undefined },
} as const;

export const serialSchema = z
  .strictObject({
    ...thingFields,
    driver: z.literal('serial').describe('A device on a serial port that sends its values in lines of text.'),
    path: z
      .string()
      .startsWith('/', 'a path, such as /dev/ttyUSB0')
      .describe(
        'The port; best by id, which stays the same wherever it is plugged in: /dev/serial/by-id/...',
      ),
    baud_rate: z.int().min(50).max(4_000_000).default(9600).describe('Bits per second.'),
    data_bits: z.literal([5, 6, 7, 8]).default(8).describe('Data bits per character.'),
    parity: z.enum(['none', 'even', 'odd']).default('none').describe('Parity bit of each character.'),
    stop_bits: z.literal([1, 2]).default(1).describe('Stop bits per character.'),
    format: z
      .enum(['json', 'csv', 'regex'])
      .describe(
        '`json`: one JSON object a line. `csv`: one row a line. `regex`: what the named groups of `pattern` find.',
      ),
    separator: z
      .string()
      .min(1)
      .max(8)
      .default(ofFormats.csv.separator)
      .describe('What stands between two columns of CSV; spaces around a value are ignored.'),
    header: z
      .boolean()
      .default(ofFormats.csv.header)
      .describe('True where the device sends a line with the names of the CSV columns first.'),
    pattern: z
      .string()
      .min(1)
      .optional()
      .describe(
        'Regular expression with a named group for each property: `T=(?<temperature>[-.0-9]+)`. One that takes ' +
          'more than 100 ms for a line rests for 5 s.',
      ),
    stale_after: duration({ min: 10 })
      .optional()
      .describe(
        'How long a value counts as good when no new one arrives; then it is stale. Default: for ever.',
      ),
    properties: z
      .record(name, propertySchema)
      .refine((properties) => Object.keys(properties).length > 0, 'write at least one property')
      .describe('What is taken from the lines, by name.'),
  })
  .superRefine((config, context) => {
    for (const [format, keys] of Object.entries(ofFormats)) {
      if (format === config.format) continue;
      for (const [key, unset] of Object.entries(keys)) {
        if (config[key as keyof typeof config] === unset) continue;
        const message = `remove ${key}, which has no meaning with format: ${config.format}, or set format: ${format}`;
        context.addIssue({ code: 'custom', path: [key], message });
      }
    }
    const groups = config.format === 'regex' ? namedGroups(config.pattern) : undefined;
    if (typeof groups === 'string') {
      context.addIssue({ code: 'custom', path: ['pattern'], message: groups });
      return;
    }
    const byNumber = config.format === 'csv' && !config.header;
    for (const [property, { field = byNumber ? 1 : property }] of Object.entries(config.properties)) {
      const path = ['properties', property, 'field'];
      if (byNumber !== (typeof field === 'number')) {
        const message = byNumber
          ? 'write the number of the column, from 1; for names of columns set header: true'
          : 'write a name; only CSV without a header has numbers';
        context.addIssue({ code: 'custom', path, message });
      } else if (groups && !groups.includes(String(field))) {
        const message = `name a group of pattern, which has ${groups.join(', ')}: there is no (?<${field}>...)`;
        context.addIssue({ code: 'custom', path, message });
      }
    }
  });

export type SerialConfig = z.output<typeof serialSchema>;
export type SerialPropertyConfig = SerialConfig['properties'][string];

/** Names of the groups of a pattern, or what is wrong with it. */
function namedGroups(pattern: string | undefined): string[] | string {
  if (pattern === undefined) return 'write a pattern: format: regex needs one';
  try {
    const groups = new RegExp(`${pattern}|`, 'u').exec('')?.groups ?? {};
    return Object.keys(groups).length > 0
      ? Object.keys(groups)
      : 'write a named group for each property, such as (?<temperature>...)';
  } catch (error) {
    return `mend the regular expression: ${error instanceof Error ? error.message : String(error)}`;
  }
}
