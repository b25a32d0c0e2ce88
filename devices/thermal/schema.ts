import { z } from 'zod';
import { duration, thingFields } from '../schema.ts';

export const thermalSchema = z.strictObject({
  ...thingFields,
  driver: z.literal('thermal').describe('A temperature of the board, from the kernel.'),
  zone: z
    .string()
    .min(1)
    .optional()
    .describe(
      'Type or name of the thermal zone, `cpu-thermal` or `thermal_zone0`; default: that of the processor.',
    ),
  interval: duration({ min: 100 }).prefault('10s').describe('Time from one reading to the next.'),
});

export type ThermalConfig = z.output<typeof thermalSchema>;
