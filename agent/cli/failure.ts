import { ConfigError, formatProblem } from '../config/problem.ts';
import { exitStatus } from './exit-status.ts';
import { printable } from './visit/value.ts';

/**
 * Tells people on stderr why a command failed, and gives the exit status. Every error of a known code (they all
 * have `code` and `mend`) is told by what happened, which may be in words of strangers, and what to do; only an
 * unforeseen one shows its stack.
 */
export function reportFailure(error: unknown): number {
  if (error instanceof ConfigError) {
    const { problems } = error;
    const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
    console.error(`${problems.map(formatProblem).join('\n')}\n\n${count} in the configuration.`);
    return exitStatus.config;
  }
  const { code, mend, message, stack } = error as Partial<Error & { code: unknown; mend: unknown }>;
  console.error(
    typeof mend === 'string'
      ? `${printable(message ?? '')} (${String(code)})\n    ${mend}`
      : (stack ?? String(error)),
  );
  return exitStatus.failed;
}
