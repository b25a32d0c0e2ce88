import { readFile } from 'node:fs/promises';

/** Ids of the processes that `pid` started and that are there. */
export async function childPids(pid: number): Promise<number[]> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return children.trim().split(/\s+/).filter(Boolean).map(Number);
}

/** Their names. */
export async function childrenOf(pid: number): Promise<string[]> {
  const names = (await childPids(pid)).map((child) =>
    readFile(`/proc/${child}/comm`, 'utf8').catch(() => ''),
  );
  return (await Promise.all(names)).map((name) => name.trim());
}

/** Whether the process runs; one that ended and was not yet asked for its status does not. */
export async function isRunning(pid: number): Promise<boolean> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return status !== '' && !/^State:\s+Z/m.test(status);
}
