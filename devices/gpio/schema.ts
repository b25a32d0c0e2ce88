import { z } from 'zod';
import { duration, thingFields } from '../schema.ts';

const level = z.enum(['on', 'off', 'keep']);

/** Keys that mean something in one direction only, with what each is where it is not given. */
const forInputs = { bias: 'as-is', debounce: 0 } as const;
const forOutputs = { on_start: 'keep', on_disconnect: 'keep', on_stop: 'keep', max_on: undefined } as const;

export const gpioSchema = z
  .strictObject({
    ...thingFields,
    driver: z.literal('gpio').describe('One GPIO line with one property, `on`.'),
    backend: z
      .enum(['auto', 'chardev', 'sysfs', 'simulated'])
      .default('auto')
      .describe(
        'How the line is reached: `chardev` (Linux 5.10 and newer), `sysfs` (older kernels; needs the package ' +
          '`onoff`), `simulated` (no hardware), or `auto`: the first of `chardev` and `sysfs` that there is.',
      ),
    chip: z
      .string()
      .min(1)
      .optional()
      .describe(
        'Label or name of the chip, `pinctrl-bcm2711` or `gpiochip0`; needed when `line` is a number.',
      ),
    line: z
      .union([z.string().min(1), z.int().nonnegative()], {
        error: 'the name of a line, such as GPIO17, or its offset on `chip`, such as 17',
      })
      .describe('Name of the line, `GPIO17`, or its offset on `chip`; `allo-agent discover` lists them.'),
    direction: z
      .enum(['in', 'out'])
      .describe('`in`: the line is read. `out`: it is driven, and can be written.'),
    active_low: z.boolean().default(false).describe('True where the line is on when it is low.'),
    bias: z
      .enum(['pull-up', 'pull-down', 'disabled', 'as-is'])
      .default(forInputs.bias)
      .describe('Pull resistor of an input; `as-is` leaves it as the board set it.'),
    debounce: duration({ max: 60e3 })
      .default(forInputs.debounce)
      .describe('How long a new level of an input must hold to count.'),
    on_start: level
      .default(forOutputs.on_start)
      .describe(
        'Level an output is taken with. `keep` goes on with the level it drives already; a line that drives ' +
          'nothing yet starts off.',
      ),
    on_disconnect: level
      .default(forOutputs.on_disconnect)
      .describe('Level of an output when the place is lost.'),
    on_stop: level
      .default(forOutputs.on_stop)
      .describe(
        'Level of an output when the daemon stops. Whether the line goes on driving it then is up to the kernel: ' +
          "that of Raspberry Pi OS does, Debian's turns the line into an input unless it is booted with " +
          '`pinctrl_bcm2835.persist_gpio_outputs=1`.',
      ),
    max_on: duration({ min: 1 })
      .optional()
      .describe('Longest time an output may stay on while the daemon runs.'),
  })
  .superRefine((config, context) => {
    const foreign = config.direction === 'in' ? forOutputs : forInputs;
    const [own, other] = config.direction === 'in' ? ['in', 'out'] : ['out', 'in'];
    for (const [key, unset] of Object.entries(foreign)) {
      if (config[key as keyof typeof config] === unset) continue;
      context.addIssue({
        code: 'custom',
        path: [key],
        message: `remove ${key}, which has no meaning with direction: ${own}, or set direction: ${other}`,
      });
    }
    if (typeof config.line === 'number' && config.chip === undefined)
      context.addIssue({
        code: 'custom',
        path: ['chip'],
        message: `say on which chip, for line ${config.line} is an offset, or give the name of the line (GPIO${config.line}?)`,
      });
    if (config.backend === 'sysfs' && config.bias !== 'as-is')
      context.addIssue({
        code: 'custom',
        path: ['bias'],
        message: 'use backend: chardev, or remove bias and fit a resistor: sysfs cannot set pull resistors',
      });
  });

export type GpioConfig = z.output<typeof gpioSchema>;
