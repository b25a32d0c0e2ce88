import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { systemTime } from '../../agent/time/system-time.ts';
import { ASSET_CHUNK } from '../../agent/wire/asset.ts';
import { noise } from '../support/asset-stage.ts';
import { type CliProcess, startCli } from '../support/cli-process.ts';
import { freePort } from '../support/free-port.ts';
import { root } from '../support/source-files.ts';
import { expectStopped } from '../support/stopped.ts';

/*
 * Assets of 64 MiB are not held twice in memory: each part of the way, as installed and in a process of its own, has at
 * most so much more memory after one of 64 MiB than after one of 16 MiB, which has what waits to be collected in it.
 */
const MEBIBYTE = 1024 * 1024;
const SIZE = 64 * MEBIBYTE;
const SMALLER = 16 * MEBIBYTE;
/** From a file, or into one: a few parts of it. */
const MOST_PASSING = 32 * MEBIBYTE;
/** The place keeps it, once. */
const MOST_KEPT = 1.9 * SIZE;

it('64 MiB go through a place from file to file, and only the place keeps them', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'allo-memory-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const port = await freePort();
  const url = `alloplace://127.0.0.1:${port}`;
  const place = started(['place', '--listen', `127.0.0.1:${port}`, '--name', 'Garden']);
  await place.until(/is open/);

  const pass = async (size: number): Promise<Peaks> => {
    const [file, out] = [join(folder, `${size}`), join(folder, `${size}.fetched`)];
    await writeNoise(file, size);
    const offer = started(['visit', url, 'offer', file, '--timeout', '60']);
    const id = await offer.untilOutput((output) => /asset:sha256:[0-9a-f]{64}/.exec(output)?.[0], 'an id');
    const began = systemTime.now();
    const fetched = await fetch(folder, url, id, out);
    const seconds = (systemTime.now() - began) / 1000;
    expect((await readFile(out)).equals(await readFile(file))).toBe(true);
    const peaks = { place: await peakOf(place), offer: await peakOf(offer), fetch: fetched, seconds };
    await stop(offer);
    return peaks;
  };
  const [before, after] = [await pass(SMALLER), await pass(SIZE)];
  await stop(place);
  const more = {
    place: after.place - before.place,
    offer: after.offer - before.offer,
    fetch: after.fetch - before.fetch,
  };
  const told = Object.entries(more).map(([role, bytes]) => `${role} +${Math.round(bytes / MEBIBYTE)} MiB`);
  console.info(`${SIZE / MEBIBYTE} MiB in ${after.seconds.toFixed(1)} s: ${told.join(', ')}`);
  expect(more.offer).toBeLessThan(MOST_PASSING);
  expect(more.fetch).toBeLessThan(MOST_PASSING);
  expect(more.place).toBeLessThan(MOST_KEPT);
});

interface Peaks {
  readonly place: number;
  readonly offer: number;
  readonly fetch: number;
  readonly seconds: number;
}

function started(args: readonly string[]): CliProcess {
  const process = startCli(args);
  onTestFinished(() => process.signal('SIGKILL'));
  return process;
}

/** Resolves with the most memory it had, bytes. */
async function fetch(folder: string, url: string, id: string, out: string): Promise<number> {
  const file = join(folder, 'peak');
  const watching = pathToFileURL(join(root, 'test/support/peak-memory.mjs')).href;
  const env = {
    NODE_OPTIONS: `--import=${watching}`,
    PEAK_MEMORY_FILE: file,
    XDG_CACHE_HOME: join(folder, 'cache'),
  };
  // The place says nothing until it has all of it.
  const { status, stderr } = await startCli(
    ['visit', url, 'fetch', id, '--out', out, '--timeout', '150'],
    env,
  ).ended;
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return Number(await readFile(file, 'utf8')) * 1024;
}

/** The most memory a process had so far, bytes. */
async function peakOf({ child }: CliProcess): Promise<number> {
  const status = await readFile(`/proc/${child.pid}/status`, 'utf8');
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)![1]) * 1024;
}

async function stop(process: CliProcess): Promise<void> {
  process.signal('SIGINT');
  expectStopped(await process.ended);
}

async function writeNoise(path: string, size: number): Promise<void> {
  const file = await open(path, 'w');
  for (let at = 0; at < size; at += ASSET_CHUNK) await file.writeFile(noise(ASSET_CHUNK, size + at));
  await file.close();
}
