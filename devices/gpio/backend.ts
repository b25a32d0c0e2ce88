import type { DeviceError } from '../errors.ts';
import type { DriverTime } from '../thing.ts';

export type BackendName = 'chardev' | 'sysfs' | 'simulated';

/** Which line is meant: by name on any chip, or by offset on one chip. */
export interface LineAddress {
  /** Label or name of the chip: `pinctrl-bcm2711`, `gpiochip0`. */
  readonly chip?: string;
  /** `GPIO17`, or the offset on `chip`. */
  readonly line: string | number;
}

/** `as-is` leaves the pull resistors as the board set them. */
export type Bias = 'pull-up' | 'pull-down' | 'disabled' | 'as-is';

interface AnyLineRequest {
  readonly address: LineAddress;
  /** Who asks, for those who find the line busy. */
  readonly consumer: string;
  /** On means low. All levels of a line are told after this: `true` is on. */
  readonly activeLow: boolean;
}

export interface InputRequest extends AnyLineRequest {
  readonly direction: 'in';
  readonly bias: Bias;
  /** How long a level must hold to count, ms; 0 for every edge. */
  readonly debounceMs: number;
}

export interface OutputRequest extends AnyLineRequest {
  readonly direction: 'out';
  /**
   * Level from the first moment the line drives. `keep` takes over the level of a line that is an output
   * already; one that is not has no level to keep and starts off.
   */
  readonly initial: 'on' | 'off' | 'keep';
}

export type LineRequest = InputRequest | OutputRequest;

/** What becomes known of a line that is held. Not called before `request` has resolved, nor after `release`. */
export interface LineEvents {
  /** An input changed to `on` at `timeMs` of CLOCK_MONOTONIC. */
  edge(on: boolean, timeMs: number): void;
  /** The line is gone, with its chip or its driver, and has been released. */
  lost(error: DeviceError): void;
}

/** A line that is held. Its calls take microseconds, so they are synchronous; they throw a `DeviceError`. */
export interface Line {
  /** `GPIO17 on pinctrl-bcm2711` */
  readonly where: string;
  /** Edges that came faster than they were fetched; the level they ended in was told. */
  readonly missedEdges: number;
  read(): boolean;
  /** Returns once the level is on the line. */
  write(on: boolean): void;
  /**
   * Lets the line go. Safe to call twice. Whether an output goes on driving its level is up to the chip's driver:
   * on a Raspberry Pi, the kernel of Raspberry Pi OS keeps it, the mainline one makes the line an input unless
   * `persist_gpio_outputs` is set (raspberrypi/linux #6150).
   */
  release(): void;
}

export interface LineDescription {
  readonly offset: number;
  /** Empty where the board, or the backend, does not name lines. */
  readonly name: string;
  readonly used: boolean;
  /** Who holds it, where they said so. */
  readonly consumer: string;
  readonly direction: 'in' | 'out';
}

export interface ChipDescription {
  /** `gpiochip0` */
  readonly name: string;
  /** `pinctrl-bcm2711`; some chips have none. */
  readonly label: string;
  readonly lines: readonly LineDescription[];
}

/** One way to the GPIO lines of a machine. Everything rejects with a `DeviceError`. */
export interface GpioBackend {
  readonly name: BackendName;
  /** True where there is no hardware behind it. */
  readonly simulated: boolean;
  chips(): Promise<readonly ChipDescription[]>;
  /** Takes a line and holds it until `release`. */
  request(request: LineRequest, events: LineEvents, time: DriverTime): Promise<Line>;
}
