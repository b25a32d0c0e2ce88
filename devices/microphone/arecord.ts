import { isInstalled } from '../installed.ts';
import { failureIn } from '../sound/alsa-utils.ts';
import { sampleRate, samplesPerMs } from '../sound/pcm.ts';
import type { SoundBackend } from '../sound/sound-backend.ts';
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
    return failureIn(line);
  },
};
