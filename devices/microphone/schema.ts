import { z } from 'zod';
import { poke } from '../schema.ts';
import { pcmName } from '../sound/pcm-name.ts';

/** The `microphone` section of the configuration. */
export const microphoneSchema = z.strictObject({
  title: z.string().min(1).max(80).default('Microphone').describe('What people read.'),
  poke,
  device: pcmName
    .default('default')
    .describe('ALSA PCM to capture from; a card is named by its id, never by its index.'),
  backend: z
    .enum(['auto', 'arecord', 'alsa-capture', 'simulated'])
    .default('auto')
    .describe('What captures: `auto` takes arecord where installed, else alsa-capture; `simulated` hums.'),
  frame_ms: z
    .literal([10, 20])
    .default(20)
    .describe('Length of an audio frame, ms: 10 for less delay, 20 for fewer bytes.'),
  muted: z
    .boolean()
    .default(false)
    .describe('Whether the microphone starts off; muted, nothing is captured.'),
  bitrate: z.int().min(6000).max(510_000).default(24_000).describe('Opus bits per second.'),
  application: z
    .enum(['voip', 'audio', 'lowdelay'])
    .default('voip')
    .describe('What Opus optimises for: intelligible speech, fidelity, or delay alone.'),
  complexity: z
    .int()
    .min(0)
    .max(10)
    .default(5)
    .describe('Opus effort: each step costs CPU and gains quality.'),
  fec: z
    .boolean()
    .default(true)
    .describe('Whether packets carry a coarse copy of the one before (in-band FEC).'),
  expected_loss: z
    .int()
    .min(0)
    .max(100)
    .default(10)
    .describe('Packet loss the forward error correction prepares for, percent.'),
  dtx: z.boolean().default(true).describe('Whether silence is not sent.'),
});

export type MicrophoneConfig = z.output<typeof microphoneSchema>;
