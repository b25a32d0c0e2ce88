import { parseArgs } from 'node:util';
import { type Step, steps } from './checks.ts';

export interface Options {
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
    },
  });
  const { machine, only } = values;
  if (!['virt', 'raspi3b', 'both'].includes(machine))
    throw new Error(`--machine ${machine}: it is virt, raspi3b or both`);
  const unknown = only?.find((name) => !steps.some((step) => step === name));
  if (unknown !== undefined) throw new Error(`--only ${unknown}: the steps are ${steps.join(', ')}`);
  const onMachine = (step: Step) => machine === 'both' || (step === 'board') === (machine === 'raspi3b');
  return {
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
