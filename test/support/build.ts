import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { filesUnder, root } from './source-files.ts';

const builds = join(root, 'test/support/dist');
const keepMs = 3_600_000;
/** Longest time a build may take on a busy machine. */
export const buildWithinMs = 180_000;

/**
 * The program as it is installed, compiled once for each state of the sources: gives the path of its `main.js`.
 * Tests that run at the same moment may all call it: one builds, the others wait.
 */
export function builtProgram(): Promise<string> {
  program ??= build();
  return program;
}

let program: Promise<string> | undefined;

async function build(): Promise<string> {
  const folder = join(builds, fingerprint());
  const main = join(folder, 'agent/main.js');
  const lock = `${folder}.lock`;
  mkdirSync(builds, { recursive: true });
  while (!existsSync(main)) {
    if (!take(lock)) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      continue;
    }
    try {
      removeOldBuilds();
      await buildInto(folder);
    } finally {
      rmSync(lock, { recursive: true, force: true });
    }
  }
  return main;
}

/** Whether it is ours to build; a lock of somebody who was killed counts for nothing. */
function take(lock: string): boolean {
  try {
    mkdirSync(lock);
    return true;
  } catch {
    const since = statSync(lock, { throwIfNoEntry: false })?.mtimeMs;
    if (since !== undefined && Date.now() - since > buildWithinMs)
      rmSync(lock, { recursive: true, force: true });
    return false;
  }
}

/** A build appears whole or not at all. */
async function buildInto(folder: string): Promise<void> {
  if (existsSync(folder)) return;
  const draft = mkdtempSync(`${folder}-`);
  const complaints = await compile(draft);
  if (!existsSync(join(draft, 'agent/main.js'))) throw new Error(`nothing was built:\n${complaints}`);
  renameSync(draft, folder);
}

/** Changes with any source file's name, size or time. */
function fingerprint(): string {
  const hash = createHash('sha256');
  for (const path of [...filesUnder('agent', 'devices'), 'tsconfig.json', 'tsconfig.build.json']) {
    const { size, mtimeMs } = statSync(join(root, path));
    hash.update(`${path} ${size} ${mtimeMs}\n`);
  }
  return hash.digest('hex').slice(0, 16);
}

/** What the compiler complains about is the type check's matter; here it matters only that it builds. */
function compile(folder: string): Promise<string> {
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  const args = [
    compiler,
    '-p',
    join(root, 'tsconfig.build.json'),
    '--outDir',
    folder,
    '--declaration',
    'false',
  ];
  return new Promise((resolve) => {
    execFile(process.execPath, args, (error, stdout, stderr) => resolve(error ? `${stdout}${stderr}` : ''));
  });
}

function removeOldBuilds(): void {
  for (const name of readdirSync(builds)) {
    const path = join(builds, name);
    if (Date.now() - statSync(path).mtimeMs > keepMs) rmSync(path, { recursive: true, force: true });
  }
}
