import { constants } from 'node:fs';
import { access, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DeviceError } from '../../errors.ts';
import type { DriverTime } from '../../thing.ts';
import type { ChipDescription, GpioBackend, Line, LineEvents, LineRequest } from '../backend.ts';
import { findLine, lineTitle } from '../find-line.ts';
import { errnoOf, kernelFailure } from '../kernel-errors.ts';
import { describeSysfsChips } from './chips.ts';
import { SysfsLine } from './line.ts';
import { loadOnoff, type Onoff } from './onoff.ts';

/** How long udev may take to give an exported line to the group gpio, and how often that is looked at, ms. */
const permissionTimeout = 1000;
const permissionInterval = 20;

/**
 * GPIO through `/sys/class/gpio` and the package `onoff`, for kernels before Linux 5.10. Times of edges are
 * when Node.js heard of them, debouncing is `onoff`'s timer, and there is no bias.
 *
 * `onoff` takes the kernel's numbers of lines, which are looked up here; waits for permissions in a loop that
 * blocks the process, so the line is exported and waited for here first; and hides errors of configuring a
 * line that was exported already, so what it did is read back.
 *
 * What was verified how: the behaviour here on files that play sysfs and a class that plays `onoff`
 * (`backend.test.ts`), and the real ones on a kernel with `gpio-sim` where there is one (`test/gpio`).
 */
export class SysfsBackend implements GpioBackend {
  readonly name = 'sysfs';
  readonly simulated = false;
  readonly #root: string;
  readonly #load: () => Onoff;

  constructor({ root = '/sys/class/gpio', load = loadOnoff }: { root?: string; load?: () => Onoff } = {}) {
    this.#root = root;
    this.#load = load;
  }

  async chips(): Promise<readonly ChipDescription[]> {
    return describeSysfsChips(this.#root);
  }

  async request(request: LineRequest, events: LineEvents, time: DriverTime): Promise<Line> {
    const { chip, line } = findLine(await describeSysfsChips(this.#root), request.address);
    const where = lineTitle(chip, line);
    if (request.direction === 'in' && request.bias !== 'as-is')
      throw new DeviceError(
        'ALLO_E_GPIO_UNSUPPORTED',
        `sysfs cannot set bias: ${request.bias} on ${where}; use backend: chardev, or fit a resistor`,
      );
    const { Gpio } = this.#load();
    const number = chip.base + line.offset;
    await this.#export(number, where);
    try {
      await this.#permitted(number, where, request.direction, time);
      const direction = request.direction === 'in' ? 'in' : await this.#initial(number, request);
      const gpio = new Gpio(number, direction, request.direction === 'in' ? 'both' : 'none', {
        activeLow: request.activeLow,
        debounceTimeout: request.direction === 'in' ? request.debounceMs : 0,
      });
      return new SysfsLine(gpio, where, request.direction, events, time);
    } catch (error) {
      await this.#unexport(number);
      throw kernelFailure(`the kernel refuses ${where}`, error);
    }
  }

  async #export(number: number, where: string): Promise<void> {
    // Exported by whoever ran before, and not given back: it is taken over.
    if (await this.#can(number, 'value', constants.F_OK)) return;
    try {
      await writeFile(join(this.#root, 'export'), String(number));
    } catch (error) {
      if (errnoOf(error) !== 'EBUSY') throw kernelFailure(`cannot export ${where}`, error);
      throw new DeviceError(
        'ALLO_E_GPIO_BUSY',
        `${where} is held by a driver of the kernel or by a program; sysfs does not say by which`,
        { cause: error },
      );
    }
  }

  async #unexport(number: number): Promise<void> {
    await writeFile(join(this.#root, 'unexport'), String(number)).catch(() => {});
  }

  async #permitted(number: number, where: string, direction: 'in' | 'out', time: DriverTime): Promise<void> {
    const files = ['value', 'direction', 'active_low', ...(direction === 'in' ? ['edge'] : [])];
    const writable = async () =>
      (await Promise.all(files.map((file) => this.#can(number, file, constants.W_OK)))).every(Boolean);
    const deadline = time.now() + permissionTimeout;
    while (!(await writable())) {
      if (time.now() >= deadline) throw await this.#denied(number, where);
      await new Promise<void>((resolve) => time.after(permissionInterval, resolve));
    }
  }

  async #denied(number: number, where: string): Promise<DeviceError> {
    if (!(await this.#can(number, 'edge', constants.F_OK)))
      return new DeviceError(
        'ALLO_E_GPIO_UNSUPPORTED',
        `${where} cannot tell when it changes: it has no interrupt`,
      );
    return new DeviceError(
      'ALLO_E_GPIO_PERMISSION',
      `no permission to write to ${this.#path(number, 'value')}`,
    );
  }

  /** What to write to `direction`. Its `high` and `low` are voltages: `active_low` does not turn them. */
  async #initial(
    number: number,
    request: Extract<LineRequest, { direction: 'out' }>,
  ): Promise<'high' | 'low'> {
    const raw = (on: boolean) => (on !== request.activeLow ? 'high' : 'low');
    if (request.initial !== 'keep') return raw(request.initial === 'on');
    if ((await this.#read(number, 'direction')) !== 'out') return raw(false);
    // `value` is told after the `active_low` that is set now, which may be another than ours.
    return (await this.#read(number, 'value')) === (await this.#read(number, 'active_low')) ? 'low' : 'high';
  }

  async #read(number: number, file: string): Promise<string> {
    return (await readFile(this.#path(number, file), 'utf8')).trim();
  }

  #can(number: number, file: string, mode: number): Promise<boolean> {
    return access(this.#path(number, file), mode).then(
      () => true,
      () => false,
    );
  }

  #path(number: number, file: string): string {
    return join(this.#root, `gpio${number}`, file);
  }
}
