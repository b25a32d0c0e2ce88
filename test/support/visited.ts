import type { CliProcess, Ended } from './cli-process.ts';

/** Options of a visit that is given the time a busy machine needs, for the place and for each answer. */
export const patience = ['--timeout', '60'];
/** Why a busy place does not let somebody in. */
const unheard = /ALLO_E_PLACE_(LOST|SILENT|UNREACHABLE)/;

/**
 * Runs `allo-agent visit URL ARGS` to its end, with the time that a busy machine needs. A visitor whom the place had no
 * time to let in has asked for nothing yet and tries again, twice.
 */
export async function visited(
  start: (args: readonly string[]) => CliProcess,
  url: string,
  args: readonly string[],
): Promise<Ended> {
  for (let tried = 1; ; tried++) {
    const ended = await start(['visit', url, ...args, ...patience]).ended;
    if (ended.status === 0 || tried === 3 || !unheard.test(ended.stderr)) return ended;
  }
}
