import type { DeviceErrorCode } from '../errors.ts';

/** A process that writes raw PCM (48 kHz, mono, S16_LE) to its standard output. */
export interface CaptureCommand {
  readonly file: string;
  readonly args: readonly string[];
}

/** What a line on the standard error of such a process means. */
export type CaptureNote =
  | { readonly kind: 'overrun' }
  /** It cannot go on. `text` is its own reason, in English: `Device or resource busy`. */
  | { readonly kind: 'failure'; readonly code: DeviceErrorCode; readonly text: string };

/** A way to capture through ALSA. */
export interface CaptureBackend {
  readonly name: 'arecord' | 'alsa-capture';
  /** Whether what it needs is installed. */
  installed(): Promise<boolean>;
  /** How to capture from an ALSA PCM in periods of `periodMs`. */
  command(device: string, periodMs: number): CaptureCommand;
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
