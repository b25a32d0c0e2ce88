import type { PropertyDescription, Thing } from '../../../devices/thing.ts';
import type { RequestContext, RequestHandler } from './request.ts';

/** `["describe"]` → `["describe", "ok", [Thing Description, ...]]`, one for each thing (W3C WoT TD 1.1). */
export const describe: RequestHandler = (_call, context) => [
  [...context.things.values()].map((thing) => thingDescription(thing, context)),
];

/** What the words with `allo:` before them stand under: the W3C has none for these. */
const vocabulary = 'urn:allo-agent:vocabulary#';

/** Who may do it. The form of each operation names one of these; docs/access.md says what they mean. */
const securityDefinitions = {
  anyone: { scheme: 'nosec', description: 'Anyone in the place.' },
  key: {
    scheme: 'allo:proof',
    description:
      'Who has a key of the appliance: each request carries an HMAC-SHA-256 over a nonce that get_nonce gives, the ' +
      'appliance, the request, its target and its value.',
  },
  nobody: { scheme: 'allo:closed', description: 'The configuration lets nobody.' },
} as const;

function thingDescription(thing: Thing, { hrefOf, access }: RequestContext) {
  const commanding = access.policy.write;
  return {
    '@context': ['https://www.w3.org/2022/wot/td/v1.1', { allo: vocabulary }],
    id: `urn:allo-agent:${thing.id}`,
    title: thing.title,
    ...(thing.simulated && { description: 'Simulated: there is no hardware behind it.' }),
    securityDefinitions,
    security: 'anyone',
    'allo:poke': access.pokeOf(thing.id),
    properties: Object.fromEntries(
      thing.properties.map((property) => [
        property.name,
        propertyAffordance(property, hrefOf(`${thing.id}.${property.name}`), commanding),
      ]),
    ),
    actions: Object.fromEntries(
      thing.actions.map(({ name, title }) => [
        name,
        { title, forms: [{ href: hrefOf('avatar'), op: 'invokeaction', security: commanding }] },
      ]),
    ),
  };
}

function propertyAffordance(
  { title, type, unit, writable, minimum, maximum }: PropertyDescription,
  href: string,
  writing: keyof typeof securityDefinitions,
) {
  const reading = { href, op: ['readproperty', 'observeproperty', 'unobserveproperty'] };
  return {
    title,
    type,
    ...(unit !== undefined && { unit }),
    ...(minimum !== undefined && { minimum }),
    ...(maximum !== undefined && { maximum }),
    readOnly: !writable,
    observable: true,
    forms: writable ? [reading, { href, op: 'writeproperty', security: writing }] : [reading],
  };
}
