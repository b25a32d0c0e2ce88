import { Command } from 'commander';
import { AlloError } from '../../errors.ts';
import { jsonOption } from '../options.ts';
import { type CommonOptions, timeoutOption, type VisitContext } from './context.ts';
import { findTouched } from './find.ts';
import { pokeOnce, type Touched } from './finger.ts';
import { report, understood } from './read.ts';
import { printable } from './value.ts';
import { type Visitor, visit } from './visitor.ts';

export function pokeCommand(context: VisitContext): Command {
  return new Command('poke')
    .summary('point, press and let go, as a finger in a visor does')
    .argument('<entity>', 'THING.PROP, or the id of any entity')
    .addOption(jsonOption())
    .addOption(timeoutOption())
    .action((name: string, options: CommonOptions) => {
      const { key } = context;
      return visit(context, options, async (visitor) => {
        const { entities } = visitor.session.world;
        const touched = await visitor.find((survey) => findTouched(survey, entities, name));
        const answered = await answeredTo(touched, pokeOnce(visitor, key, touched));
        await tell(context, visitor, touched, { ...options, answered });
      });
    });
}

/** Whether there was an answer: many who can be poked give none. Appliances always do. */
async function answeredTo({ property }: Touched, poked: Promise<void>): Promise<boolean> {
  try {
    await poked;
    return true;
  } catch (error) {
    const silent = error instanceof AlloError && error.code === 'ALLO_E_REQUEST_TIMEOUT';
    if (silent && !property) return false;
    throw error;
  }
}

async function tell(
  context: VisitContext,
  visitor: Visitor,
  { entityId, property }: Touched,
  { json, answered }: CommonOptions & { readonly answered: boolean },
): Promise<void> {
  if (property) {
    const [told] = await visitor.ask(entityId, ['read_property', ...property.address]);
    report(context, visitor, property, understood(told), json, 'poked ');
    return;
  }
  const note = answered ? '' : ', which gave no answer';
  context.output.line(
    json ? JSON.stringify({ entity: entityId, answered }) : `poked ${printable(entityId)}${note}`,
  );
}
