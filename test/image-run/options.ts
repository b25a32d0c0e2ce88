import { parseArgs } from 'node:util';
import { type Step, steps } from './checks.ts';

export interface Options {
  /** To say how it is used, and nothing else. */
  readonly help: boolean;
  readonly image: string | undefined;
  readonly steps: readonly Step[];
  readonly keep: boolean;
  /** How often the power is cut. */
  readonly cuts: number;
  /** How long memory, CPU and writes are watched. */
  readonly minutes: number;
  /** Of the chances in power cuts. */
  readonly seed: number;
}

export const usage = `usage: scripts/test-image [--only STEP]... [--machine virt|raspi3b|both] [--image FILE] [--cuts N]
                          [--minutes N] [--seed N] [--keep]

Boots the image under QEMU and uses it as a person would. Steps: ${steps.join(', ')}.
  --machine  virt: all steps but board; raspi3b: board; default: both
  --image    default: the newest build/allo-agent-*-arm64.img
  --cuts     how often the power is cut, default 20; each takes one to five minutes
  --minutes  how long memory, CPU and writes are watched, default 10
  --seed     of the chances in power cuts; default: another each time, and told
  --keep     leaves the cards and the consoles' logs in build/image-test
  --help     this

Findings are kept from run to run for the same image, and written to docs/image-test.md.`;

/** Throws an `Error` that says what is wrong with them. */
export function parseOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string', multiple: true },
      machine: { type: 'string', default: 'both' },
      image: { type: 'string' },
      cuts: { type: 'string', default: '20' },
      minutes: { type: 'string', default: '10' },
      seed: { type: 'string', default: String(Date.now() % 1e6) },
      keep: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const { machine, only } = values;
  if (!['virt', 'raspi3b', 'both'].includes(machine))
    throw new Error(`--machine ${machine}: it is virt, raspi3b or both`);
  const unknown = only?.find((name) => !steps.some((step) => step === name));
  if (unknown !== undefined) throw new Error(`--only ${unknown}: the steps are ${steps.join(', ')}`);
  const onMachine = (step: Step) => machine === 'both' || (step === 'board') === (machine === 'raspi3b');
  return {
    help: values.help,
    image: values.image,
    steps: steps.filter((step) => onMachine(step) && (only === undefined || only.includes(step))),
    keep: values.keep,
    cuts: count('cuts', values.cuts),
    minutes: count('minutes', values.minutes),
    seed: count('seed', values.seed),
  };
}

function count(name: string, text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new Error(`--${name} ${text}: it is a whole number`);
  return Number(text);
}
