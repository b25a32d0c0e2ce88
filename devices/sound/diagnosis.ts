import { userInfo } from 'node:os';
import type { DeviceErrorCode } from '../errors.ts';
import type { Fault } from '../thing.ts';
import { listPcms } from './pcm-list.ts';
import { cardHolders, cardOf, mayOpen, type SoundSystem, systemSound } from './proc-asound.ts';
import type { Direction, Failure, Trouble } from './sound-backend.ts';
import type { SoundEnd } from './sound-process.ts';

/** The code of each trouble. */
const codes = {
  capture: {
    backend: 'ALLO_E_MICROPHONE_BACKEND',
    busy: 'ALLO_E_MICROPHONE_BUSY',
    flood: 'ALLO_E_MICROPHONE_FLOOD',
    format: 'ALLO_E_MICROPHONE_FORMAT',
    lost: 'ALLO_E_MICROPHONE_LOST',
    missing: 'ALLO_E_MICROPHONE_MISSING',
    permission: 'ALLO_E_MICROPHONE_PERMISSION',
    stalled: 'ALLO_E_MICROPHONE_STALLED',
  },
  playback: {
    backend: 'ALLO_E_SPEAKER_BACKEND',
    busy: 'ALLO_E_SPEAKER_BUSY',
    flood: 'ALLO_E_SPEAKER_FLOOD',
    format: 'ALLO_E_SPEAKER_FORMAT',
    lost: 'ALLO_E_SPEAKER_LOST',
    missing: 'ALLO_E_SPEAKER_MISSING',
    permission: 'ALLO_E_SPEAKER_PERMISSION',
    stalled: 'ALLO_E_SPEAKER_STALLED',
  },
} as const satisfies Record<Direction, Record<Trouble, DeviceErrorCode>>;

/** What the PCM `device` fails to do where it has another format. */
const conversion: Record<Direction, string> = { capture: 'give', playback: 'take' };

/** Names the reason for which a PCM could not be used, with what a person needs to mend it. */
export async function diagnose(
  direction: Direction,
  device: string,
  { trouble, text }: Failure,
  sound: SoundSystem = systemSound,
): Promise<Fault> {
  const fault = (found: Trouble, reason: string): Fault => ({ code: codes[direction][found], reason });
  const forbidden = () =>
    fault('permission', `user ${userName()} may not open ${sound.dev}/snd: it is not in the group audio`);
  switch (trouble) {
    case 'busy':
      return fault('busy', `${device} is busy${await heldBy(direction, device, sound)}`);
    case 'missing':
      // To a user without access, libasound says that there is no card.
      if (!(await mayOpen(direction, sound))) return forbidden();
      return fault(
        'missing',
        `${device} cannot be opened (${text}); ${await instead(direction, device, sound)}`,
      );
    case 'permission':
      return forbidden();
    case 'format':
      return fault(
        'format',
        `${device} does not ${conversion[direction]} 48 kHz mono samples of 16 bits: ${text}`,
      );
    case 'backend':
      return fault('backend', text);
    default:
      return fault(trouble, `${device}: ${text}`);
  }
}

/** What the end of a process means when it gave no reason. */
export function unexplained(backend: string, end: SoundEnd): Failure {
  if (end.spawnError)
    return { trouble: 'backend', text: `${backend} could not be started: ${end.spawnError.message}` };
  if (backend === 'alsa-capture' && end.signal === 'SIGSEGV') {
    // The package's stack overflows where the PCM has other channels than were asked for.
    return { trouble: 'format', text: 'alsa-capture crashed, as it does on a PCM that has no mono' };
  }
  const how = end.signal ? `was ended by ${end.signal}` : `ended with status ${end.exitCode}`;
  const lastWords = end.lastLine ? `: ${end.lastLine}` : '';
  return { trouble: 'lost', text: `${backend} ${how}${lastWords}` };
}

async function heldBy(direction: Direction, device: string, sound: SoundSystem): Promise<string> {
  const holders = await cardHolders(direction, sound);
  const ofCard = holders.filter(({ card }) => card === cardOf(device));
  const named = (ofCard.length > 0 ? ofCard : holders).map(({ pid, command, card }) =>
    command ? `${command} (process ${pid}) on card ${card}` : `process ${pid} on card ${card}`,
  );
  return named.length > 0 ? `: held by ${named.join(', ')}` : '';
}

async function instead(direction: Direction, device: string, sound: SoundSystem): Promise<string> {
  const others = (await listPcms(direction, sound)).map(({ name }) => name).filter((name) => name !== device);
  return others.length > 0 ? `there is ${others.join(', ')}` : `this machine shows no ${direction} device`;
}

/** The user's name, or number where it has no name. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? 'unknown');
  }
}
