import { z } from 'zod';
import { duration, name, thingFields } from '../schema.ts';

const waveform = z
  .strictObject({
    title: z.string().min(1).max(80).optional().describe('What people read; default: the name in words.'),
    unit: z.string().min(1).max(20).optional().describe('As people write it: `%`, `°C`.'),
    shape: z
      .enum(['walk', 'sine', 'square', 'toggle'])
      .default('walk')
      .describe(
        '`walk`: small random steps. `sine` and `square`: between `min` and `max` in each `period`. ' +
          '`toggle`: true and false in turn, half a `period` each.',
      ),
    min: z.number().default(0).describe('Smallest value; not for `toggle`.'),
    max: z.number().default(100).describe('Largest value; not for `toggle`.'),
    period: duration({ min: 1 })
      .prefault('1m')
      .describe('How long `sine`, `square` and `toggle` take to come round.'),
  })
  .refine(({ min, max }) => min < max, { path: ['max'], error: 'write a max that is greater than min' })
  .refine(({ shape, unit }) => shape !== 'toggle' || unit === undefined, {
    path: ['unit'],
    error: 'remove unit, for a toggle is true or false, or use shape: square',
  });

export const simulatedSchema = z.strictObject({
  ...thingFields,
  driver: z
    .literal('simulated')
    .describe('Values without hardware, for trying out; told as simulated everywhere.'),
  interval: duration({ min: 10 }).prefault('1s').describe('Time from one reading to the next.'),
  seed: z
    .int()
    .nonnegative()
    .optional()
    .describe('Makes the walks the same at every start; without it they differ.'),
  properties: z
    .record(name, waveform)
    .refine((properties) => Object.keys(properties).length > 0, { error: 'write at least one property' })
    .describe('The properties by name.'),
});

export type SimulatedConfig = z.output<typeof simulatedSchema>;
export type Waveform = z.output<typeof waveform>;
