import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemTime } from '../../agent/time/system-time.ts';
import type { InputRequest, LineEvents, OutputRequest } from '../../devices/gpio/backend.ts';
import { CharacterDeviceBackend } from '../../devices/gpio/chardev/backend.ts';
import { SysfsBackend } from '../../devices/gpio/sysfs/backend.ts';

const configfs = '/sys/kernel/config/gpio-sim';
const asked = process.env.ALLO_TEST_GPIO_SIM === '1' && existsSync(configfs);

const chip = 'allo-agent-test';

/** A chip of the kernel module `gpio-sim`: real lines of a real kernel, wired to files. Needs root. */
class KernelSimulatedChip {
  readonly #device = join(configfs, chip);
  readonly #bank = join(this.#device, 'bank0');
  #lines = '';

  create(): void {
    mkdirSync(this.#bank, { recursive: true });
    writeFileSync(join(this.#bank, 'num_lines'), '8');
    writeFileSync(join(this.#bank, 'label'), chip);
    for (let offset = 0; offset < 8; offset++) {
      mkdirSync(join(this.#bank, `line${offset}`));
      writeFileSync(join(this.#bank, `line${offset}`, 'name'), `SIM${offset}`);
    }
    this.#live(true);
    const name = (folder: string, file: string) => readFileSync(join(folder, file), 'utf8').trim();
    const device = name(this.#device, 'dev_name');
    this.#lines = join('/sys/devices/platform', device, name(this.#bank, 'chip_name'));
  }

  /** Takes the chip away as if it were unplugged. */
  remove(): void {
    this.#live(false);
    for (let offset = 0; offset < 8; offset++) rmdirSync(join(this.#bank, `line${offset}`));
    rmdirSync(this.#bank);
    rmdirSync(this.#device);
  }

  pull(offset: number, high: boolean): void {
    writeFileSync(join(this.#lines, `sim_gpio${offset}`, 'pull'), high ? 'pull-up' : 'pull-down');
  }

  isHigh(offset: number): boolean {
    return readFileSync(join(this.#lines, `sim_gpio${offset}`, 'value'), 'utf8').trim() === '1';
  }

  #live(live: boolean): void {
    writeFileSync(join(this.#device, 'live'), live ? '1' : '0');
  }
}

const input = (offset: number, options: Partial<InputRequest> = {}): InputRequest => ({
  address: { chip, line: offset },
  consumer: 'allo-agent input',
  activeLow: false,
  direction: 'in',
  bias: 'as-is',
  debounceMs: 0,
  ...options,
});

const output = (offset: number, options: Partial<OutputRequest> = {}): OutputRequest => ({
  address: { chip, line: offset },
  consumer: 'allo-agent output',
  activeLow: false,
  direction: 'out',
  initial: 'off',
  ...options,
});

const deaf: LineEvents = { edge: () => {}, lost: () => {} };

describe.runIf(asked)('on gpio-sim in the kernel', () => {
  const sim = new KernelSimulatedChip();
  const chardev = new CharacterDeviceBackend();
  beforeAll(() => sim.create());
  afterAll(() => sim.remove());

  describe('the chardev backend', () => {
    it('describes the chip and its lines', async () => {
      const found = (await chardev.chips()).find(({ label }) => label === chip);
      expect(found?.lines.map(({ name }) => name)).toEqual(Array.from({ length: 8 }, (_, n) => `SIM${n}`));
    });

    it('tells edges at the time of the clock that the agent reads', async () => {
      const edges: [on: boolean, timeMs: number][] = [];
      const line = await chardev.request(
        input(0, { address: { line: 'SIM0' } }),
        { ...deaf, edge: (...edge) => edges.push(edge) },
        systemTime,
      );
      expect(line.read()).toBe(false);
      const before = systemTime.now();
      sim.pull(0, true);
      const after = systemTime.now();
      await expect.poll(() => edges).toHaveLength(1);
      expect(edges[0]?.[0]).toBe(true);
      expect(edges[0]?.[1]).toBeGreaterThanOrEqual(before);
      expect(edges[0]?.[1]).toBeLessThanOrEqual(after + 50);
      expect(line.read()).toBe(true);
      line.release();
      sim.pull(0, false);
    });

    it('is on while low when active_low, and waits out bounces', async () => {
      const debounceMs = 200;
      // Bounces further apart than that are changes: where the machine stalled amid them, they are made again.
      for (let bounced = false; !bounced; ) {
        const edges: boolean[] = [];
        const line = await chardev.request(
          input(1, { activeLow: true, debounceMs }),
          { ...deaf, edge: (on) => edges.push(on) },
          systemTime,
        );
        expect(line.read()).toBe(true);
        const began = performance.now();
        for (const high of [true, false, true, false, true]) sim.pull(1, high);
        bounced = performance.now() - began < debounceMs;
        if (bounced) await expect.poll(() => edges).toEqual([false]);
        line.release();
        sim.pull(1, false);
      }
    });

    it('counts the edges that the kernel had no room for, and ends in the right level', async () => {
      const edges: boolean[] = [];
      const line = await chardev.request(input(2), { ...deaf, edge: (on) => edges.push(on) }, systemTime);
      for (let edge = 1; edge <= 401; edge++) {
        sim.pull(2, edge % 2 === 1);
        // Nothing is fetched meanwhile, but the kernel's thread gets to queue each edge.
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
      }
      await expect.poll(() => line.missedEdges).toBeGreaterThan(0);
      expect(edges.length).toBeGreaterThanOrEqual(256);
      expect(edges.at(-1)).toBe(true);
      expect(line.read()).toBe(true);
      line.release();
    });

    it('starts outputs at their level, switches them, and keeps what they drive', async () => {
      const line = await chardev.request(output(3, { initial: 'on', activeLow: true }), deaf, systemTime);
      expect(sim.isHigh(3)).toBe(false);
      line.write(false);
      expect(sim.isHigh(3)).toBe(true);
      expect(line.read()).toBe(false);
      // When it is freed, this chip lets the pull decide: that is the level there is to keep.
      sim.pull(3, true);
      line.release();
      const kept = await chardev.request(output(3, { initial: 'keep' }), deaf, systemTime);
      expect(sim.isHigh(3)).toBe(true);
      expect(kept.read()).toBe(true);
      kept.release();
    });

    it('says who holds a line', async () => {
      const line = await chardev.request(output(4), deaf, systemTime);
      await expect(chardev.request(output(4), deaf, systemTime)).rejects.toMatchObject({
        code: 'ALLO_E_GPIO_BUSY',
        message: `SIM4 on ${chip} is held by "allo-agent output"`,
      });
      line.release();
    });
  });

  describe('the sysfs backend, with onoff', () => {
    const sysfs = new SysfsBackend();

    it('tells edges', async () => {
      const edges: boolean[] = [];
      const line = await sysfs.request(
        input(5, { activeLow: true }),
        { ...deaf, edge: (on) => edges.push(on) },
        systemTime,
      );
      expect(line.read()).toBe(true);
      sim.pull(5, true);
      await expect.poll(() => edges).toEqual([false]);
      sim.pull(5, false);
      await expect.poll(() => edges).toEqual([false, true]);
      line.release();
      sim.pull(5, true);
      expect(edges).toEqual([false, true]);
    });

    it.each([true, false])(
      'starts outputs at their level, and switches them (active_low %s)',
      async (activeLow) => {
        const line = await sysfs.request(output(6, { initial: 'on', activeLow }), deaf, systemTime);
        expect(sim.isHigh(6)).toBe(!activeLow);
        line.write(false);
        expect(sim.isHigh(6)).toBe(activeLow);
        expect(line.read()).toBe(false);
        line.release();
      },
    );

    it('keeps the level of an output, and is named to those who find the line held', async () => {
      const before = await sysfs.request(output(7), deaf, systemTime);
      sim.pull(7, true);
      before.release();
      const line = await sysfs.request(output(7, { initial: 'keep', activeLow: true }), deaf, systemTime);
      expect(sim.isHigh(7)).toBe(true);
      expect(line.read()).toBe(false);
      await expect(chardev.request(output(7), deaf, systemTime)).rejects.toMatchObject({
        message: `SIM7 on ${chip} is held by "sysfs"`,
      });
      line.release();
      const held = await chardev.request(output(7), deaf, systemTime);
      await expect(sysfs.request(output(7), deaf, systemTime)).rejects.toMatchObject({
        code: 'ALLO_E_GPIO_BUSY',
      });
      held.release();
    });
  });
});
