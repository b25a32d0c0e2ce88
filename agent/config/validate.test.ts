import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ConfigError, formatProblem, type Problem } from './problem.ts';
import { validate } from './validate.ts';

const lamp = z.strictObject({
  driver: z.literal('lamp'),
  id: z.string(),
  watts: z.int().min(1).max(100).default(40),
  mode: z.enum(['steady', 'blink']).default('steady'),
});
const fan = z.strictObject({
  driver: z.literal('fan'),
  id: z.string(),
  speed: z.string({ error: 'a duration with its unit, such as 20ms' }).optional(),
  gears: z.array(z.number()).min(1).max(3).optional(),
  pin: z.union([z.string(), z.int()], { error: 'the name of a pin, or its number' }).optional(),
  blades: z
    .record(z.string().regex(/^[a-z]+$/, 'small letters'), z.strictObject({ unit: z.string() }))
    .optional(),
});
const schema = z.strictObject({
  name: z.string().min(1).describe('What people read.'),
  at: z
    .union([z.strictObject({ x: z.number() }), z.strictObject({ lat: z.number(), lon: z.number() })])
    .optional(),
  api_key: z.string().optional(),
  things: z.array(z.discriminatedUnion('driver', [lamp, fan])).default([]),
});

function problemsOf(text: string): readonly Problem[] {
  try {
    validate(schema, text, 'test.yaml');
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

const lines = (text: string) => problemsOf(text).map((problem) => formatProblem(problem));

describe('validate', () => {
  it('gives the value with its defaults, frozen through and through', () => {
    const config = validate(schema, 'name: a\nthings:\n  - driver: lamp\n    id: b\n', 'test.yaml');
    expect(config).toEqual({
      name: 'a',
      things: [{ driver: 'lamp', id: 'b', watts: 40, mode: 'steady' }],
    });
    expect([config, config.things, config.things[0]].map(Object.isFrozen)).toEqual([true, true, true]);
  });

  it('tells everything that is wrong at once, in the order of the file, each with where, what and how to mend it', () => {
    const text = `nmae: Greenhouse
things:
  - driver: lamp
    id: a
    watts: 4000
    mode: blnik
  - driver: fna
    id: b
  - driver: fan
    id: c
    speed: 20
    gears: [1, two]
`;
    expect(lines(text)).toEqual([
      'test.yaml:1:1: there is no key nmae\n    Did you mean name? Known here: name, at, api_key, things.',
      'test.yaml:1:1: name is missing\n    Add name: text.',
      'test.yaml:5:12: things[0].watts is 4000\n    Write at most 100.',
      'test.yaml:6:11: things[0].mode is "blnik"\n    Did you mean blink? Write steady or blink.',
      'test.yaml:7:13: things[1].driver is "fna"\n    Did you mean fan? Write lamp or fan.',
      'test.yaml:11:12: things[2].speed is 20\n    Write a duration with its unit, such as 20ms.',
      'test.yaml:12:16: things[2].gears[1] is "two"\n    Write a number.',
    ]);
  });

  it.each([
    ['name: 5', 'name is 5', 'Write text.'],
    ['name:', 'name is empty', 'Write text.'],
    ['name: ""', 'name is ""', 'Write text of at least 1 character.'],
    ['name: a\nthings: lamp', 'things is "lamp"', 'Write a list, each entry after a dash.'],
    ['name: a\nthings:\n  - lamp', 'things[0] is "lamp"', 'Write `key: value` lines, indented beneath it.'],
    ['name: a\nthings:\n  - id: x', 'things[0].driver is missing', 'Add driver: lamp or fan.'],
    [
      'name: a\nthings:\n  - { driver: lamp, id: x, watts: 1.5 }',
      'things[0].watts is 1.5',
      'Write a whole number.',
    ],
    [
      'name: a\nthings:\n  - { driver: fan, id: x, gears: [] }',
      'things[0].gears is []',
      'Write a list of at least 1 entry.',
    ],
    [
      'name: a\nthings:\n  - { driver: fan, id: x, pin: true }',
      'things[0].pin is true',
      'Write the name of a pin, or its number.',
    ],
    [
      'name: a\nthings:\n  - { driver: fan, id: x, blades: { B1: { unit: mm } } }',
      'B1 is no name for an entry of things[0].blades',
      'Write small letters.',
    ],
    [
      'name: a\nthings:\n  - { driver: fan, id: x, blades: { b: { unti: mm, unit: m } } }',
      'there is no key unti in things[0].blades.b',
      'Did you mean unit? Known here: unit.',
    ],
    ['- a', 'the configuration is a list of 1', 'Write `key: value` lines, indented beneath it.'],
    ['hello', 'the configuration is "hello"', 'Write `key: value` lines, indented beneath it.'],
  ])('%j', (text, problem, mend) => {
    expect(problemsOf(text)).toMatchObject([{ problem, mend, file: 'test.yaml', line: expect.any(Number) }]);
  });

  it('explains the form that fits best, where a value may have several', () => {
    expect(lines('name: a\nat: { lat: 1, lno: 2 }')).toEqual([
      'test.yaml:2:1: at.lon is missing\n    Add lon: a number.',
      'test.yaml:2:15: there is no key lno in at\n    Did you mean lon? Known here: lat, lon.',
    ]);
  });

  it.each(['', '# only a comment\n', '---\n', 'null'])('says what an empty file needs: %j', (text) => {
    expect(problemsOf(text)).toMatchObject([
      {
        code: 'ALLO_E_CONFIG_MISSING',
        problem: 'the configuration is empty',
        mend: expect.stringContaining('place:'),
      },
    ]);
  });

  it('does not show what stands under the name of a secret', () => {
    const [problem] = problemsOf('name: a\napi_key: [hunter2]\n');
    expect(problem).toMatchObject({ path: 'api_key', value: '[redacted]' });
    expect(JSON.stringify(problemsOf('name: a\npassword: hunter2'))).not.toContain('hunter2');
  });

  it('never fails in any other way, whatever the text', () => {
    const fragment = fc.constantFrom(
      'name',
      'things',
      'at',
      ':',
      ' ',
      '\n',
      '- ',
      '\t',
      '{',
      '}',
      '[',
      ']',
      '"',
      "'",
      '&a',
      '*a',
      '!!str',
      '|',
      '>',
      '#',
      '__proto__',
      'driver: lamp',
      '? ',
      '---',
      '%YAML 1.2',
      '0x1',
      '.nan',
      '<<',
    );
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(fragment, { maxLength: 40 }).map((all) => all.join('')),
    );
    fc.assert(
      fc.property(text, (any) => {
        for (const { problem, mend } of problemsOf(any)) expect(problem && mend).toBeTruthy();
      }),
      { numRuns: 2_000 },
    );
  });

  it('refuses aliases that unfold without end', () => {
    const bomb = [
      'name: &a [x,x,x,x,x,x,x,x,x]',
      ...'bcdefgh'.split('').map((name, index) => {
        const last = 'abcdefgh'[index];
        return `${name}: &${name} [${Array(9).fill(`*${last}`).join(',')}]`;
      }),
    ].join('\n');
    expect(problemsOf(bomb)).toMatchObject([
      { code: 'ALLO_E_CONFIG_SYNTAX', mend: expect.stringContaining('alias') },
    ]);
  });
});

describe('YAML that cannot be read', () => {
  it.each([
    ['name: a\n\tthings: []\n', 2, 'a tab is used to indent', 'Indent with spaces'],
    ['name:a\nthings: []\n', 1, 'this is neither', 'a space after each colon'],
    ['name: a\n  things: []\n', 1, 'this is neither', 'indent the keys of one mapping alike'],
    ['name: "a\n', 2, 'missing closing "quote', 'Close what was opened'],
    ['things: [1, 2\nname: a\n', 2, 'flow', 'Close what was opened'],
    ['name: @home\n', 1, 'plain value cannot start with reserved character @', 'Put the text in quotes'],
    ['name: !secret a\n', 1, 'unresolved tag: !secret', 'Remove the tag'],
    ['name: a\n---\nname: b\n', 2, 'a second document begins here', 'remove the line `---`'],
    ['name: *nowhere\n', 1, 'unresolved alias', 'alias'],
  ])('%j', (text, line, problem, mend) => {
    const [first] = problemsOf(text);
    expect(first).toMatchObject({ code: 'ALLO_E_CONFIG_SYNTAX', line, mend: expect.stringContaining(mend) });
    expect(first!.problem.toLowerCase()).toContain(problem.toLowerCase());
  });

  it('tells a key that stands twice together with what else is wrong', () => {
    expect(problemsOf('name: a\nname: b\nthing: []\n').map(({ code, line }) => [code, line])).toEqual([
      ['ALLO_E_CONFIG_DUPLICATE', 2],
      ['ALLO_E_CONFIG_KEY', 3],
    ]);
  });

  it('takes a byte order mark and Windows line ends', () => {
    expect(validate(schema, '\ufeffname: a\r\nthings: []\r\n', 'test.yaml')).toEqual({
      name: 'a',
      things: [],
    });
  });
});
