import { isInstalled } from '../installed.ts';
import { sampleRate, samplesPerMs } from '../sound/pcm.ts';
import { type SoundBackend, troubleOfOpenError } from '../sound/sound-backend.ts';
import { tiedCommand } from '../tied-command.ts';

/** Captures with `arecord` of alsa-utils: a process of 4 MB that dies with its pipe. */
export const arecord: SoundBackend = {
  name: 'arecord',

  async installed() {
    return isInstalled('arecord');
  },

  command(device, periodMs) {
    const format = ['-t', 'raw', '-f', 'S16_LE', '-c', '1', '-r', String(sampleRate)];
    const args = [...format, `--period-size=${periodMs * samplesPerMs}`, '-D', device];
    // It notices that we are gone only when it writes; waiting for a device, it would wait for ever.
    return tiedCommand({ file: 'arecord', args });
  },

  read(line) {
    if (line.includes('overrun!!!')) return { kind: 'xrun' };
    const open = /audio open error: (.+)/.exec(line);
    if (open?.[1]) return { kind: 'failure', trouble: troubleOfOpenError(open[1]), text: open[1] };
    // arecord only warns of another rate, and goes on to record at it.
    const format =
      /((?:Channels count|Sample format|Access type) non available|rate is not accurate.*|Broken configuration.*|Unable to install hw params)/.exec(
        line,
      );
    if (format?.[1]) return { kind: 'failure', trouble: 'format', text: format[1] };
    const lost = /((?:read|prepare|status|suspend)[^:]* error: .+|read\/write error, state = .+)/.exec(line);
    if (lost?.[1]) return { kind: 'failure', trouble: 'lost', text: lost[1] };
    return undefined;
  },
};
