import { describe, expect, it } from 'vitest';
import { program } from './program.ts';

const names = (await program([])).commands.map((command) => command.name());

// Loading a command compiles all it is made of, which takes a busy machine long.
describe('the program', () => {
  it('has the commands of the manual', () => {
    expect(names).toEqual(['run', 'check', 'discover', 'demo', 'place', 'visit']);
  });

  it.each(names)(
    'lists %s by the summary that the command itself has, and loads it only when named',
    async (name) => {
      const listed = (await program([])).commands.find((command) => command.name() === name)!;
      const loaded = (await program([name])).commands.find((command) => command.name() === name)!;
      expect(loaded.summary()).toBe(listed.summary());
      expect(loaded.helpInformation().length).toBeGreaterThan(listed.helpInformation().length);
    },
  );
});
