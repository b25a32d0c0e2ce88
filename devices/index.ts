import { gpioDriver } from './gpio/driver.ts';
import { simulatedDriver } from './simulated/driver.ts';
import { systemDriver } from './system/driver.ts';
import { thermalDriver } from './thermal/driver.ts';

/** Every driver a thing may name, for this machine. */
export const drivers = {
  gpio: gpioDriver(),
  simulated: simulatedDriver(),
  system: systemDriver(),
  thermal: thermalDriver(),
};

export type DriverName = keyof typeof drivers;
