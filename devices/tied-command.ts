import { existsSync } from 'node:fs';

/** A program and what it is called with. */
export interface Command {
  readonly file: string;
  readonly args: readonly string[];
}

/** Of util-linux, setpriv(1). */
const setpriv = '/usr/bin/setpriv';

/**
 * The command, made to end with this process however that ends, even by SIGKILL. Where setpriv is missing it is left
 * as it is.
 */
export function tiedCommand(command: Command): Command {
  if (!existsSync(setpriv)) return command;
  return { file: setpriv, args: ['--pdeathsig', 'TERM', command.file, ...command.args] };
}
