import { Command } from 'commander';
import { AlloError } from '../../errors.ts';
import { aborted } from '../interruption.ts';
import { jsonOption } from '../options.ts';
import {
  type CommonOptions,
  forOption,
  parseCount,
  parseSeconds,
  timeoutOption,
  type VisitContext,
} from './context.ts';
import { findProperty } from './find.ts';
import { Observation, type ObservationEvents } from './observation.ts';
import { formatReading, type ToldReading } from './reading.ts';
import type { SeenProperty, Survey } from './survey.ts';
import { printable } from './value.ts';
import { type Visitor, visit } from './visitor.ts';

interface ObserveOptions extends CommonOptions {
  /** ms */
  readonly for?: number;
  readonly count?: number;
  /** ms */
  readonly since?: number;
}

export function observeCommand(context: VisitContext): Command {
  return new Command('observe')
    .summary('print readings as they come')
    .argument('[properties...]', 'THING.PROP; every property there is unless given')
    .addOption(forOption('end after so many seconds'))
    .option(
      '--since <seconds>',
      'first those of the last seconds, as far as the appliance kept them',
      parseSeconds,
    )
    .option('--count <n>', 'end after so many readings', parseCount)
    .addOption(jsonOption())
    .addOption(timeoutOption())
    .action((names: string[], options: ObserveOptions) => observe(context, names, options));
}

async function observe(context: VisitContext, names: string[], options: ObserveOptions): Promise<void> {
  const { output, signal, time } = context;
  let received = 0;
  await visit(context, options, async (visitor) => {
    const wanted = await visitor.find((survey) => choice(survey, names));
    const enough = new AbortController();
    const end = () => enough.abort();
    const events: ObservationEvents = {
      reading: (property, reading, missed) => {
        if (options.count !== undefined && received >= options.count) return;
        received++;
        output.line(options.json ? asJson(property, reading, missed) : asText(property, reading, missed));
        if (received === options.count) end();
      },
      refused: ({ key }, reason) => {
        if (!options.json) output.line(`${printable(key)} is not observed now: ${(reason as Error).message}`);
      },
    };
    if (options.since !== undefined) await knowTheTime(visitor, options.timeout);
    const observation = new Observation(visitor, wanted, events, options.since);
    const undo = visitor.session.observe({
      lost: ({ message }) => options.json || output.line(`the place is lost (${message}); rejoining`),
      joined: () => options.json || output.line('the place is back'),
    });
    await observation.start();
    const cancel = options.for === undefined ? () => {} : time.after(options.for, end);
    await aborted(enough.signal, signal);
    cancel();
    undo();
    observation.stop();
  });
  if (options.count !== undefined && received < options.count && !signal.aborted)
    throw new AlloError('ALLO_E_VISIT_SILENT', `${received} of ${options.count} readings came`);
}

/** What was before now can be asked for only once it is known when that is in the place. */
function knowTheTime(visitor: Visitor, timeout: number): Promise<unknown> {
  const { session, time } = visitor;
  return visitor.until('the place did not tell its time', timeout, (seen) => {
    if (session.toPlaceTime(time.now()) !== undefined) seen(undefined);
  });
}

/** Which properties are wanted, now and after rejoins. */
function choice(survey: Survey, names: readonly string[]): (property: SeenProperty) => boolean {
  if (names.length === 0) return () => true;
  const full = ({ appliance, key }: SeenProperty) => `${appliance.name}/${key}`;
  const wanted = new Set(names.map((name) => full(findProperty(survey, name))));
  return (property) => wanted.has(full(property));
}

function asText({ appliance, key }: SeenProperty, reading: ToldReading, missed: number): string {
  const name = printable(`${appliance.name}/${key}`);
  const gap =
    missed === 0 ? '' : `${name}: ${missed} ${missed === 1 ? 'reading is' : 'readings are'} missing\n`;
  const replayed = reading.replayed ? ' (replayed)' : '';
  return `${gap}${reading.time?.toFixed(3) ?? '–'}  ${name}  ${formatReading(reading, undefined)}${replayed}`;
}

function asJson(property: SeenProperty, reading: ToldReading, missed: number): string {
  const { appliance, thing, name } = property;
  return JSON.stringify({ appliance: appliance.name, thing, property: name, ...reading, missed });
}
