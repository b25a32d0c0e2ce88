import type { Command } from 'commander';

/** Wrong usage of a command, or of one beneath it, throws instead of exiting 1, which here means that it failed. */
export function throwAtWrongUsage(command: Command): void {
  command.exitOverride().showHelpAfterError(`(see ${fullName(command)} --help)`);
  for (const child of command.commands) throwAtWrongUsage(child);
}

function fullName(command: Command): string {
  return command.parent ? `${fullName(command.parent)} ${command.name()}` : command.name();
}
