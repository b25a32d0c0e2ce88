import { type Discovered, type Driver, failedProbe, type Probe } from '../driver.ts';
import { DeviceError } from '../errors.ts';
import { listPcms } from '../sound/pcm-list.ts';
import { probeTime } from '../sound/probe-time.ts';
import type { SoundBackend } from '../sound/sound-backend.ts';
import type { DriverTime } from '../thing.ts';
import { alsaCapture } from './alsa-capture.ts';
import { AlsaSource } from './alsa-source.ts';
import { arecord } from './arecord.ts';
import { Microphone } from './microphone.ts';
import type { PcmSource } from './pcm.ts';
import { type MicrophoneConfig, microphoneSchema } from './schema.ts';
import { SimulatedSource } from './simulated-source.ts';

/** How long a PCM must give sound to be believed. */
const probeMs = 300;

/** The microphone, configured by its own section and not among `things`. */
export const microphoneDriver = {
  name: 'microphone',
  schema: microphoneSchema,

  create(config: MicrophoneConfig, time: DriverTime): Microphone {
    return new Microphone(config, createSource(config, time), time);
  },

  /** Captures for a moment, which is the only way to know; nothing of it is kept. */
  async probe(config: MicrophoneConfig): Promise<Probe> {
    if (config.backend === 'simulated') return { ok: true, detail: 'simulated: a generated hum' };
    const source = createSource(config, probeTime);
    const probe = await new Promise<Probe>((resolve) => {
      let waiting = false;
      source.start({
        frame() {
          if (waiting) return;
          waiting = true;
          probeTime.after(probeMs, () => resolve({ ok: true, detail: `${config.device} gives 48 kHz mono` }));
        },
        fault: ({ code, reason }) => resolve(failedProbe(new DeviceError(code, reason))),
        recovered: () => undefined,
      });
    });
    await source.stop();
    return probe;
  },

  async discover(): Promise<Discovered[]> {
    return listPcms('capture');
  },
} satisfies Driver<typeof microphoneSchema>;

function createSource({ backend, device, frame_ms }: MicrophoneConfig, time: DriverTime): PcmSource {
  if (backend === 'simulated') return new SimulatedSource(frame_ms, time);
  return new AlsaSource({ device, frameMs: frame_ms, backends: backends[backend]() }, time);
}

const backends: Record<Exclude<MicrophoneConfig['backend'], 'simulated'>, () => SoundBackend[]> = {
  auto: () => [arecord, alsaCapture()],
  arecord: () => [arecord],
  'alsa-capture': () => [alsaCapture()],
};
