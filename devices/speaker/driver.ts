import { type Discovered, type Driver, failedProbe, type Probe } from '../driver.ts';
import { DeviceError } from '../errors.ts';
import { listPcms } from '../sound/pcm-list.ts';
import { probeTime } from '../sound/probe-time.ts';
import type { DriverTime } from '../thing.ts';
import { AlsaSink } from './alsa-sink.ts';
import { aplay } from './aplay.ts';
import type { PcmSink } from './pcm-sink.ts';
import { type SpeakerConfig, speakerSchema } from './schema.ts';
import { SimulatedSink } from './simulated-sink.ts';
import { Speaker } from './speaker.ts';

/** How many periods a PCM must take to be believed: more than its buffer holds. */
const probePeriods = 15;

/** The speaker, configured by its own section and not among `things`. */
export const speakerDriver = {
  name: 'speaker',
  schema: speakerSchema,

  create(config: SpeakerConfig, time: DriverTime): Speaker {
    return new Speaker(config, createSink(config, time), time);
  },

  /** Plays silence for a moment, which is the only way to know. */
  async probe(config: SpeakerConfig): Promise<Probe> {
    if (config.backend === 'simulated') return { ok: true, detail: 'simulated: played to nobody' };
    const sink = createSink(config, probeTime);
    const probe = await new Promise<Probe>((resolve) => {
      let asked = 0;
      sink.start({
        next() {
          if (++asked === probePeriods) resolve({ ok: true, detail: `${config.device} takes 48 kHz mono` });
          return undefined;
        },
        fault: ({ code, reason }) => resolve(failedProbe(new DeviceError(code, reason))),
        recovered: () => undefined,
      });
    });
    await sink.stop();
    return probe;
  },

  async discover(): Promise<Discovered[]> {
    return listPcms('playback');
  },
} satisfies Driver<typeof speakerSchema>;

function createSink({ backend, device }: SpeakerConfig, time: DriverTime): PcmSink {
  return backend === 'simulated'
    ? new SimulatedSink(time)
    : new AlsaSink({ device, backends: [aplay] }, time);
}
