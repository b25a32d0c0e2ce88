import { Command } from 'commander';
import { isObject, type Json, type JsonObject } from '../../wire/json.ts';
import { jsonOption } from '../options.ts';
import { formatTable } from '../table.ts';
import { type CommonOptions, timeoutOption, type VisitContext } from './context.ts';
import { appliancesIn, findAppliance } from './find.ts';
import type { Root, Survey } from './survey.ts';
import { printable } from './value.ts';
import { visit } from './visitor.ts';

export function describeCommand(context: VisitContext): Command {
  return new Command('describe')
    .summary('tell what an appliance offers: things, properties, actions')
    .argument('[appliance]', 'display name or avatar id; every appliance unless given')
    .addOption(jsonOption())
    .addOption(timeoutOption())
    .action((name: string | undefined, options: CommonOptions) =>
      visit(context, options, async (visitor) => {
        const appliances = await visitor.find((survey) => chosen(survey, name));
        const described = await Promise.all(
          appliances.map(async ({ entityId, name: appliance }) => {
            const [things] = await visitor.ask(entityId, ['describe']);
            return { appliance, id: entityId, things: things ?? [] };
          }),
        );
        if (options.json) return context.output.line(JSON.stringify(described, undefined, 2));
        const rows = described.flatMap(({ appliance, things }) => rowsOf(appliance, things));
        const headings = ['APPLIANCE', 'OFFERS', 'KIND', 'TYPE', 'UNIT', 'TITLE'];
        context.output.line(formatTable(headings, rows).trimEnd());
      }),
    );
}

function chosen(survey: Survey, name: string | undefined): readonly Root[] {
  const all = appliancesIn(survey);
  return name === undefined && all.length > 0 ? all : [findAppliance(survey, name ?? '')];
}

/** Rows for W3C Thing Descriptions; whatever is not one is left out. */
function rowsOf(appliance: string, things: Json): string[][] {
  if (!Array.isArray(things)) return [];
  return (things as readonly Json[]).filter(isObject).flatMap((thing) => {
    const id = textIn(thing, 'id').replace(/^urn:allo-agent:/, '');
    const properties = affordances(thing.properties).map(([name, property]) => [
      `${id}.${name}`,
      property.readOnly === true ? 'property' : 'property, writable',
      textIn(property, 'type'),
      textIn(property, 'unit'),
      textIn(property, 'title'),
    ]);
    const actions = affordances(thing.actions).map(([name, action]) => [
      `${id}.${name}`,
      'action',
      '',
      '',
      textIn(action, 'title'),
    ]);
    return [...properties, ...actions].map((row) => [appliance, ...row].map(printable));
  });
}

function affordances(value: Json | undefined): [string, JsonObject][] {
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, one]) => (isObject(one) ? [[name, one]] : []));
}

function textIn(object: JsonObject, key: string): string {
  const value = object[key];
  return typeof value === 'string' ? value : '';
}
