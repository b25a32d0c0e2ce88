import { z } from 'zod';
import { poke } from '../schema.ts';
import { pcmName } from '../sound/pcm-name.ts';

/** The `speaker` section of the configuration. */
export const speakerSchema = z.strictObject({
  title: z.string().min(1).max(80).default('Speaker').describe('What people read.'),
  poke,
  device: pcmName
    .default('default')
    .describe('ALSA PCM to play to; a card is named by its id, never by its index.'),
  backend: z
    .enum(['auto', 'aplay', 'simulated'])
    .default('auto')
    .describe('What plays: `auto` takes aplay; `simulated` plays to nobody.'),
  play: z
    .string()
    .trim()
    .min(1)
    .max(200)
    .default('near')
    .describe(
      'Who is played: `near`, everyone near the appliance, at most 4 at once; `nobody`; or one, by what is ' +
        'written on them, the id of an entity or the number of a track.',
    ),
  within: z.number().min(0.1).max(1000).default(5).describe('How near is `near`: metres from the appliance.'),
  volume: z
    .int()
    .min(0)
    .max(100)
    .default(80)
    .describe('How loud it plays, percent; at 100 as loud as it came, at 50 by 18 dB softer.'),
  muted: z
    .boolean()
    .default(false)
    .describe('Whether the speaker starts off; muted, nothing is received or played.'),
});

export type SpeakerConfig = z.output<typeof speakerSchema>;
