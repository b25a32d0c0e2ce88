import { describe, expect, test } from 'vitest';
import { serialSchema } from './schema.ts';

const soil = {
  id: 'soil',
  driver: 'serial',
  path: '/dev/serial/by-id/usb-1',
  format: 'json',
  properties: { moisture: {} },
};

/** What is wrong with a configuration: `where: what`. */
function problems(config: object): string[] {
  const result = serialSchema.safeParse({ ...soil, ...config });
  return result.error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? [];
}

describe('the configuration of a serial thing', () => {
  test('needs only a path, a format and a property', () => {
    expect(serialSchema.parse(soil)).toEqual({
      ...soil,
      baud_rate: 9600,
      data_bits: 8,
      parity: 'none',
      stop_bits: 1,
      separator: ',',
      header: false,
      properties: { moisture: { type: 'number' } },
    });
  });

  test('takes durations', () => {
    const config = serialSchema.parse({
      ...soil,
      stale_after: '1m',
      properties: { moisture: { stale_after: '5s' } },
    });
    expect(config.stale_after).toBe(60_000);
    expect(config.properties.moisture?.stale_after).toBe(5_000);
  });

  test.each([
    [{ properties: {} }, 'properties: write at least one property'],
    [{ path: 'ttyUSB0' }, 'path: a path, such as /dev/ttyUSB0'],
    [{ header: true }, 'header: remove header, which has no meaning with format: json, or set format: csv'],
    [
      { pattern: '(?<moisture>.)' },
      'pattern: remove pattern, which has no meaning with format: json, or set format: regex',
    ],
    [{ format: 'regex' }, 'pattern: write a pattern: format: regex needs one'],
    [
      { format: 'regex', pattern: '(\\d+)' },
      'pattern: write a named group for each property, such as (?<temperature>...)',
    ],
    [
      { format: 'regex', pattern: '(?<water>\\d+)' },
      'properties.moisture.field: name a group of pattern, which has water: there is no (?<moisture>...)',
    ],
    [
      { properties: { moisture: { field: 2 } } },
      'properties.moisture.field: write a name; only CSV without a header has numbers',
    ],
    [
      { format: 'csv', properties: { moisture: { field: 'water' } } },
      'properties.moisture.field: write the number of the column, from 1; for names of columns set header: true',
    ],
    [
      { properties: { moisture: { min: 2, max: 1 } } },
      'properties.moisture.max: write a max that is not less than min (2)',
    ],
    [
      { properties: { door: { type: 'boolean', max: 1 } } },
      'properties.door.max: remove max: a boolean has none',
    ],
  ])('refuses %j', (config, problem) => {
    expect(problems(config)).toEqual([problem]);
  });

  test('refuses what is no regular expression, and says why', () => {
    expect(problems({ format: 'regex', pattern: '(?<moisture>' })[0]).toMatch(
      /^pattern: mend the regular expression: /,
    );
  });
});
