import { Command } from 'commander';
import { jsonOption } from '../options.ts';
import { type CommonOptions, timeoutOption, type VisitContext } from './context.ts';
import { findProperty } from './find.ts';
import { report, understood } from './read.ts';
import { parseValue } from './value.ts';
import { visit } from './visitor.ts';

export function writeCommand(context: VisitContext): Command {
  return new Command('write')
    .summary('write a property; done once the hardware has taken it')
    .argument('<property>', 'THING.PROP, as `visit URL` lists them')
    .argument('<value>', 'on or off, a number, or text')
    .addOption(jsonOption())
    .addOption(timeoutOption())
    .action((name: string, text: string, options: CommonOptions) =>
      visit(context, options, async (visitor) => {
        const property = await visitor.find((survey) => findProperty(survey, name));
        const value = parseValue(text, property);
        const [told] = await visitor.ask(property.entityId, ['write_property', ...property.address, value]);
        report(context, visitor, property, understood(told), options.json);
      }),
    );
}
