import { createRequire } from 'node:module';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type CaptureBackend, codeOfOpenError } from './capture-backend.ts';
import { samplesPerMs } from './pcm.ts';

const host = fileURLToPath(new URL(`./alsa-capture-host${extname(import.meta.url)}`, import.meta.url));

/**
 * Captures with the npm package `alsa-capture` in a process of its own (`alsa-capture-host.ts`). The package is
 * never loaded here: it keeps a process that holds it from exiting, and fills its memory when a device vanishes.
 */
export function alsaCapture(hostScript = host): CaptureBackend {
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
          return { kind: 'overrun' };
        case 'open':
          return { kind: 'failure', code: codeOfOpenError(text), text };
        case 'format':
          return { kind: 'failure', code: 'ALLO_E_MICROPHONE_FORMAT', text };
        case 'flood':
          return { kind: 'failure', code: 'ALLO_E_MICROPHONE_FLOOD', text };
        case 'install':
          return { kind: 'failure', code: 'ALLO_E_MICROPHONE_BACKEND', text };
        case 'lost':
          return { kind: 'failure', code: 'ALLO_E_MICROPHONE_LOST', text };
        default:
          return undefined;
      }
    },
  };
}
