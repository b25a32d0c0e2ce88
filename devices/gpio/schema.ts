import { z } from 'zod';
import { duration, formatDuration, name, thingFields } from '../schema.ts';

const level = z.enum(['on', 'off', 'keep']);

/** Keys that mean something in one direction only, with what each is where it is not given. */
const forInputs = { bias: 'as-is', debounce: 0 } as const;
const forOutputs = {
  on_start: 'keep',
  on_disconnect: 'keep',
  on_stop: 'keep',
  max_on: undefined,
  pulse: undefined,
  interlock: undefined,
  interlock_wait: undefined,
  min_interval: undefined,
} as const;

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
        'Level of an output after the machine has started, and when it is new here. When the daemon alone starts ' +
          'again, after a crash, an upgrade or `systemctl restart`, an output stays as it is found. `keep` goes on ' +
          'with the level it drives already; a line that drives nothing yet starts off. `on` waits where ' +
          '`interlock` or `min_interval` do not let it yet.',
      ),
    on_disconnect: level
      .default(forOutputs.on_disconnect)
      .describe(
        'Level of an output when the place is lost, tried until it is so or the place is back. It stays so then: ' +
          'no output is switched because the place is back.',
      ),
    on_stop: level
      .default(forOutputs.on_stop)
      .describe(
        'Level of an output when the daemon is stopped, by `systemctl restart` too, but not by an upgrade of the ' +
          'package; a start after it finds it so. While no daemon runs, `max_on` and `pulse` switch nothing: an ' +
          'output that must not stay on needs `off` here. Whether the line goes on driving it then is up to the kernel: ' +
          "that of Raspberry Pi OS does, Debian's turns the line into an input unless it is booted with " +
          '`pinctrl_bcm2835.persist_gpio_outputs=1`.',
      ),
    max_on: duration({ min: 1 })
      .optional()
      .describe(
        'Longest time an output may stay on, whoever switched it on. Saying on again does not prolong it; the ' +
          'daemon starting again does not either.',
      ),
    pulse: duration({ min: 1 })
      .optional()
      .describe(
        'An output goes off by itself so long after it was told to go on. Saying on again begins the time anew, ' +
          'within `max_on`.',
      ),
    interlock: name
      .optional()
      .describe(
        'Name of a group, of which no two outputs are ever on together. While one is on, or nobody knows whether it ' +
          'is, the others refuse to go on. Where two are found on, both go off.',
      ),
    interlock_wait: duration({ min: 1 })
      .optional()
      .describe(
        'How long all of the group stay off after one went off; the longest that is given for one of the group ' +
          'holds for all.',
      ),
    min_interval: duration({ min: 1 })
      .optional()
      .describe(
        'To protect compressors: an output does not go on until it has been off for so long, and so not until so ' +
          'long after it last went on either. It counts from the start of the machine as well, and never holds back ' +
          'going off.',
      ),
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
    for (const { key, message } of contradictions(config))
      context.addIssue({ code: 'custom', path: [key], message });
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

interface OutputRules {
  readonly on_stop: z.output<typeof level>;
  readonly max_on?: number | undefined;
  readonly pulse?: number | undefined;
  readonly interlock?: string | undefined;
  readonly interlock_wait?: number | undefined;
}

/** What of one output's rules cannot be kept together with another. */
function contradictions({ on_stop, max_on, pulse, interlock, interlock_wait }: OutputRules) {
  const found: { key: keyof OutputRules; message: string }[] = [];
  if (pulse !== undefined && max_on !== undefined && pulse > max_on)
    found.push({
      key: 'pulse',
      message: `write a pulse that is not longer than max_on (${formatDuration(max_on)})`,
    });
  if (interlock_wait !== undefined && interlock === undefined)
    found.push({ key: 'interlock_wait', message: 'name a group with interlock, or remove interlock_wait' });
  const limit = pulse !== undefined ? 'pulse' : max_on !== undefined ? 'max_on' : undefined;
  if (on_stop === 'on' && limit !== undefined)
    found.push({
      key: 'on_stop',
      message: `write off or keep: nobody would be there to switch it off after ${limit}`,
    });
  return found;
}

export type GpioConfig = z.output<typeof gpioSchema>;
