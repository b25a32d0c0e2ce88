import { createRequire } from 'node:module';
import { DeviceError } from '../../errors.ts';

/** The part of `onoff` that is used, told here because the package is optional and may be absent. */
export interface Onoff {
  readonly Gpio: new (
    number: number,
    direction: 'in' | 'high' | 'low',
    edge: 'none' | 'both',
    options: { activeLow: boolean; debounceTimeout: number },
  ) => OnoffGpio;
}

export interface OnoffGpio {
  readSync(): 0 | 1;
  writeSync(value: 0 | 1): void;
  watch(callback: (error: Error | null | undefined, value: 0 | 1) => void): void;
  direction(): string;
  edge(): string;
  unexport(): void;
}

/** Throws `ALLO_E_GPIO_BACKEND` where the package, or the compiled part of it, is missing. */
export function loadOnoff(): Onoff {
  try {
    return createRequire(import.meta.url)('onoff') as Onoff;
  } catch (cause) {
    throw new DeviceError(
      'ALLO_E_GPIO_BACKEND',
      'the package onoff, which the sysfs backend needs, is not installed; it is compiled when it is installed: ' +
        '`apt-get install g++ make python3`, then `npm install onoff`',
      { cause },
    );
  }
}
