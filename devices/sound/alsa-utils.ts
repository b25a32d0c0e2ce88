import { type SoundNote, troubleOfOpenError } from './sound-backend.ts';

/** Why arecord or aplay cannot go on, as a line of its standard error in the C locale says; undefined for all else. */
export function failureIn(line: string): SoundNote | undefined {
  const [, open] = /audio open error: (.+)/.exec(line) ?? [];
  if (open) return { kind: 'failure', trouble: troubleOfOpenError(open), text: open };
  // Of another rate they only warn, and go on at it.
  const [, format] =
    /((?:Channels count|Sample format|Access type) non available|rate is not accurate.*|Broken configuration.*|Unable to install hw params)/.exec(
      line,
    ) ?? [];
  if (format) return { kind: 'failure', trouble: 'format', text: format };
  const [, lost] =
    /((?:read|write|prepare|status|suspend)[^:]* error: .+|read\/write error, state = .+)/.exec(line) ?? [];
  return lost ? { kind: 'failure', trouble: 'lost', text: lost } : undefined;
}
