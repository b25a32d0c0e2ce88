import { Command } from 'commander';
import { type DialectChoice, dialectNamed, dialectOption } from '../dialect.ts';
import { throwAtWrongUsage } from '../usage.ts';
import type { VisitContext } from './context.ts';
import { describeCommand } from './describe.ts';
import { fetchCommand } from './fetch.ts';
import { historyCommand } from './history.ts';
import { invokeCommand } from './invoke.ts';
import { keyIn } from './key.ts';
import { listenCommand } from './listen.ts';
import { lookCommand, lookName } from './look.ts';
import { observeCommand } from './observe.ts';
import { offerCommand } from './offer.ts';
import { pokeCommand } from './poke.ts';
import { readCommand } from './read.ts';
import { writeCommand } from './write.ts';

/**
 * Runs the command line after `visit URL`. Rejects with a `CommanderError` for wrong usage, otherwise as the
 * command does.
 */
export async function runVisit(context: VisitContext, args: readonly string[]): Promise<void> {
  const program = visitProgram(context);
  const names = program.commands.map((command) => command.name()).filter((name) => name !== lookName);
  const [first] = args;
  if (first !== undefined && !first.startsWith('-') && !names.includes(first))
    program.error(`error: there is no command '${first}'; there is ${names.join(', ')}`);
  await program.parseAsync(args, { from: 'user' });
}

export function visitProgram(context: VisitContext): Command {
  const program = new Command('allo-agent visit URL')
    .usage('[command] [options]')
    .description(
      'A visitor without a headset: shows a place, reads and writes what appliances offer in it, listens to them.\n' +
        'URL is alloplace://host[:port]. Names are THING.PROP, or APPLIANCE/THING.PROP where that is not enough.',
    )
    .helpCommand(false)
    .addOption(dialectOption())
    .option('--key-file <file>', 'a key of the appliance, to write, invoke and poke with')
    .addHelpText(
      'after',
      '\nWithout a command: the place live on a terminal, elsewhere a line for every change;' +
        '\n  --for <seconds> ends it, --json prints JSON.' +
        '\n  --picture <file.png> draws an appliance as it looks in a visor instead, --of <name> which.' +
        '\n\nExit status: 0 done, 1 failed, 2 bad usage.',
    );
  const commands = [
    readCommand,
    writeCommand,
    observeCommand,
    historyCommand,
    pokeCommand,
    describeCommand,
    invokeCommand,
    listenCommand,
    fetchCommand,
    offerCommand,
  ];
  const speaking: VisitContext = {
    ...context,
    get dialect() {
      return dialectNamed(program.opts<{ dialect: DialectChoice }>().dialect);
    },
    get key() {
      const { keyFile } = program.opts<{ keyFile?: string }>();
      return keyFile === undefined ? undefined : keyIn(keyFile);
    },
  };
  program.addCommand(lookCommand(speaking), { isDefault: true, hidden: true });
  for (const command of commands) program.addCommand(command(speaking));
  throwAtWrongUsage(program);
  return program;
}
