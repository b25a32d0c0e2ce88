import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { CPeer } from '../c-peer/c-peer.ts';

/** What a process has used so far, by the kernel's account. */
interface Usage {
  /** Times its main thread slept, and so woke up. */
  readonly mainSleeps: number;
  /** The same of all its threads. */
  readonly sleeps: number;
  readonly cpuMs: number;
}

const settleMs = 5000;

/** Prints what idling costs, at the same time, a process of ours, one of the C library, and Node by itself. */
export async function idleCosts(server: CPeer, seconds: number): Promise<void> {
  if (seconds <= 0) return;
  await server.command('interval', 100);
  const ours = await startedNode(
    fileURLToPath(new URL('./enet-latency-idler.js', import.meta.url)),
    server.port,
  );
  const nothing = await startedNode('-e', 'setInterval(() => {}, 2 ** 30); console.log("ready")');
  const theirs = await CPeer.open();
  await theirs.command('interval', 100);
  await theirs.connect(server.port);
  await theirs.connected.take();

  const processes = [
    ['one idle connection of ours', ours.pid as number],
    ['one of the C library, service(100)', theirs.pid],
    ['Node without any', nothing.pid as number],
  ] as const;
  await pause(settleMs);
  const before = processes.map(([, pid]) => usage(pid));
  await pause(seconds * 1000);
  const after = processes.map(([, pid]) => usage(pid));

  console.log(`\nidle for ${seconds} s${' '.repeat(24)}wake-ups/s (all threads)   CPU ms/min`);
  for (const [i, [name]] of processes.entries()) {
    const [from, to] = [before[i] as Usage, after[i] as Usage];
    const main = ((to.mainSleeps - from.mainSleeps) / seconds).toFixed(1);
    const threads = ((to.sleeps - from.sleeps) / seconds).toFixed(1);
    const cpu = ((to.cpuMs - from.cpuMs) * (60 / seconds)).toFixed(1);
    console.log(`${name.padEnd(36)}${main.padStart(8)}${`(${threads})`.padStart(12)}${cpu.padStart(17)}`);
  }
  ours.kill();
  nothing.kill();
  await theirs.close();
}

/** A Node process that has said it is ready. */
async function startedNode(...args: (string | number)[]): Promise<ChildProcess> {
  const child = spawn(process.execPath, args.map(String), { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  return child;
}

function usage(pid: number): Usage {
  const threads = readdirSync(`/proc/${pid}/task`).map(Number);
  return {
    mainSleeps: sleeps(pid, pid),
    sleeps: sum(threads.map((thread) => sleeps(pid, thread))),
    cpuMs: sum(threads.map((thread) => cpuMs(pid, thread))),
  };
}

function sleeps(pid: number, thread: number): number {
  const status = readFileSync(`/proc/${pid}/task/${thread}/status`, 'utf8');
  return Number(/^voluntary_ctxt_switches:\s+(\d+)/m.exec(status)?.[1]);
}

/** The first figure of schedstat: time spent on a CPU, in nanoseconds. */
function cpuMs(pid: number, thread: number): number {
  return Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
