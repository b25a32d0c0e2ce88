import { isInstalled } from '../installed.ts';
import { failureIn } from '../sound/alsa-utils.ts';
import { sampleRate, samplesPerMs } from '../sound/pcm.ts';
import type { SoundBackend } from '../sound/sound-backend.ts';
import { tiedCommand } from '../tied-command.ts';

/** Periods in the buffer of the device: what may keep us busy without a gap, and what every sound waits for. */
const bufferPeriods = 4;

/** Plays with `aplay` of alsa-utils, which dies with its pipe. */
export const aplay: SoundBackend = {
  name: 'aplay',

  async installed() {
    return isInstalled('aplay');
  },

  command(device, periodMs) {
    const period = periodMs * samplesPerMs;
    const format = ['-t', 'raw', '-f', 'S16_LE', '-c', '1', '-r', String(sampleRate)];
    const buffer = [`--period-size=${period}`, `--buffer-size=${bufferPeriods * period}`];
    // At this verbosity it tells how many samples every write to the PCM took: the clock of the device.
    return tiedCommand({ file: 'aplay', args: [...format, ...buffer, '-vvv', '-D', device] });
  },

  read(line) {
    const [, taken] = /Max peak \((\d+) samples\)/.exec(line) ?? [];
    if (taken) return { kind: 'taken', samples: Number(taken) };
    const [, period] = /^period_size\s*: (\d+)/.exec(line) ?? [];
    if (period) return { kind: 'period', samples: Number(period) };
    if (line.includes('underrun!!!')) return { kind: 'xrun' };
    return failureIn(line);
  },
};
