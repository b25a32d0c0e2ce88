import { type ExecFileOptions, execFile } from 'node:child_process';

/** Runs a program to its end and gives what it printed. Rejects with its last words where it fails. */
export function run(
  program: string,
  args: readonly string[],
  options: ExecFileOptions = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(
      program,
      args,
      { maxBuffer: 64 * 1024 * 1024, ...options, encoding: 'utf8' },
      (error, stdout, stderr) => {
        if (!error) return resolve(stdout);
        const words = `${stdout}${stderr}`.trim().split('\n').slice(-5).join('\n');
        reject(new Error(`${program} fails (${error.code ?? error.signal}): ${words}`));
      },
    );
  });
}
