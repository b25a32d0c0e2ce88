import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { isInstalled } from '../../devices/installed.ts';
import { libopusFile } from '../audio/libopus.ts';

/** Something optional that this machine may or may not have. */
export interface Feature {
  readonly name: string;
  /** `broken`: it is installed, and does not load. */
  readonly state: 'ok' | 'missing' | 'broken';
  /** What it is for; where it is missing, what happens without it. */
  readonly detail: string;
  /** How to get it, where it is not ok. */
  readonly mend?: string;
}

interface OptionalPackage {
  readonly name: string;
  readonly purpose: string;
  readonly without: string;
  /** Debian packages it is compiled with where it has no binary for the machine. */
  readonly needs: string;
}

const packages: readonly OptionalPackage[] = [
  {
    name: 'koffi',
    purpose: 'GPIO through the character device of the kernel, and the libopus of this machine',
    without: 'GPIO needs `backend: sysfs`',
    needs: 'build-essential cmake',
  },
  {
    name: 'onoff',
    purpose: 'GPIO through sysfs, for kernels that have only that',
    without: 'GPIO needs a kernel with the character device: Linux 5.10 or newer',
    needs: 'build-essential python3',
  },
  {
    name: 'alsa-capture',
    purpose: 'the microphone can be captured with `backend: alsa-capture`',
    without: 'the microphone is captured through arecord',
    needs: 'build-essential python3 libasound2-dev',
  },
];

/** Where a package's main file is; undefined where it is not installed. */
export type Resolve = (name: string) => string | undefined;

/** Looks for everything optional, all at once. Native code is loaded in processes of its own: it may crash or hang. */
export function probeFeatures(resolve: Resolve = resolveInstalled): Promise<Feature[]> {
  return Promise.all([
    ...packages.map((one) => probePackage(one, resolve)),
    probeLibopus(resolve),
    probeArecord(),
    probeAplay(),
  ]);
}

async function probePackage(
  { name, purpose, without, needs }: OptionalPackage,
  resolve: Resolve,
): Promise<Feature> {
  const mend = `sudo apt install ${needs}; then \`npm ci\` again in the folder of allo-agent.`;
  const path = resolve(name);
  if (path === undefined) return { name, state: 'missing', detail: without, mend };
  const failure = await loadElsewhere(path);
  if (failure === undefined) return { name, state: 'ok', detail: purpose };
  return { name, state: 'broken', detail: `${failure}; ${without}`, mend };
}

async function probeLibopus(resolve: Resolve): Promise<Feature> {
  const name = 'libopus';
  const koffi = resolve('koffi');
  if (koffi !== undefined && (await loadElsewhere(koffi, libopusFile)) === undefined)
    return { name, state: 'ok', detail: 'sound is encoded and decoded by native code' };
  return {
    name,
    state: 'missing',
    detail: 'sound is encoded and decoded in WebAssembly, at about half as much CPU again',
    mend: `sudo apt install libopus0${koffi === undefined ? '; it is called through koffi' : ''}`,
  };
}

function probeArecord(): Feature {
  const name = 'arecord';
  return isInstalled(name)
    ? { name, state: 'ok', detail: 'the microphone can be captured with `backend: arecord`' }
    : {
        name,
        state: 'missing',
        detail: 'the microphone needs `backend: alsa-capture`',
        mend: 'sudo apt install alsa-utils',
      };
}

function probeAplay(): Feature {
  const name = 'aplay';
  return isInstalled(name)
    ? { name, state: 'ok', detail: 'there can be a speaker' }
    : { name, state: 'missing', detail: 'a speaker plays nothing', mend: 'sudo apt install alsa-utils' };
}

function resolveInstalled(name: string): string | undefined {
  try {
    return createRequire(import.meta.url).resolve(name);
  } catch {
    return undefined;
  }
}

const loadWithinMs = 10_000;

/**
 * Why the package at `path` does not load, or does not itself load `library`; undefined where it does. Its process is
 * killed: some never end.
 */
function loadElsewhere(path: string, library = ''): Promise<string | undefined> {
  return new Promise((done) => {
    const script =
      'const [, path, library] = process.argv; const it = require(path); if (library) it.load(library); process.stdout.write("loaded")';
    const child = spawn(process.execPath, ['-e', script, path, library], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let loaded = false;
    let complaint = '';
    const timer = setTimeout(() => child.kill('SIGKILL'), loadWithinMs);
    child.stdout.once('data', () => {
      loaded = true;
      child.kill('SIGKILL');
    });
    child.stderr.on('data', (text: Buffer) => {
      complaint = (complaint + text.toString()).slice(0, 4096);
    });
    child.once('error', (error) => {
      complaint = error.message;
    });
    child.once('close', () => {
      clearTimeout(timer);
      done(loaded ? undefined : reason(complaint));
    });
  });
}

/** The line of Node's report that names the error. */
function reason(complaint: string): string {
  const line = complaint.split('\n').find((text) => /^\w*Error\b/.test(text));
  return line === undefined ? 'it does not load' : line.replace(/^(\w*Error): /, '');
}
