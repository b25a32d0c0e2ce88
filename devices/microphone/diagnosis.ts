import { userInfo } from 'node:os';
import type { DeviceErrorCode } from '../errors.ts';
import type { Fault } from '../thing.ts';
import type { CaptureNote } from './capture-backend.ts';
import { capturePcms } from './capture-pcms.ts';
import type { CaptureEnd } from './capture-process.ts';
import { captureHolders, cardOf, mayCapture, type SoundSystem, systemSound } from './proc-asound.ts';

export type Failure = Extract<CaptureNote, { kind: 'failure' }>;

/** Names the reason for which a PCM could not be captured, with what a person needs to mend it. */
export async function diagnose(
  device: string,
  { code, text }: { readonly code: DeviceErrorCode; readonly text: string },
  sound: SoundSystem = systemSound,
): Promise<Fault> {
  switch (code) {
    case 'ALLO_E_MICROPHONE_BUSY':
      return { code, reason: `${device} is busy${await heldBy(device, sound)}` };
    case 'ALLO_E_MICROPHONE_MISSING':
      // To a user without access, libasound says that there is no card.
      return (await mayCapture(sound)) ? missing(device, text, sound) : forbidden(sound);
    case 'ALLO_E_MICROPHONE_PERMISSION':
      return forbidden(sound);
    case 'ALLO_E_MICROPHONE_FORMAT':
      return { code, reason: `${device} does not give 48 kHz mono samples of 16 bits: ${text}` };
    default:
      return { code, reason: `${device}: ${text}` };
  }
}

/** What the end of a capture process means when it gave no reason. */
export function unexplained(backend: string, end: CaptureEnd): Failure {
  if (end.spawnError) {
    const text = `${backend} could not be started: ${end.spawnError.message}`;
    return { kind: 'failure', code: 'ALLO_E_MICROPHONE_BACKEND', text };
  }
  if (backend === 'alsa-capture' && end.signal === 'SIGSEGV') {
    // The package's stack overflows where the PCM has other channels than were asked for.
    const text = 'alsa-capture crashed, as it does on a PCM that has no mono';
    return { kind: 'failure', code: 'ALLO_E_MICROPHONE_FORMAT', text };
  }
  const how = end.signal ? `was ended by ${end.signal}` : `ended with status ${end.exitCode}`;
  const lastWords = end.lastLine ? `: ${end.lastLine}` : '';
  return { kind: 'failure', code: 'ALLO_E_MICROPHONE_LOST', text: `${backend} ${how}${lastWords}` };
}

async function heldBy(device: string, sound: SoundSystem): Promise<string> {
  const holders = await captureHolders(sound);
  const ofCard = holders.filter(({ card }) => card === cardOf(device));
  const named = (ofCard.length > 0 ? ofCard : holders).map(({ pid, command, card }) =>
    command ? `${command} (process ${pid}) on card ${card}` : `process ${pid} on card ${card}`,
  );
  return named.length > 0 ? `: held by ${named.join(', ')}` : '';
}

async function missing(device: string, text: string, sound: SoundSystem): Promise<Fault> {
  const others = (await capturePcms(sound)).map(({ name }) => name).filter((name) => name !== device);
  const instead =
    others.length > 0 ? `there is ${others.join(', ')}` : 'this machine shows no capture device';
  return { code: 'ALLO_E_MICROPHONE_MISSING', reason: `${device} cannot be opened (${text}); ${instead}` };
}

function forbidden({ dev }: SoundSystem): Fault {
  const reason = `user ${userName()} may not open ${dev}/snd: it is not in the group audio`;
  return { code: 'ALLO_E_MICROPHONE_PERMISSION', reason };
}

/** The user's name, or number where it has no name. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? 'unknown');
  }
}
