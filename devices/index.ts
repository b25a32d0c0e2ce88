import { z } from 'zod';
import type { Driver, Probe } from './driver.ts';
import { gpioDriver } from './gpio/driver.ts';
import { serialDriver } from './serial/driver.ts';
import { simulatedDriver } from './simulated/driver.ts';
import { systemDriver } from './system/driver.ts';
import { thermalDriver } from './thermal/driver.ts';
import type { DriverTime, Thing } from './thing.ts';

/** Every driver a thing may name, for this machine. */
export const drivers = {
  gpio: gpioDriver(),
  serial: serialDriver,
  simulated: simulatedDriver(),
  system: systemDriver(),
  thermal: thermalDriver(),
};

export type DriverName = keyof typeof drivers;

/** One entry of `things:`, whatever its driver. */
export const thingSchema = z.discriminatedUnion('driver', [
  drivers.gpio.schema,
  drivers.serial.schema,
  drivers.simulated.schema,
  drivers.system.schema,
  drivers.thermal.schema,
]);

type ConfigOf = { [Name in DriverName]: z.output<(typeof drivers)[Name]['schema']> };
export type ThingConfig = ConfigOf[DriverName];

/** The same drivers, so that the compiler sees that each takes the configuration that names it. */
const driverOf: { [Name in DriverName]: Pick<Driver<z.ZodType<ConfigOf[Name]>>, 'create' | 'probe'> } =
  drivers;

export function createThing<Name extends DriverName>(config: ConfigOf[Name], time: DriverTime): Thing {
  return driverOf[config.driver as Name].create(config, time);
}

/** What `check` says of a thing; nothing is switched. */
export function probeThing<Name extends DriverName>(config: ConfigOf[Name]): Promise<Probe> {
  return driverOf[config.driver as Name].probe(config);
}
