import { z } from 'zod';
import { thingSchema } from '../../devices/index.ts';
import { microphoneSchema } from '../../devices/microphone/schema.ts';
import { duration, pokeAccess, size } from '../../devices/schema.ts';
import { speakerSchema } from '../../devices/speaker/schema.ts';
import { formatPlaceUrl, parsePlaceUrl } from '../connection/place-url.ts';
import type { Key } from '../keys/key.ts';
import { logLevels } from '../service/log-level.ts';
import { type DialectName, dialects } from '../wire/dialect.ts';

const coordinate = z.number().min(-1e6).max(1e6);

const dialectNames = Object.keys(dialects) as DialectName[];

const place = z.strictObject({
  url: z
    .string()
    .transform((url, context) => {
      try {
        return formatPlaceUrl(parsePlaceUrl(url));
      } catch {
        context.addIssue('write alloplace://host or alloplace://host:port, with an IPv6 host in brackets');
        return z.NEVER;
      }
    })
    .describe('Where the place is, as `alloplace://host[:port]`; port 21337 unless given.'),
  dialect: z
    .enum(['auto', ...dialectNames])
    .default('auto')
    .describe(
      'How the place speaks; `auto` listens before anything is sent, and finds out. `documented` is the protocol as ' +
        'published, `v1` to `v4` are the versions of the reference server, `alloplace` is the server in Elixir. A ' +
        'place that speaks otherwise than is said here is left alone.',
    ),
});

const avatar = z.strictObject({
  position: z
    .tuple([coordinate, coordinate, coordinate], { error: 'three numbers: [x, y, z]' })
    .default([0, 1.2, -1.5])
    .describe('Where the middle of the panel is in the place: x, y, z in metres, y up.'),
  rotation_y: z
    .number()
    .min(-2 * Math.PI)
    .max(2 * Math.PI)
    .default(0)
    .describe('Which way it faces: radians about the upright axis, anticlockwise seen from above.'),
  model: z
    .string()
    .min(1)
    .optional()
    .describe(
      'A binary glTF file (.glb) that stands at the position, the panel hanging from it; it is offered to visors as ' +
        'an asset, which places of version 3 and newer hand on. Left out, there is the panel alone.',
    ),
});

const access = z.strictObject({
  write: z
    .enum(['anyone', 'nobody', 'key'])
    .default('anyone')
    .describe(
      'Who in the place may write properties and invoke actions. `key`: who proves to have a key of this appliance ' +
        '(docs/access.md); its keys are the files in the folder `keys` beside this file and those of `key_file`.',
    ),
  poke: z
    .enum(pokeAccess)
    .optional()
    .describe(
      'Who may poke without a key; default: anyone where anyone may write, else nobody. Things may say otherwise.',
    ),
  key_file: z
    .union([z.string().min(1), z.array(z.string().min(1)).min(1).max(32)], {
      error: 'the path of a file, or a list of them',
    })
    .optional()
    .describe(
      'Further files with keys, each one line of base64 or hexadecimal digits, as `openssl rand -base64 32` writes ' +
        'it, that others may not read. The name of the file, without `.key`, is what the log calls the key.',
    ),
});

const log = z.strictObject({
  level: z.enum(logLevels).default('info').describe('The least important lines that are written.'),
});

const history = z.strictObject({
  keep: duration({ min: 60_000 })
    .prefault('7d')
    .describe('How long readings are kept on disk, for those who ask for the past or missed it.'),
  size: size({ min: 1024 ** 2 })
    .prefault('256MiB')
    .describe('How much they may take on disk; beyond it the oldest go.'),
});

/** The whole configuration: validation, defaults and documentation in one. */
export const configSchema = z.strictObject({
  place: place.describe('The place to join.'),
  display_name: z
    .string()
    .trim()
    .min(1)
    .max(80)
    .optional()
    .describe('What people in the place read above the appliance; default: the name of the machine.'),
  avatar: avatar.prefault({}).describe('Where the appliance stands.'),
  microphone: microphoneSchema.optional().describe('Left out, there is no microphone.'),
  speaker: speakerSchema.optional().describe('Left out, there is no speaker.'),
  things: z
    .array(thingSchema)
    .max(200)
    .default([])
    .describe('The devices of this machine, each under an `id` of its own.'),
  access: access.prefault({}).describe('Who may command the appliance.'),
  history: history.prefault({}).describe('What is kept of readings.'),
  log: log.prefault({}).describe('What is logged.'),
});

type Checked = z.output<typeof configSchema>;

/** A configuration as it was checked: frozen through and through. */
export interface Config extends Checked {
  /** `keys`: what was in the files with keys, where `write` asks for one. */
  readonly access: Checked['access'] & { readonly keys?: readonly Key[] };
}
