import { createRequire } from 'node:module';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { samplesPerMs } from '../sound/pcm.ts';
import { type SoundBackend, troubleOfOpenError } from '../sound/sound-backend.ts';

const host = fileURLToPath(new URL(`./alsa-capture-host${extname(import.meta.url)}`, import.meta.url));

/**
 * Captures with the npm package `alsa-capture` in a process of its own (`alsa-capture-host.ts`). The package is
 * never loaded here: it keeps a process that holds it from exiting, and fills its memory when a device vanishes.
 */
export function alsaCapture(hostScript = host): SoundBackend {
  return {
    name: 'alsa-capture',

    async installed() {
      try {
        createRequire(import.meta.url).resolve('alsa-capture');
        return true;
      } catch {
        return false;
      }
    },

    command(device, periodMs) {
      return { file: process.execPath, args: [hostScript, device, String(periodMs * samplesPerMs)] };
    },

    read(line) {
      const [, word, text = ''] = /^alsa-capture: (\w+)(?:: (.*))?$/.exec(line) ?? [];
      switch (word) {
        case 'overrun':
          return { kind: 'xrun' };
        case 'open':
          return { kind: 'failure', trouble: troubleOfOpenError(text), text };
        case 'format':
          return { kind: 'failure', trouble: 'format', text };
        case 'flood':
          return { kind: 'failure', trouble: 'flood', text };
        case 'install':
          return { kind: 'failure', trouble: 'backend', text: `alsa-capture does not load: ${text}` };
        case 'lost':
          return { kind: 'failure', trouble: 'lost', text };
        default:
          return undefined;
      }
    },
  };
}
