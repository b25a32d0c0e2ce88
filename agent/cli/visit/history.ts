import { Command } from 'commander';
import { AlloError } from '../../errors.ts';
import { isObject, type Json } from '../../wire/json.ts';
import { jsonOption } from '../options.ts';
import { formatTable } from '../table.ts';
import { type CommonOptions, parseCount, parseSeconds, timeoutOption, type VisitContext } from './context.ts';
import { findProperty } from './find.ts';
import { formatAge, formatValue } from './value.ts';
import { visit } from './visitor.ts';

interface HistoryOptions extends CommonOptions {
  /** ms */
  readonly last?: number;
  readonly limit?: number;
}

export function historyCommand(context: VisitContext): Command {
  return new Command('history')
    .summary('list the readings a property had, as far back as the appliance remembers')
    .argument('<property>', 'THING.PROP, as `visit URL` lists them')
    .option('--last <seconds>', 'only those of the last seconds', parseSeconds)
    .option('--limit <n>', 'only the newest n', parseCount)
    .addOption(jsonOption())
    .addOption(timeoutOption())
    .action((name: string, options: HistoryOptions) =>
      visit(context, options, async (visitor) => {
        const property = await visitor.find((survey) => findProperty(survey, name));
        const now = visitor.session.clock.placeTime(visitor.time.now());
        const from =
          options.last === undefined || now === undefined ? {} : { from: now - options.last / 1000 };
        const limit = options.limit === undefined ? {} : { limit: options.limit };
        const query = { ...from, ...limit };
        const body = ['property_history', ...property.address, query] as const;
        const [answer] = await visitor.ask(property.entityId, body);
        if (!isObject(answer) || !Array.isArray(answer.readings))
          throw new AlloError('ALLO_E_VISIT_REFUSED', 'the appliance answered without a history');
        if (options.json) return context.output.line(JSON.stringify(answer));
        const rows = (answer.readings as readonly Json[]).map((reading) => {
          const [time, value] = Array.isArray(reading) ? (reading as readonly Json[]) : [];
          const seconds = typeof time === 'number' ? time : undefined;
          return [
            seconds?.toFixed(3) ?? '–',
            formatAge(visitor.age(seconds)),
            formatValue(value, property.unit),
          ];
        });
        context.output.line(formatTable(['TIME', 'AGE', 'VALUE'], rows).trimEnd());
        if (answer.complete === false) context.output.line('(older or more readings were left out)');
      }),
    );
}
