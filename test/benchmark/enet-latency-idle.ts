import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { CPeer } from '../c-peer/c-peer.ts';
import { type Usage, usage } from './usage.ts';

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
