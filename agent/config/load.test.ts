import { describe, expect, it } from 'vitest';
import { parseConfig } from './load.ts';
import { ConfigError, type Problem } from './problem.ts';

function problemsOf(text: string): readonly Problem[] {
  try {
    parseConfig(text, 'test.yaml');
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

const place = 'place: { url: "alloplace://garden.example" }\n';

describe('parseConfig', () => {
  it('needs no more than the URL of the place', () => {
    expect(parseConfig(place, 'test.yaml')).toEqual({
      place: { url: 'alloplace://garden.example', dialect: 'auto' },
      avatar: { position: [0, 1.2, -1.5], rotation_y: 0 },
      things: [],
      access: { write: 'anyone' },
      history: { keep: 7 * 86_400e3, size: 256 * 1024 ** 2 },
      log: { level: 'info' },
    });
  });

  it('has durations in milliseconds, and a value for every key that was left out', () => {
    const { things, microphone } = parseConfig(
      `${place}microphone: {}\nthings:\n  - { id: lamp, driver: gpio, line: GPIO17, direction: out, max_on: 2h }\n`,
      'test.yaml',
    );
    expect(things[0]).toMatchObject({ id: 'lamp', backend: 'auto', max_on: 7_200_000, on_stop: 'keep' });
    expect(microphone).toMatchObject({ device: 'default', frame_ms: 20, muted: false });
  });

  it('is frozen through and through', () => {
    const config = parseConfig(place, 'test.yaml');
    expect([config, config.place, config.avatar.position].every(Object.isFrozen)).toBe(true);
  });

  it.each([
    ['place: { url: garden.example }', 'place.url is "garden.example"', 'alloplace://host'],
    [`${place.replace(' }', ', dialect: v9 }')}`, 'place.dialect is "v9"', 'v3, alloplace or v4'],
    [`${place}access: { write: keys }`, 'access.write is "keys"', 'anyone, nobody or key'],
    [`${place}access: { poke: key }`, 'access.poke is "key"', 'anyone or nobody'],
    [`${place}access: { key_file: 5 }`, 'access.key_file is 5', 'the path of a file, or a list of them'],
    [`${place}avatar: { position: [1, 2] }`, 'avatar.position is a list of 2', '[x, y, z]'],
    [`${place}avatar: { position: [1, 2, up] }`, 'avatar.position[2] is "up"', 'a number'],
    [`${place}avatar: { rotation_y: .nan }`, 'avatar.rotation_y is NaN', 'a number'],
    [`${place}display_name: "  "`, 'display_name is "  "', 'at least 1 character'],
    [`${place}microphone: { frame_ms: 15 }`, 'microphone.frame_ms is 15', '10 or 20'],
    [`${place}things: [{ id: a, driver: gipo }]`, 'things[0].driver is "gipo"', 'Did you mean gpio?'],
    [
      `${place}things: [{ driver: gpio, line: GPIO4, direction: in }]`,
      'things[0].id is missing',
      'Add id: a name of small letters',
    ],
    [`${place}log: { level: warning }`, 'log.level is "warning"', 'Did you mean warn?'],
    [`${place}mircophone: {}`, 'there is no key mircophone', 'Did you mean microphone?'],
  ])('%j', (text, problem, mend) => {
    expect(problemsOf(text)).toMatchObject([{ problem, mend: expect.stringContaining(mend) }]);
  });

  it('tells ids that stand twice, beside everything else that is wrong with the things', () => {
    const text = `${place}things:
  - { id: lamp, driver: gpio, line: GPIO17, direction: out }
  - { id: lamp, driver: gpio, line: GPIO27, direction: up }
`;
    expect(problemsOf(text).map(({ code, line, path, problem }) => [code, line, path, problem])).toEqual([
      ['ALLO_E_CONFIG_DUPLICATE', 4, 'things[1].id', 'the thing in line 3 has the id lamp already'],
      ['ALLO_E_CONFIG_VALUE', 4, 'things[1].direction', 'things[1].direction is "up"'],
    ]);
  });

  it.each(['microphone', 'speaker'])('keeps the id of the %s for the %s', (section) => {
    const thing = `things: [{ id: ${section}, driver: gpio, line: GPIO17, direction: out }]\n`;
    expect(problemsOf(`${place}${section}: {}\n${thing}`)).toMatchObject([
      { code: 'ALLO_E_CONFIG_DUPLICATE', problem: `the ${section} has the id ${section} already` },
    ]);
    expect(problemsOf(place + thing)).toEqual([]);
  });
});
