import { Command, InvalidArgumentError } from 'commander';
import type { Json } from '../../wire/json.ts';
import { jsonOption } from '../options.ts';
import { command } from './command.ts';
import { type CommonOptions, timeoutOption, type VisitContext } from './context.ts';
import { findActor } from './find.ts';
import { printable } from './value.ts';
import { visit } from './visitor.ts';

export function invokeCommand(context: VisitContext): Command {
  return new Command('invoke')
    .summary('have an appliance do something, such as microphone.mute')
    .argument('<action>', 'THING.ACTION, as `describe` lists them')
    .argument('[input]', 'what the action takes, as JSON', parseJson)
    .addOption(jsonOption())
    .addOption(timeoutOption())
    .action((name: string, input: Json | undefined, options: CommonOptions) => {
      const { key } = context;
      return visit(context, options, async (visitor) => {
        const { appliance, action } = await visitor.find((survey) => findActor(survey, name));
        const rest = input === undefined ? [] : [input];
        const { entityId } = appliance;
        const [result] = await command(visitor, key, {
          to: entityId,
          body: ['invoke_action', action, ...rest],
          entity: entityId,
          request: 'invoke_action',
          target: action,
          value: input ?? null,
        });
        const told = result === undefined ? '' : ` ${JSON.stringify(result)}`;
        context.output.line(
          options.json ? JSON.stringify(result ?? null) : `${printable(action)}: done${told}`,
        );
      });
    });
}

function parseJson(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw new InvalidArgumentError('It is JSON, such as 5, true or "text".');
  }
}
