/**
 * What the daemon costs: memory, CPU and wake-ups, with its microphone heard, muted, and with nothing going on at all.
 * Run by scripts/footprint.
 */
import { readFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Bench } from '../end-to-end/bench.ts';
import { type Usage, usage } from './usage.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '5' },
    'quiet-minutes': { type: 'string', default: '1' },
  },
});
const minutes = Number(values.minutes);
const quietMinutes = Number(values['quiet-minutes']);

/** After a change, what it caused is not counted. */
const settleMs = 5_000;
const sampleMs = 1_000;

const bench = await Bench.open();
try {
  await bench.startPlace();
  const daemon = await bench.startDaemon();
  const { pid } = daemon.child;
  if (pid === undefined) throw new Error('the daemon did not start');
  await daemon.until(/"msg":"joined"/);
  await (await bench.startVisit('observe', '--json')).until(/\n/);

  console.log(`${''.padEnd(34)}CPU ms/min   wake-ups/s (all threads)   memory MiB start → end (max)   load`);
  await measure('microphone heard, 5 readings/s', pid, minutes);
  await bench.visit('invoke', 'microphone.mute');
  await measure('muted, 5 readings/s', pid, quietMinutes);
  bench.hush();
  await measure('muted, no readings', pid, quietMinutes);

  daemon.signal('SIGTERM');
  const { status } = await daemon.ended;
  console.log(`\nat SIGTERM it exited ${status}`);
} finally {
  await bench.close();
}

/** Watches the daemon, and what captures for it if anything does, for so long, and prints what they used. */
async function measure(title: string, daemon: number, forMinutes: number): Promise<void> {
  if (forMinutes <= 0) return;
  await pause(settleMs);
  const capture = childrenOf(daemon)[0];
  const watched = [
    { name: title, pid: daemon },
    ...(capture === undefined ? [] : [{ name: `  ${commandOf(capture)}, which captures`, pid: capture }]),
  ].map((one) => ({ ...one, before: usage(one.pid), memory: [memoryOf(one.pid)] }));
  const began = performance.now();
  while (performance.now() - began < forMinutes * 60_000) {
    await pause(sampleMs);
    for (const { pid, memory } of watched) memory.push(memoryOf(pid));
  }
  const seconds = (performance.now() - began) / 1e3;
  for (const { name, pid, before, memory } of watched)
    console.log(name.padEnd(34) + figures(before, usage(pid), seconds) + memoryFigures(memory) + load());
}

function figures(from: Usage, to: Usage, seconds: number): string {
  const cpu = ((to.cpuMs - from.cpuMs) * (60 / seconds)).toFixed(0);
  const main = ((to.mainSleeps - from.mainSleeps) / seconds).toFixed(1);
  const all = ((to.sleeps - from.sleeps) / seconds).toFixed(1);
  return `${cpu.padStart(10)}${main.padStart(13)} (${all})`.padEnd(40);
}

function memoryFigures(samples: readonly number[]): string {
  const [start, end, max] = [samples[0]!, samples.at(-1)!, Math.max(...samples)].map((mib) => mib.toFixed(1));
  return `${start} → ${end} (${max})`.padEnd(30);
}

function load(): string {
  return loadavg()
    .map((average) => average.toFixed(1))
    .join(' ');
}

function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
}

function commandOf(pid: number): string {
  return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
}

/** Resident memory, MiB. */
function memoryOf(pid: number): number {
  const kib = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kib) / 1024;
}
