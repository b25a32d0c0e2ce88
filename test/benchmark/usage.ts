import { readdirSync, readFileSync } from 'node:fs';

/** What a process has used so far, by the kernel's account. */
export interface Usage {
  /** Times its main thread slept, and so woke up. */
  readonly mainSleeps: number;
  /** The same of all its threads. */
  readonly sleeps: number;
  readonly cpuMs: number;
}

export function usage(pid: number): Usage {
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
