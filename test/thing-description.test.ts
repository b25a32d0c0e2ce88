import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { Access, type AccessPolicy } from '../agent/appliance/access.ts';
import { describe as describeThings } from '../agent/appliance/requests/describe.ts';
import type { RequestContext } from '../agent/appliance/requests/request.ts';
import { parseConfig } from '../agent/config/load.ts';
import { VirtualTime } from '../agent/time/virtual-time.ts';
import { isObject, type Json, type JsonObject } from '../agent/wire/json.ts';
import { createThing } from '../devices/index.ts';
import { microphoneDriver } from '../devices/microphone/driver.ts';
import { speakerDriver } from '../devices/speaker/driver.ts';

/** As published with the recommendation. It checks no formats, such as that of a URI: URLs are checked here. */
const schema = JSON.parse(
  readFileSync(new URL('fixtures/wot/td-json-schema-validation.json', import.meta.url), 'utf8'),
) as object;
const validator = new Ajv({ strict: false, validateFormats: false, allErrors: true }).compile(schema);

/** Every driver there is, and both kinds of sound. */
const config = parseConfig(
  readFileSync(new URL('fixtures/config/example.yaml', import.meta.url), 'utf8'),
  'example.yaml',
);

function described(policy: AccessPolicy): JsonObject[] {
  const time = new VirtualTime();
  const things = config.things.map((thing) => createThing(thing, time));
  things.push(microphoneDriver.create(config.microphone!, time), speakerDriver.create(config.speaker!, time));
  const context = {
    things: new Map(things.map((thing) => [thing.id, thing])),
    access: new Access(policy),
    hrefOf: (key: string) => `alloplace://garden.example#${key}`,
  } as unknown as RequestContext;
  const [descriptions] = describeThings(
    { from: 'ann', addressed: undefined, args: [], proof: undefined },
    context,
  ) as unknown as [JsonObject[]];
  // As it is read after its way over the wire.
  return JSON.parse(JSON.stringify(descriptions)) as JsonObject[];
}

/** What the schema finds wrong. */
function faultsOf(description: Json): string[] {
  if (validator(description)) return [];
  return (validator.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

describe('what describe answers', () => {
  it.each([{ write: 'anyone' }, { write: 'key' }, { write: 'nobody', poke: 'anyone' }] as const)(
    'is a valid Thing Description 1.1 of each thing, with %j',
    (policy) => {
      const descriptions = described(policy);
      expect(descriptions).toHaveLength(config.things.length + 2);
      for (const description of descriptions) {
        expect(faultsOf(description)).toEqual([]);
        const { id, properties, securityDefinitions } = description;
        expect(URL.canParse(String(id))).toBe(true);
        for (const property of Object.values(properties as JsonObject)) {
          const { forms, readOnly } = property as {
            forms: { href: string; op: Json; security?: string }[];
            readOnly: boolean;
          };
          expect(forms.every(({ href }) => URL.canParse(href))).toBe(true);
          const writing = forms.filter(({ op }) => op === 'writeproperty');
          expect(writing.map(({ security }) => security)).toEqual(readOnly ? [] : [policy.write]);
          expect(isObject(securityDefinitions) && securityDefinitions[policy.write]).toBeTruthy();
        }
      }
    },
  );

  it('tells units, ranges and what can be written', () => {
    const [light] = described({ write: 'key', pokeOf: new Map([['grow_light', 'anyone']]) });
    expect(light).toMatchObject({ id: 'urn:allo-agent:grow_light', 'allo:poke': 'anyone' });
    const properties = described({ write: 'key' }).flatMap(({ properties }) =>
      Object.entries(properties as JsonObject),
    );
    expect(Object.fromEntries(properties)).toMatchObject({
      on: { type: 'boolean', readOnly: true },
      moisture: { unit: '%', readOnly: true },
      volume: { minimum: 0, maximum: 100, readOnly: false },
    });
  });

  it.each<[string, JsonObject]>([
    ['security', { security: [] }],
    ['a security scheme without a vocabulary', { securityDefinitions: { key: { scheme: 'proof' } } }],
    ['a context', { '@context': 'https://example.com' }],
    ['a form', { properties: { on: { type: 'boolean', forms: [] } } }],
    ['a type', { properties: { on: { type: 'bool', forms: [{ href: 'a:b' }] } } }],
  ])('would not be valid with %s that is wrong', (_, wrong) => {
    const [light] = described({ write: 'key' });
    expect(faultsOf({ ...light, ...wrong })).not.toEqual([]);
  });
});
