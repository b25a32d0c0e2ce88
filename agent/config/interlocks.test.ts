import { describe, expect, it } from 'vitest';
import { parseConfig } from './load.ts';
import { ConfigError, formatProblem } from './problem.ts';

/** What is wrong with these things, as people read it, with the line but not the column. */
function problemsOf(...things: string[]): string[] {
  const list = things.map((thing) => `  - { driver: gpio, direction: out, ${thing} }\n`).join('');
  try {
    parseConfig(`place: { url: "alloplace://garden.example" }\nthings:\n${list}`, 'test.yaml');
    return [];
  } catch (error) {
    if (error instanceof ConfigError)
      return error.problems.map((problem) => formatProblem(problem).replace(/^(\S+:\d+):\d+/, '$1'));
    throw error;
  }
}

describe('interlock groups', () => {
  it('take outputs of which one at most is switched on by each rule', () => {
    const problems = problemsOf(
      'id: well, line: GPIO5, interlock: pumps, interlock_wait: 5s, on_start: on, on_disconnect: off',
      'id: mains, line: GPIO6, interlock: pumps, on_disconnect: on, max_on: 1h',
      'id: lamp, line: GPIO7, on_start: on, on_disconnect: on, on_stop: on',
    );
    expect(problems).toEqual([]);
  });

  it('are refused where two would be switched on together, each rule and each output beyond the first', () => {
    const problems = problemsOf(
      'id: well, line: GPIO5, interlock: pumps, on_start: on, on_stop: on',
      'id: rain, line: GPIO6, interlock: pumps, on_start: on, on_disconnect: on',
      'id: mains, line: GPIO7, interlock: pumps, on_start: on, on_disconnect: on, on_stop: on',
    );
    expect(problems.map((text) => text.split('\n')[0])).toEqual([
      'test.yaml:4: rain and well (line 3) both have on_start: on, and are in the interlock group pumps',
      'test.yaml:5: mains and well (line 3) both have on_start: on, and are in the interlock group pumps',
      'test.yaml:5: mains and rain (line 4) both have on_disconnect: on, and are in the interlock group pumps',
      'test.yaml:5: mains and well (line 3) both have on_stop: on, and are in the interlock group pumps',
    ]);
    expect(problems[0]).toMatch(/\n {4}Leave on_start: on to one output of the group\.$/);
  });

  it('hold at least two, and a misspelt one is recognised', () => {
    expect(
      problemsOf(
        'id: well, line: GPIO5, interlock: pumps',
        'id: mains, line: GPIO6, interlock: pumps',
        'id: rain, line: GPIO7, interlock: pump',
        'id: fan, line: GPIO8, interlock: air',
      ),
    ).toEqual([
      'test.yaml:5: no other output is in the interlock group pump\n    Did you mean pumps?',
      'test.yaml:6: no other output is in the interlock group air\n' +
        '    Give the outputs that exclude each other the same interlock, or remove it.',
    ]);
  });

  it('are looked at beside everything else that is wrong, all at once', () => {
    const problems = problemsOf(
      'id: well, line: GPIO5, interlock: pumps, on_start: on, max_on: 5s, pulse: 10s',
      'id: well, line: GPIO6, interlock: pumps, on_start: on, on_stop: on, max_on: 5',
      'id: lamp, line: GPIO7, interlock_wait: 5s',
    );
    expect(problems.map((text) => text.split('\n')[0])).toEqual([
      'test.yaml:3: things[0].pulse is "10s"',
      'test.yaml:4: the thing in line 3 has the id well already',
      'test.yaml:4: well and well (line 3) both have on_start: on, and are in the interlock group pumps',
      'test.yaml:4: things[1].max_on is 5',
      'test.yaml:5: things[2].interlock_wait is "5s"',
    ]);
  });
});
