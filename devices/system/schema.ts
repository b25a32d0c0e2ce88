import { z } from 'zod';
import { duration, thingFields } from '../schema.ts';

export const systemSchema = z.strictObject({
  ...thingFields,
  driver: z
    .literal('system')
    .describe(
      'The machine itself: `load` (one minute), `memory_used` (%) and `uptime` (s), from the kernel.',
    ),
  interval: duration({ min: 100 }).prefault('10s').describe('Time from one reading to the next.'),
});

export type SystemConfig = z.output<typeof systemSchema>;
