/**
 * Microphones for machines that have none, captured through the real libasound: for tests and for scripts.
 *
 *     const microphone = await PulseMicrophone.start();
 *     const daemon = spawn(..., { env: { ...process.env, ...microphone.env } }); // captures microphone.device
 *     const silence = microphone.playTone(440, -20);
 *     ...
 *     await microphone.stop();
 */
export { requirePackages, writeAlsaConfig } from '../../devices/microphone/virtual/alsa-config.ts';
export { FifoMicrophone } from '../../devices/microphone/virtual/fifo-microphone.ts';
export { PulseMicrophone } from './virtual-microphone-pulse.ts';
export {
  concatenate,
  fingerprint,
  levelOf,
  sine,
  toneShare,
} from './virtual-microphone-signal.ts';
