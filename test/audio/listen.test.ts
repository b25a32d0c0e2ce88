import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { openOpus } from '../../agent/audio/open-opus.ts';
import { defaultOpusSettings, type OpusBindingName } from '../../agent/audio/opus.ts';
import { TrackEncoder } from '../../agent/audio/track-encoder.ts';
import { WavWriter } from '../../agent/audio/wav.ts';
import { systemTime } from '../../agent/time/system-time.ts';
import { microphoneDriver } from '../../devices/microphone/driver.ts';
import { recordedTone } from '../support/recorded-tone.ts';
import { FifoMicrophone, levelOf } from '../support/virtual-microphone.ts';

const ignored = { reading: () => undefined, fault: () => undefined, recovered: () => undefined };

describe('what is played into the microphone', () => {
  for (const name of ['wasm', 'libopus'] satisfies OpusBindingName[]) {
    it(`is heard by who records the track (${name})`, async () => {
      const directory = await mkdtemp(join(tmpdir(), 'listen-'));
      const virtual = await FifoMicrophone.start();
      vi.stubEnv('ALSA_CONFIG_PATH', virtual.env.ALSA_CONFIG_PATH);
      virtual.playTone(440, -20);
      const config = microphoneDriver.schema.parse({ device: virtual.device });
      const microphone = microphoneDriver.create(config, systemTime);
      onTestFinished(async () => {
        await microphone.stop();
        await virtual.stop();
        await rm(directory, { recursive: true });
      });

      const { binding } = await openOpus(name);
      const decoder = await binding.createDecoder();
      const file = join(directory, 'heard.wav');
      const wav = new WavWriter(file);
      const encoder = new TrackEncoder(defaultOpusSettings, binding);
      encoder.sendTo({
        send(payload) {
          const sound = decoder.decode(payload);
          return sound !== undefined && wav.write(sound);
        },
      });
      microphone.frames(({ samples }) => encoder.write(samples));
      await microphone.start(ignored);
      const tone = await recordedTone(file, 440, 1);
      expect(levelOf(tone)).toBeGreaterThan(-21);
      expect(levelOf(tone)).toBeLessThan(-19);
      const { value, quality } = await microphone.read('level');
      expect(quality).toBe('good');
      expect(value).toBeCloseTo(-20, 0);

      await microphone.invoke('mute');
      const { sent, refused, errors } = encoder.counters;
      expect({ refused, errors }).toEqual({ refused: 0, errors: 0 });
      expect(wav.seconds).toBeCloseTo(sent * 0.02);
      wav.close();
    });
  }
});
