import { DeviceError } from '../errors.ts';
import type { GpioBackend } from './backend.ts';
import { CharacterDeviceBackend } from './chardev/backend.ts';
import { simulatedGpio } from './simulated/backend.ts';
import { SysfsBackend } from './sysfs/backend.ts';

/** The ways to GPIO that a driver may use. */
export interface GpioBackends {
  readonly chardev: GpioBackend;
  readonly sysfs: GpioBackend;
  readonly simulated: GpioBackend;
}

export function systemBackends(): GpioBackends {
  return { chardev: new CharacterDeviceBackend(), sysfs: new SysfsBackend(), simulated: simulatedGpio };
}

/**
 * The backend that a configuration names. `auto` is `chardev`, unless there is nothing behind it and there is
 * behind `sysfs`; it never simulates.
 */
export async function chooseBackend(
  backends: GpioBackends,
  name: 'auto' | keyof GpioBackends,
): Promise<GpioBackend> {
  if (name !== 'auto') return backends[name];
  const usable = (await hasChips(backends.chardev)) || !(await hasChips(backends.sysfs));
  return usable ? backends.chardev : backends.sysfs;
}

async function hasChips(backend: GpioBackend): Promise<boolean> {
  try {
    return (await backend.chips()).length > 0;
  } catch (error) {
    // There is something, and what keeps it from being used is worth telling.
    return error instanceof DeviceError && error.code === 'ALLO_E_GPIO_PERMISSION';
  }
}
