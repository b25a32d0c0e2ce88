import type { Command } from '../tied-command.ts';

/** Which way the sound of a PCM goes: in from a microphone, or out to a speaker. */
export type Direction = 'capture' | 'playback';

/** What may be wrong with a PCM, whichever way its sound goes. */
export type Trouble = 'backend' | 'busy' | 'flood' | 'format' | 'lost' | 'missing' | 'permission' | 'stalled';

/** Why a PCM cannot go on. `text` is the reason of whoever found it, in English: `Device or resource busy`. */
export interface Failure {
  readonly trouble: Trouble;
  readonly text: string;
}

/** What a line on the standard error of a process that captures or plays means. */
export type SoundNote =
  /** Samples were lost: an overrun while capturing, an underrun while playing. */
  | { readonly kind: 'xrun' }
  /** The PCM takes samples in pieces of this size. */
  | { readonly kind: 'period'; readonly samples: number }
  /** The PCM took so many samples to play. */
  | { readonly kind: 'taken'; readonly samples: number }
  | ({ readonly kind: 'failure' } & Failure);

/** A way to capture or play through ALSA. */
export interface SoundBackend {
  readonly name: string;
  /** Whether what it needs is installed. */
  installed(): Promise<boolean>;
  /**
   * What carries raw PCM (48 kHz, mono, S16_LE) between an ALSA PCM and its standard output or input, in periods of
   * `periodMs`.
   */
  command(device: string, periodMs: number): Command;
  /** Understands one line of its standard error in the C locale; undefined for mere chatter. */
  read(line: string): SoundNote | undefined;
}

/** What an error message of libasound or the kernel, in the C locale, says of a PCM that did not open. */
export function troubleOfOpenError(text: string): Trouble {
  if (/busy/i.test(text)) return 'busy';
  if (/permission denied|not permitted/i.test(text)) return 'permission';
  if (/no such (file|device)|connection refused/i.test(text)) return 'missing';
  return 'lost';
}
