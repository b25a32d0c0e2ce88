import { setTimeout as pause } from 'node:timers/promises';
import { systemTime } from '../../../agent/time/system-time.ts';
import type { Bench, Booted } from '../bench.ts';
import type { BoardName } from '../boards.ts';
import { doorOffset, lamp } from '../configuration.ts';
import { lineState } from '../gpio-state.ts';

/** Registers of the chips with the levels of the lines: GPIODATA of the PL061 under a full mask, GPLEV0 of the Pi. */
const levels = { virt: 0x0903_03fc, raspi3b: 0x3f20_0034 } as const;

/** Longest that an edge may take to be a reading, ms. */
const longestEdge = 250;
const edges = 20;
const firstEdges = 6;

/** Switches the lamp from the place, and looks at its line in the kernel of the guest and in the chip. */
export async function switchLamp(
  bench: Bench,
  { guest, machine }: Booted,
  board: BoardName,
  check: 'write' | 'boardWrite',
): Promise<void> {
  await bench.recorder.check(check, async () => {
    const { chip, offset } = lamp[board];
    const seen: string[] = [];
    for (const level of ['on', 'off', 'on', 'off'] as const) {
      const answer = (await bench.place.visit('write', `${bench.place.avatarId}/lamp.on`, level)).trim();
      const line = lineState(await guest.run('cat /sys/kernel/debug/gpio'), chip, offset);
      const inChip = (await machine.qtest.readRegister(levels[board])) & (1 << offset) ? 'on' : 'off';
      if (!line?.output) throw new Error(`the guest does not drive line ${offset} of ${chip}`);
      const inGuest = line.high ? 'on' : 'off';
      if (inGuest !== level || inChip !== level)
        throw new Error(`written ${level} ("${answer}"), the guest reads ${inGuest}, the chip ${inChip}`);
      seen.push(level);
      if (seen.length === 1) bench.say(`line ${offset} of ${chip} is held by "${line.holder}"`);
    }
    return `${seen.join(', ')}: line ${offset} of ${chip} the same in the guest's kernel and in the register of the chip`;
  });
}

/** Drives the pin of the door from outside, and waits for each edge to be a reading at the visitor. */
export async function driveDoor(bench: Bench, { machine }: Booted): Promise<void> {
  await bench.recorder.check('edge', async () => {
    const { place } = bench;
    const chip = await machine.qmp.deviceOfType('pl061');
    const delays: number[] = [];
    const stampErrors: number[] = [];
    // The first are slow on any machine: the code that they need is compiled.
    for (let edge = -firstEdges; edge < edges; edge++) {
      await pause(500 + (((edge + firstEdges) * 37) % 200));
      const high = edge % 2 === 0;
      const at = systemTime.now();
      await machine.qtest.setInput(chip, doorOffset, high);
      const reading = await place.reading(30, at, 'door.on', ({ value }) => value === high);
      if (edge < 0) continue;
      delays.push(reading.at - at);
      stampErrors.push(Math.abs(reading.time * 1000 - at));
    }
    const figures =
      `${edges} of ${edges} edges; pin to visitor's line ${spread(delays)}; ` +
      `stamp of the reading off the edge by ${spread(stampErrors)}`;
    bench.say(`ms to the visitor: ${delays.map((delay) => delay.toFixed(0)).join(', ')}`);
    if (Math.max(...delays) > longestEdge)
      throw new Error(
        `${figures}; ${delays.filter((delay) => delay > longestEdge).length} later than ${longestEdge} ms`,
      );
    return figures;
  });
}

function spread(values: readonly number[]): string {
  const sorted = values.toSorted((one, other) => one - other);
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))]!.toFixed(1);
  return `${at(0)} / ${at(0.5)} / ${at(1)} ms (least / median / most)`;
}
