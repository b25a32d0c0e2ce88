import type { PropertyDescription, Thing } from '../../../devices/thing.ts';
import type { RequestContext, RequestHandler } from './request.ts';

/** `["describe"]` → `["describe", "ok", [Thing Description, ...]]`, one for each thing (W3C WoT TD 1.1). */
export const describe: RequestHandler = (_call, context) => [
  [...context.things.values()].map((thing) => thingDescription(thing, context)),
];

function thingDescription(thing: Thing, { hrefOf }: RequestContext) {
  return {
    '@context': 'https://www.w3.org/2022/wot/td/v1.1',
    id: `urn:allo-agent:${thing.id}`,
    title: thing.title,
    ...(thing.simulated && { description: 'Simulated: there is no hardware behind it.' }),
    securityDefinitions: { open: { scheme: 'nosec' } },
    security: 'open',
    properties: Object.fromEntries(
      thing.properties.map((property) => [
        property.name,
        propertyAffordance(property, hrefOf(`${thing.id}.${property.name}`)),
      ]),
    ),
    actions: Object.fromEntries(
      thing.actions.map(({ name, title }) => [
        name,
        { title, forms: [{ href: hrefOf('avatar'), op: 'invokeaction' }] },
      ]),
    ),
  };
}

function propertyAffordance(
  { title, type, unit, writable, minimum, maximum }: PropertyDescription,
  href: string,
) {
  const operations = ['readproperty', 'observeproperty', 'unobserveproperty'];
  return {
    title,
    type,
    ...(unit !== undefined && { unit }),
    ...(minimum !== undefined && { minimum }),
    ...(maximum !== undefined && { maximum }),
    readOnly: !writable,
    observable: true,
    forms: [{ href, op: writable ? [...operations, 'writeproperty'] : operations }],
  };
}
