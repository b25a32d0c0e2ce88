import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Bench, Booted } from '../bench.ts';
import { whilePlaying } from './audio.ts';
import { toldWell } from './boot.ts';

/** The unit's StateDirectory: what may be written to steadily. */
const state = '/var/lib/allo-agent/';
const mark = '/run/image-test-mark';

interface Usage {
  /** s of CPU: of the whole unit, and of the daemon's own process. */
  readonly unitCpu: number;
  readonly daemonCpu: number;
  /** MiB */
  readonly unitMemory: number;
  readonly daemonMemory: number;
  readonly at: number;
}

async function usage({ guest }: Booted): Promise<Usage> {
  const unit = await guest.unit('MainPID', 'CPUUsageNSec', 'MemoryCurrent');
  const process = await guest.run(
    `grep VmRSS /proc/${unit.MainPID}/status; cut -d' ' -f14,15 /proc/${unit.MainPID}/stat; cut -d' ' -f1 /proc/uptime; getconf CLK_TCK`,
  );
  const [memory, user, system, uptime, tick] = process.match(/[\d.]+/g)!.map(Number) as [
    number,
    number,
    number,
    number,
    number,
  ];
  return {
    unitCpu: Number(unit.CPUUsageNSec) / 1e9,
    daemonCpu: (user + system) / tick,
    unitMemory: Number(unit.MemoryCurrent) / 1024 ** 2,
    daemonMemory: memory / 1024,
    at: uptime,
  };
}

/** What has been written to the card since it was switched on, KiB. Everything that waits is written before. */
async function written({ guest }: Booted): Promise<number> {
  const counters = await guest.run('sync; cat /sys/class/block/vda/stat');
  return Number(counters.trim().split(/\s+/)[6]) / 2;
}

/** Plays and listens for some minutes, and looks what that costs: memory, CPU, and writes to the card. */
export async function watchUsage(bench: Bench, booted: Booted): Promise<void> {
  const { recorder, place } = bench;
  const { minutes } = bench.options;
  const { guest } = booted;
  let writes: { readonly files: readonly string[]; readonly kibibytes: number } | undefined;
  await recorder.check('resources', () =>
    whilePlaying(bench, booted, async () => {
      // What is written once, after a start.
      await toldWell(booted);
      const out = join(bench.folder, 'listened.wav');
      const seconds = String(minutes * 60 + 20);
      const listening = place.visit('listen', place.avatarId, '--for', seconds, '--out', out);
      // Its failure is told where it is waited for.
      listening.catch(() => {});
      await pause(10_000);
      const writtenBefore = await written(booted);
      await guest.run(`touch ${mark}`);
      const before = await usage(booted);
      bench.say(`playing and listening for ${minutes} minutes`);
      await pause(minutes * 30_000);
      const half = await usage(booted);
      await pause(minutes * 30_000);
      const after = await usage(booted);
      const changed = await guest.run(`find / /boot/firmware -xdev -newer ${mark} -type f`);
      const files = changed.trim().split('\n').filter(Boolean);
      writes = { files, kibibytes: (await written(booted)) - writtenBefore };
      const { StatusText, NRestarts } = await guest.unit('StatusText', 'NRestarts');
      const percent = (cpu: 'daemonCpu' | 'unitCpu') =>
        `${(((after[cpu] - before[cpu]) / (after.at - before.at)) * 100).toFixed(1)} %`;
      const resident = [before, half, after].map(({ daemonMemory }) => daemonMemory.toFixed(0)).join(', ');
      const figures =
        `daemon ${resident} MiB resident after 0, ${minutes / 2} and ${minutes} minutes, ` +
        `whole unit ${after.unitMemory.toFixed(0)} MiB; CPU ${percent('daemonCpu')} of one emulated core, ` +
        `with arecord ${percent('unitCpu')}; heard ${(await listening).trim().replace(/, in .*/, '')}; ` +
        `started again ${NRestarts} times; "${StatusText}"`;
      if (after.unitMemory > 256) throw new Error(`more than its MemoryHigh of 256 MiB: ${figures}`);
      if (after.daemonCpu < before.daemonCpu) throw new Error(`it was started again meanwhile: ${figures}`);
      return figures;
    }),
  );
  await recorder.check('quiet', async () => {
    if (!writes) throw new Error('not looked at: the check before failed');
    const others = writes.files.filter((file) => !file.startsWith(state));
    const figures = `in ${minutes} minutes ${writes.kibibytes} KiB, those of the file system itself included, to ${writes.files.join(', ')}`;
    if (others.length > 0) throw new Error(`also ${others.join(', ')}: ${figures}`);
    return figures;
  });
}
