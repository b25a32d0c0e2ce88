import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { root } from '../support/source-files.ts';

const directory = join(root, 'test/c-peer');
const sources = ['peer.c', 'host.c', 'host.h'].map((name) => join(directory, name));
const units = sources.filter((source) => source.endsWith('.c'));
const program = join(directory, 'build/peer');
const options = ['-std=c11', '-O2', '-Wall', '-Wextra', '-Wpedantic', '-Wshadow', '-Wconversion', '-Werror'];

let building: Promise<string> | undefined;

/** The path of the C peer's program, compiled first if a source is newer. Safe from several processes at once. */
export function buildCPeer(): Promise<string> {
  building ??= build();
  return building;
}

async function build(): Promise<string> {
  if (isFresh()) return program;
  mkdirSync(dirname(program), { recursive: true });
  const compiled = `${program}.${randomUUID()}`;
  const compiler = process.env.CC ?? 'cc';
  try {
    await promisify(execFile)(compiler, [...options, '-o', compiled, ...units, '-lenet']);
  } catch (error) {
    throw new Error(explain(compiler, error), { cause: error });
  }
  renameSync(compiled, program);
  return program;
}

function isFresh(): boolean {
  if (!existsSync(program)) return false;
  const built = statSync(program).mtimeMs;
  return sources.every((source) => statSync(source).mtimeMs < built);
}

/** What to do about a compiler that is missing, finds no ENet, or refuses the source. */
function explain(compiler: string, error: unknown): string {
  const { code, stderr = '' } = error as { code?: unknown; stderr?: string };
  if (code === 'ENOENT')
    return `The C peer of these tests needs a C compiler, and there is no '${compiler}': apt install gcc libc6-dev libenet-dev`;
  if (/enet\/enet\.h|-lenet/.test(stderr))
    return 'The C peer of these tests needs the ENet C library: apt install libenet-dev';
  if (/\b(stdio|stdlib|string|errno)\.h: No such file|cannot find (-lc|Scrt1\.o|crt1\.o)/.test(stderr))
    return 'The C peer of these tests needs the C library to compile against: apt install libc6-dev libenet-dev';
  return `The C peer of these tests does not compile:\n${stderr}`;
}
