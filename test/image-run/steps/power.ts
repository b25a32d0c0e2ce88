import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { systemTime } from '../../../agent/time/system-time.ts';
import type { Bench, Booted } from '../bench.ts';
import { loggedCard } from '../boards.ts';
import type { Card } from '../card.ts';
import { judgeLives } from '../lives.ts';
import { partitionChecks } from '../partitions.ts';
import { until } from '../patience.ts';
import type { HeardReading } from '../place.ts';
import { seededRandom } from '../seeded-random.ts';
import { run } from '../shell.ts';
import { applyPowerCut } from '../write-log.ts';

const folder = '/var/lib/allo-agent/image-test';

/** Replaces a file as careful programs do, says which one is safe on the card, and writes others without asking for that. */
const writer = (from: number) => `mkdir -p ${folder}; n=${from}; while :; do n=$((n + 1))
  { head -c 30000 /dev/urandom; printf '\\n%s\\n' $n; } >${folder}/body.new && sync ${folder}/body.new &&
    mv ${folder}/body.new ${folder}/body && sync ${folder} && echo $n || exit 1
  dd if=/dev/zero of=${folder}/careless$((n % 5)) bs=50k count=4 oflag=direct status=none; done`;

/** What is known of all lives of one card. */
interface History {
  readonly random: () => number;
  readonly lives: HeardReading[][];
  readonly bootSeconds: number[];
  /** Newest number that the guest said was safe on the card. */
  synced: number;
  cuts: number;
  inBoot: number;
  lost: number;
}

/** Cuts the power again and again, in boots and in writes by turns, and boots from what is left on the card. */
export async function cutPower(bench: Bench): Promise<void> {
  const { recorder, options } = bench;
  const history: History = {
    random: seededRandom(options.seed),
    lives: [],
    bootSeconds: [],
    synced: 0,
    cuts: 0,
    inBoot: 0,
    lost: 0,
  };
  bench.say(`cutting the power ${options.cuts} times; --seed ${options.seed}`);
  const card = await bench.flash('virt');
  try {
    while (history.cuts < options.cuts) {
      if (history.cuts % 2 === 0) await liveAndDie(bench, card, history);
      else await dieInBoot(bench, card, history);
      history.cuts++;
      if (history.lives.length > 1) tell(bench, history);
    }
    await liveOn(bench, card, history);
    tell(bench, history);
  } catch (error) {
    recorder.note('returns', 'failed', `after ${summary(bench, history)}: ${(error as Error).message}`);
    return;
  }
  await recorder.check('clean', () => partitionChecks(card));
}

function summary({ options }: Bench, { cuts, inBoot, lives, bootSeconds, lost }: History): string {
  const times = bootSeconds.map((seconds) => seconds.toFixed(0)).join(', ');
  return (
    `${cuts} of ${options.cuts} cuts, ${cuts - inBoot} in writes and ${inBoot} in boots, seed ${options.seed}, ` +
    `${lost} unflushed writes lost or torn; it came back ${Math.max(lives.length - 1, 0)} times; joined after ${times} s`
  );
}

function tell(bench: Bench, history: History): void {
  const { recorder } = bench;
  recorder.note('returns', 'passed', summary(bench, history));
  recorder.note(
    'synced',
    history.synced > 0 ? 'passed' : 'failed',
    `${history.synced} files were synced in all, each the newest after its cut`,
  );
  const { inLife, acrossLives } = judgeLives(history.lives);
  recorder.note('seqInLife', inLife.good ? 'passed' : 'failed', inLife.figures);
  recorder.note('seqAcrossLives', acrossLives.good ? 'passed' : 'failed', acrossLives.figures);
}

/** Boots, is looked at, writes, and is cut off. */
async function liveAndDie(bench: Bench, card: Card, history: History): Promise<void> {
  const { place } = bench;
  const power = await connect(bench, card, history);
  const booted = await comeBack(bench, card, history, power.insert);
  const before = history.synced;
  const writing = booted.guest.start(writer(before));
  createInterface({ input: writing.stdout! }).on('line', (line) => {
    history.synced = Number(line);
  });
  await until(120, 'the guest writes', () => (history.synced > before ? true : undefined), 100);
  const end = systemTime.now() + 4_000 + history.random() * 8_000;
  for (let on = true; systemTime.now() < end; on = !on)
    await place
      .visit('write', `${place.avatarId}/lamp.on`, on ? 'on' : 'off')
      .catch((error: Error) => bench.say(error.message));
  await booted.machine.pullPlug();
  booted.guest.leave();
  history.lives.push(place.readings.filter(({ at }) => at > booted.machine.since));
  await power.cut('in writes');
}

async function dieInBoot(bench: Bench, card: Card, history: History): Promise<void> {
  const power = await connect(bench, card, history);
  const { machine } = await bench.switchOn('virt', card, { insert: power.insert, reboots: true });
  const usual = Math.min(...history.bootSeconds);
  const moment = (0.25 + 0.7 * history.random()) * usual;
  await pause(moment * 1000);
  await machine.pullPlug();
  history.inBoot++;
  await power.cut(`${moment.toFixed(0)} s into a boot`);
}

/** The boot after the last cut, which ends as it should. */
async function liveOn(bench: Bench, card: Card, history: History): Promise<void> {
  const booted = await comeBack(bench, card, history);
  history.lives.push(bench.place.readings.filter(({ at }) => at > booted.machine.since));
  await bench.switchOff(booted);
}

/** Boots from what the last cut left, and sees that nothing is missing. */
async function comeBack(
  bench: Bench,
  card: Card,
  history: History,
  insert?: readonly string[],
): Promise<Booted> {
  const booted = await bench.boot('virt', card, { reboots: true, ...(insert && { insert }) });
  history.bootSeconds.push(booted.joinedAfter);
  // A life has readings, else its counting proves nothing.
  await bench.place.reading(60, booted.machine.since, 'pulse.beat', ({ seq }) => seq > 3);
  if (history.synced > 0) {
    const found = Number(await booted.guest.run(`tail -n 1 ${folder}/body`));
    // The last one may have been safe before it could be said.
    if (found < history.synced || found > history.synced + 1) {
      bench.recorder.note('synced', 'failed', `number ${history.synced} was synced, ${found} is there`);
      throw new Error('what was synced is lost');
    }
    history.synced = found;
  }
  return booted;
}

/** Puts an overlay over the card that notes all writes; `cut` brings the card into the state after a power cut. */
async function connect(bench: Bench, card: Card, history: History) {
  const overlay = join(bench.folder, 'overlay.qcow2');
  const log = join(bench.folder, 'writes.log');
  await rm(log, { force: true });
  await run('truncate', ['-s', '0', log]);
  await run('qemu-img', ['create', '-q', '-f', 'qcow2', '-b', card.file, '-F', 'raw', overlay]);
  return {
    insert: loggedCard(overlay, log),
    cut: async (when: string) => {
      const { settled, kept, torn, lost } = applyPowerCut(log, card.file, history.random);
      history.lost += lost + torn;
      bench.say(
        `power cut ${history.cuts + 1} of ${bench.options.cuts}, ${when}: ${settled} writes were flushed; ` +
          `of ${kept + torn + lost} later ones ${lost} are lost and ${torn} torn`,
      );
      await Promise.all([rm(overlay), rm(log)]);
    },
  };
}
