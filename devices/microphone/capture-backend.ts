import type { DeviceErrorCode } from '../errors.ts';
import type { Command } from '../tied-command.ts';

/** What a line on the standard error of a process that captures means. */
export type CaptureNote =
  | { readonly kind: 'overrun' }
  /** It cannot go on. `text` is its own reason, in English: `Device or resource busy`. */
  | { readonly kind: 'failure'; readonly code: DeviceErrorCode; readonly text: string };

/** A way to capture through ALSA. */
export interface CaptureBackend {
  readonly name: 'arecord' | 'alsa-capture';
  /** Whether what it needs is installed. */
  installed(): Promise<boolean>;
  /** What writes raw PCM (48 kHz, mono, S16_LE) of an ALSA PCM to its standard output, in periods of `periodMs`. */
  command(device: string, periodMs: number): Command;
  /** Understands one line of its standard error in the C locale; undefined for mere chatter. */
  read(line: string): CaptureNote | undefined;
}

/** What an error message of libasound or the kernel, in the C locale, says of a PCM that did not open. */
export function codeOfOpenError(text: string): DeviceErrorCode {
  if (/busy/i.test(text)) return 'ALLO_E_MICROPHONE_BUSY';
  if (/permission denied|not permitted/i.test(text)) return 'ALLO_E_MICROPHONE_PERMISSION';
  if (/no such (file|device)|connection refused/i.test(text)) return 'ALLO_E_MICROPHONE_MISSING';
  return 'ALLO_E_MICROPHONE_LOST';
}
