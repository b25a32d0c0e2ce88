import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chooseFormat } from './choose-format.ts';
import { serialSchema } from './schema.ts';

function format(config: object) {
  return chooseFormat(serialSchema.parse({ id: 'soil', driver: 'serial', path: '/dev/ttyUSB0', ...config }));
}

/** What a line that is not the first holds: its fields, or what is said instead. */
function parse(parser: ReturnType<typeof format>, text: string, first = false) {
  const content = parser.parse({ text, first });
  return typeof content === 'object' && 'fields' in content ? Object.fromEntries(content.fields) : content;
}

describe('JSON lines', () => {
  const json = format({ format: 'json', properties: { moisture: {}, raw: { field: 'ADC 0' } } });

  test('give each configured key, and ignore others', () => {
    expect(parse(json, '{"moisture": 41.5, "ADC 0": 512, "uptime": 9}')).toEqual({
      moisture: 41.5,
      raw: 512,
    });
    expect(parse(json, '{"moisture": 41.5}')).toEqual({ moisture: 41.5 });
  });

  test('may be the first, as the end of an object is none', () => {
    expect(parse(json, '{"moisture": 41.5}', true)).toEqual({ moisture: 41.5 });
    expect(parse(json, 'ture": 41.5}', true)).toHaveProperty('malformed');
  });

  test.each([
    '',
    'hello',
    '[1,2]',
    '41',
    'null',
    '{"moisture": 41',
    '{"uptime": 9}',
    '{"__proto__": {"moisture": 1}}',
  ])('are malformed: %j', (text) => {
    expect(parse(json, text)).toHaveProperty('malformed');
  });

  test.each([
    [1.5, 'number', 1.5],
    ['1.5', 'number', undefined],
    [null, 'number', undefined],
    [1.5, 'integer', undefined],
    [3, 'integer', 3],
    [true, 'boolean', true],
    [0, 'boolean', false],
    [2, 'boolean', undefined],
    ['open', 'string', 'open'],
    [{}, 'string', undefined],
  ] as const)('%j as %s is %j', (raw, type, value) => {
    expect(json.decode(raw, type)).toBe(value);
  });

  test('that overflow a double are no numbers', () => {
    const content = parse(json, '{"moisture": 1e999}') as { moisture: unknown };
    expect(json.decode(content.moisture, 'number')).toBeUndefined();
  });
});

describe('CSV lines', () => {
  test('go by the order of the properties', () => {
    const csv = format({ format: 'csv', properties: { moisture: {}, temperature: {} } });
    expect(parse(csv, '41.5, 21 ,extra')).toEqual({ moisture: '41.5', temperature: '21' });
  });

  test('go by number where one is given', () => {
    const csv = format({ format: 'csv', separator: ';', properties: { temperature: { field: 3 } } });
    expect(parse(csv, '1;2;21.5')).toEqual({ temperature: '21.5' });
  });

  test('leave out what is empty', () => {
    const csv = format({ format: 'csv', properties: { moisture: {}, temperature: {} } });
    expect(parse(csv, ',21')).toEqual({ temperature: '21' });
    expect(parse(csv, ',')).toHaveProperty('malformed');
  });

  test('that are too short are malformed', () => {
    const csv = format({ format: 'csv', properties: { moisture: {}, temperature: {} } });
    expect(parse(csv, '41.5')).toEqual({ malformed: 'has 1 columns where 2 are wanted' });
  });

  test('are not trusted when first', () => {
    const csv = format({ format: 'csv', properties: { moisture: {} } });
    expect(parse(csv, '1.5', true)).toBe('no values');
  });

  describe('with a header', () => {
    const config = {
      format: 'csv',
      header: true,
      properties: { temperature: { field: 'temp' }, humidity: {} },
    };

    test('go by its names, and by the next header once there is one', () => {
      const csv = format(config);
      expect(parse(csv, 'time,humidity,temp', true)).toBe('no values');
      expect(parse(csv, '17,60,21')).toEqual({ temperature: '21', humidity: '60' });
      expect(parse(csv, 'temp,humidity')).toBe('no values');
      expect(parse(csv, '22,61')).toEqual({ temperature: '22', humidity: '61' });
    });

    test('are malformed before it, and where they have not as many columns', () => {
      const csv = format(config);
      expect(parse(csv, '17,60,21')).toEqual({ malformed: 'came before a header with temp, humidity' });
      parse(csv, 'time,humidity,temp');
      expect(parse(csv, '60,21')).toEqual({ malformed: 'has 2 columns where the header has 3' });
    });
  });
});

describe('lines with a pattern', () => {
  const regex = format({
    format: 'regex',
    pattern: 'T=(?<temperature>[-.0-9]+)( H=(?<hum>[.0-9]+))?',
    properties: { temperature: {}, humidity: { field: 'hum' } },
  });

  test('give what its groups find', () => {
    expect(parse(regex, 'T=21.5 H=60')).toEqual({ temperature: '21.5', humidity: '60' });
    expect(parse(regex, 'T=21.5')).toEqual({ temperature: '21.5' });
  });

  test('are malformed where it does not match', () => {
    expect(parse(regex, 'booting')).toHaveProperty('malformed');
  });

  test('are not trusted when first', () => {
    expect(parse(regex, 'T=1.5', true)).toBe('no values');
  });

  test('cost little time even where the pattern would take for ever, and none for a while after that', () => {
    const endless = format({ format: 'regex', pattern: '^(?<a>(x+)+)y$', properties: { a: {} } });
    const began = process.cpuUsage();
    for (let n = 0; n < 100; n++)
      expect(parse(endless, 'x'.repeat(50))).toEqual({
        malformed: expect.stringContaining('took more than'),
      });
    const { user } = process.cpuUsage(began);
    expect(user).toBeLessThan(2_000_000);
  });
});

test('no line makes any format throw', () => {
  const formats = [
    format({ format: 'json', properties: { a: {} } }),
    format({ format: 'csv', properties: { a: {} } }),
    format({ format: 'csv', header: true, properties: { a: {} } }),
    format({ format: 'regex', pattern: '(?<a>\\d+)', properties: { a: {} } }),
  ];
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), fc.boolean(), (text, first) => {
      for (const parser of formats) {
        const content = parser.parse({ text, first });
        if (typeof content === 'string' || 'malformed' in content) continue;
        for (const raw of content.fields.values()) {
          for (const type of ['number', 'integer', 'boolean', 'string'] as const) parser.decode(raw, type);
        }
      }
    }),
  );
});
