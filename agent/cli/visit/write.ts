import { Command } from 'commander';
import { jsonOption } from '../options.ts';
import { command } from './command.ts';
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
    .action((name: string, text: string, options: CommonOptions) => {
      const { key } = context;
      return visit(context, options, async (visitor) => {
        const property = await visitor.find((survey) => findProperty(survey, name));
        const value = parseValue(text, property);
        const [told] = await command(visitor, key, {
          to: property.entityId,
          body: ['write_property', ...property.address, value],
          entity: property.appliance.entityId,
          request: 'write_property',
          target: property.key,
          value,
        });
        report(context, visitor, property, understood(told), options.json);
      });
    });
}
