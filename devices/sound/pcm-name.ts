import { z } from 'zod';

/** `hw:0`, `plughw:1,0`, `plug:'hw:CARD=2'`: cards are numbered anew at every boot. */
const namesCardByIndex = /(?:^|[:'"])[a-z_]+:(?:CARD=)?\d+(?=[,'"]|$)/i;

/** The name of an ALSA PCM, as a configuration may give it. */
export const pcmName = z
  .string()
  .max(200)
  .regex(/^[^-\s\p{C}][^\n\p{C}]*$/u, 'the name of an ALSA PCM, as `allo-agent discover` lists them')
  .refine((name) => !namesCardByIndex.test(name), {
    error:
      "write the card's id instead of its index, which may change at every boot, as in plughw:CARD=Device " +
      '(`allo-agent discover` lists them)',
  });
