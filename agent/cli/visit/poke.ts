import { Command } from 'commander';
import { command } from './command.ts';
import { type CommonOptions, timeoutOption, type VisitContext } from './context.ts';
import { findEntity } from './find.ts';
import { printable } from './value.ts';
import { visit } from './visitor.ts';

export function pokeCommand(context: VisitContext): Command {
  return new Command('poke')
    .summary('press and release an entity, as a finger in a visor does')
    .argument('<entity>', 'THING.PROP, or the id of any entity')
    .addOption(timeoutOption())
    .action((name: string, options: CommonOptions) => {
      const { key } = context;
      return visit(context, options, async (visitor) => {
        const entities = visitor.session.world.entities;
        const entity = await visitor.find((survey) => findEntity(survey, entities, name));
        await visitor.ask(entity, ['poke', true]);
        const property = visitor.survey.properties.find(({ entityId }) => entityId === entity);
        // What is no property of an appliance knows no keys.
        await command(visitor, property && key, {
          to: entity,
          body: ['poke', false],
          entity: property?.appliance.entityId ?? entity,
          request: 'poke',
          target: property?.key ?? '',
          value: false,
        });
        context.output.line(`poked ${printable(name)}`);
      });
    });
}
