import { Command } from 'commander';
import { type CommonOptions, timeoutOption, type VisitContext } from './context.ts';
import { findEntity } from './find.ts';
import { printable } from './value.ts';
import { visit } from './visitor.ts';

export function pokeCommand(context: VisitContext): Command {
  return new Command('poke')
    .summary('press and release an entity, as a finger in a visor does')
    .argument('<entity>', 'THING.PROP, or the id of any entity')
    .addOption(timeoutOption())
    .action((name: string, options: CommonOptions) =>
      visit(context, options, async (visitor) => {
        const entities = visitor.session.world.entities;
        const entity = await visitor.find((survey) => findEntity(survey, entities, name));
        await visitor.ask(entity, ['poke', true]);
        await visitor.ask(entity, ['poke', false]);
        context.output.line(`poked ${printable(name)}`);
      }),
    );
}
