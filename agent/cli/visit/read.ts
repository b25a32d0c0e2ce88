import { Command } from 'commander';
import { AlloError } from '../../errors.ts';
import { jsonOption } from '../options.ts';
import { type CommonOptions, timeoutOption, type VisitContext } from './context.ts';
import { findProperty } from './find.ts';
import { formatReading, readingIn, type ToldReading } from './reading.ts';
import type { SeenProperty } from './survey.ts';
import { printable } from './value.ts';
import { type Visitor, visit } from './visitor.ts';

export function readCommand(context: VisitContext): Command {
  return new Command('read')
    .summary('read a property, from its hardware')
    .argument('<property>', 'THING.PROP, as `visit URL` lists them')
    .addOption(jsonOption())
    .addOption(timeoutOption())
    .action((name: string, options: CommonOptions) =>
      visit(context, options, async (visitor) => {
        const property = await visitor.find((survey) => findProperty(survey, name));
        const [told] = await visitor.ask(property.entityId, ['read_property', ...property.address]);
        report(context, visitor, property, understood(told), options.json);
      }),
    );
}

/** Prints a reading that was asked for. `before`: words that go before it, for people. */
export function report(
  { output }: VisitContext,
  visitor: Visitor,
  property: SeenProperty,
  reading: ToldReading,
  json: true | undefined,
  before = '',
): void {
  const { thing, name, key, appliance } = property;
  output.line(
    json
      ? JSON.stringify({ appliance: appliance.name, thing, property: name, ...reading })
      : `${before}${printable(key)}: ${formatReading(reading, visitor.age(reading.time))}`,
  );
}

export function understood(told: Parameters<typeof readingIn>[0]): ToldReading {
  const reading = readingIn(told);
  if (!reading) throw new AlloError('ALLO_E_VISIT_REFUSED', 'the appliance answered without a reading');
  return reading;
}
