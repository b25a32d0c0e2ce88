import { Command, CommanderError } from 'commander';
import { exitStatus } from './exit-status.ts';
import { reportFailure } from './failure.ts';
import { throwAtWrongUsage } from './usage.ts';
import { packageVersion } from './version.ts';

interface Entry {
  /** As the command's own summary says; here so that the list of commands loads none of them. */
  readonly summary: string;
  readonly load: () => Promise<Command>;
}

const entries: Readonly<Record<string, Entry>> = {
  run: {
    summary: 'be the appliance: join the place and serve its things',
    load: async () => (await import('./run.ts')).runCommand,
  },
  check: {
    summary: 'check the configuration and the hardware; switches nothing',
    load: async () => (await import('./check.ts')).checkCommand,
  },
  discover: {
    summary: 'list the hardware there is, with configuration to paste',
    load: async () => (await import('./discover.ts')).discoverCommand,
  },
  demo: {
    summary: 'show everything on this machine, nothing needed',
    load: async () => (await import('./demo.ts')).demoCommand,
  },
  place: {
    summary: 'open a small place of your own',
    load: async () => (await import('./place.ts')).placeCommand,
  },
  visit: {
    summary: 'look into a place without a headset: see, read, write, listen',
    load: async () => (await import('./visit.ts')).visitCommand,
  },
};

/** Runs one command line (without `node` and the script) and gives the exit status. Never rejects. */
export async function runCommandLine(args: readonly string[]): Promise<number> {
  try {
    const words = sameHelp(args);
    await (await program(words)).parseAsync(words, { from: 'user' });
    return Number(process.exitCode ?? exitStatus.done);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitStatus.done : exitStatus.usage;
    return reportFailure(error);
  }
}

/** `help COMMAND` is `COMMAND --help`, which commander alone would print in parts. */
function sameHelp(args: readonly string[]): readonly string[] {
  const [first, command = ''] = args;
  return first === 'help' && Object.hasOwn(entries, command) ? [command, '--help'] : args;
}

/**
 * The program, with only those commands loaded that `args` name: a small machine takes a second to load all.
 * The others are there by name and summary, for `--help` and for suggestions.
 */
export async function program(args: readonly string[]): Promise<Command> {
  const root = new Command('allo-agent')
    .summary('a machine as an appliance in an Alloverse place')
    .description(
      'Lets this machine live inside an Alloverse place: its sensors seen, its outputs switched, its microphone heard.',
    )
    .version(packageVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .addHelpText('after', helpAfter);
  const named = new Set(args.filter((arg) => !arg.startsWith('-')).slice(0, 2));
  for (const [name, { summary, load }] of Object.entries(entries))
    root.addCommand(named.has(name) ? await load() : new Command(name).summary(summary));
  throwAtWrongUsage(root);
  return root;
}

const helpAfter = `
Exit status: 0 done, 1 failed, 2 bad usage, 78 bad configuration.

Start here:
  allo-agent demo                        everything on this machine, nothing needed
  allo-agent discover                    what hardware there is, as configuration to paste
  allo-agent check --config config.yaml  whether the configuration and the hardware fit
  allo-agent run --config config.yaml    the daemon`;
