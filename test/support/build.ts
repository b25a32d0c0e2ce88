import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { mainVariable } from './program.ts';
import { root } from './source-files.ts';

/**
 * Compiles the program once for all the tests of a run, into a folder of its own from which it finds its packages.
 * Whether its types are right is the type check's matter; here it matters only that there is a program.
 * Returns what removes it again.
 */
export default async function build(): Promise<() => void> {
  // Each project asks; the first builds it for all.
  if (process.env[mainVariable]) return () => {};
  const cache = join(root, 'node_modules/.cache');
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'allo-agent-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  const complaints = await compile(folder);
  const main = join(folder, 'agent/main.js');
  if (!existsSync(main)) {
    remove();
    throw new Error(`nothing was built:\n${complaints}`);
  }
  process.env[mainVariable] = main;
  // What the program remembers of one run is not for the next, nor for who runs the tests.
  process.env.XDG_CACHE_HOME = join(folder, 'cache');
  process.env.XDG_STATE_HOME = join(folder, 'state');
  return remove;
}

function compile(folder: string): Promise<string> {
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  const project = join(root, 'tsconfig.build.json');
  const args = [compiler, '-p', project, '--outDir', folder, '--declaration', 'false', '--noCheck'];
  return new Promise((resolve) => {
    execFile(process.execPath, args, (_error, stdout, stderr) => resolve(`${stdout}${stderr}`));
  });
}
