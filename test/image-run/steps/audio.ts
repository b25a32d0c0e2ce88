import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Bench, Booted } from '../bench.ts';
import { levelOf, readSamples, toneShare, writeTone } from '../tone.ts';

const hz = 1_000;
const level = -20;
const played = '/tmp/tone.wav';
const player = 'image-test-player';
/** Play end of the loopback of which the microphone is the other end. */
const play = `aplay -q -D plughw:CARD=Loopback,DEV=0 ${played}`;

async function giveTone({ folder }: Bench, { guest }: Booted): Promise<void> {
  const file = join(folder, 'tone.wav');
  writeTone(file, hz, level, 20);
  await guest.put(played, readFileSync(file));
}

/** Plays until it is stopped, also where SSH ends before. */
async function startPlaying({ guest }: Booted): Promise<void> {
  await guest.run(`systemd-run --quiet --collect --unit=${player} sh -c 'while ${play}; do :; done'`);
}

/** Plays a tone in the guest and records the track in the place. */
export async function hearTone(bench: Bench, booted: Booted): Promise<void> {
  await bench.recorder.check('audio', async () => {
    await giveTone(bench, booted);
    await startPlaying(booted);
    try {
      await pause(3_000);
      const file = join(bench.folder, 'heard.wav');
      const told = await bench.place.visit('listen', bench.place.avatarId, '--for', '6', '--out', file);
      const samples = readSamples(file);
      // Its ends may be from before and after the tone.
      const middle = samples.subarray(48_000, samples.length - 24_000);
      const [share, loudness] = [toneShare(middle, hz), levelOf(middle)];
      const figures =
        `${(share * 100).toFixed(1)} % of the energy at ${hz} Hz, ${loudness.toFixed(1)} dBFS ` +
        `(played at ${level}); ${told.trim().replace(/, in .*/, '')}`;
      if (share < 0.8 || Math.abs(loudness - level) > 3) throw new Error(`that is not the tone: ${figures}`);
      return figures;
    } finally {
      await booted.guest.run(`systemctl stop ${player}`);
    }
  });
}

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

/** Plays for some minutes, and looks what that costs. */
export async function watchUsage(bench: Bench, booted: Booted): Promise<void> {
  const { minutes } = bench.options;
  await bench.recorder.check('resources', async () => {
    await giveTone(bench, booted);
    bench.say(`playing for ${minutes} minutes`);
    await startPlaying(booted);
    try {
      await pause(5_000);
      const before = await usage(booted);
      await pause(minutes * 60_000);
      const after = await usage(booted);
      const { StatusText, NRestarts } = await booted.guest.unit('StatusText', 'NRestarts');
      const percent = (cpu: keyof Usage) =>
        `${(((after[cpu] - before[cpu]) / (after.at - before.at)) * 100).toFixed(1)} %`;
      const figures =
        `after ${minutes} minutes: daemon ${after.daemonMemory.toFixed(0)} MiB resident (${before.daemonMemory.toFixed(0)} before), ` +
        `whole unit ${after.unitMemory.toFixed(0)} MiB; CPU ${percent('daemonCpu')} of one emulated core, ` +
        `with arecord ${percent('unitCpu')}; started again ${NRestarts} times; "${StatusText}"`;
      if (after.unitMemory > 256) throw new Error(`more than its MemoryHigh of 256 MiB: ${figures}`);
      return figures;
    } finally {
      await booted.guest.run(`systemctl stop ${player}`);
    }
  });
}
