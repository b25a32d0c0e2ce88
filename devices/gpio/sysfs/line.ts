import { DeviceError } from '../../errors.ts';
import type { DriverTime } from '../../thing.ts';
import type { Line, LineEvents } from '../backend.ts';
import { kernelFailure } from '../kernel-errors.ts';
import type { OnoffGpio } from './onoff.ts';

/** A line held through `onoff`. */
export class SysfsLine implements Line {
  readonly where: string;
  /** sysfs does not count edges. */
  readonly missedEdges = 0;
  readonly #gpio: OnoffGpio;
  #released = false;

  /** Throws where the line is not as `onoff` was asked to make it. */
  constructor(gpio: OnoffGpio, where: string, direction: 'in' | 'out', events: LineEvents, time: DriverTime) {
    this.#gpio = gpio;
    this.where = where;
    try {
      const direct = gpio.direction();
      if (direct !== direction)
        throw new DeviceError(
          'ALLO_E_GPIO_UNSUPPORTED',
          `${where} stays "${direct}" when set to "${direction}"`,
        );
      if (direction === 'in') this.#watch(events, time);
    } catch (error) {
      this.release();
      throw error;
    }
  }

  read(): boolean {
    return this.#try(`cannot read ${this.where}`, () => this.#gpio.readSync() === 1);
  }

  write(on: boolean): void {
    this.#try(`cannot switch ${this.where} ${on ? 'on' : 'off'}`, () => this.#gpio.writeSync(on ? 1 : 0));
  }

  release(): void {
    if (this.#released) return;
    this.#released = true;
    try {
      this.#gpio.unexport();
    } catch {
      // The line went away with its chip, or `watch` had failed: nothing is left to give back.
    }
  }

  #watch(events: LineEvents, time: DriverTime): void {
    if (this.#gpio.edge() !== 'both')
      throw new DeviceError('ALLO_E_GPIO_UNSUPPORTED', `${this.where} cannot tell when it changes`);
    this.#gpio.watch((error, value) => {
      if (this.#released) return;
      if (!error) return events.edge(value === 1, time.now());
      this.release();
      events.lost(kernelFailure(`lost ${this.where}`, error));
    });
  }

  #try<Result>(what: string, call: () => Result): Result {
    try {
      return call();
    } catch (error) {
      throw kernelFailure(what, error);
    }
  }
}
