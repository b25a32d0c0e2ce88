import { execFile } from 'node:child_process';
import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { requirePackages, writeAlsaConfig } from './alsa-config.ts';
import { sine } from './sine.ts';

const name = 'virtual_microphone';
/** ALSA's `file` plugin pads what is not a whole period with old samples: whole periods are written. */
const periodSamples = 960;
const periodMs = 20;

/**
 * A microphone on a machine without a sound card or a sound server: ALSA's `file` plugin over `null`, reading
 * a FIFO which is written here, a period every 20 ms. Between what is played there is silence.
 */
export class FifoMicrophone {
  /** ALSA PCM to capture from. */
  readonly device = name;
  /** To be added to the environment of whoever captures. */
  readonly env: { readonly ALSA_CONFIG_PATH: string };
  readonly #directory: string;
  readonly #fifo: number;
  #timer: NodeJS.Timeout | undefined;
  /** The next period to be heard; undefined for silence. */
  #next: () => Int16Array | undefined = () => undefined;

  private constructor(directory: string, env: { ALSA_CONFIG_PATH: string }) {
    this.#directory = directory;
    this.env = env;
    // Read-write, so that opening does not wait for a reader nor writing end with one.
    this.#fifo = openSync(join(directory, 'fifo'), constants.O_RDWR | constants.O_NONBLOCK);
  }

  static async start(): Promise<FifoMicrophone> {
    requirePackages('alsa-utils', 'libasound2-data');
    const directory = await mkdtemp(join(tmpdir(), 'virtual-microphone-'));
    const fifo = join(directory, 'fifo');
    await promisify(execFile)('mkfifo', [fifo]);
    const pcm = `pcm.${name} { type file; slave.pcm { type null }; file /dev/null; infile "${fifo}"; format raw }`;
    const microphone = new FifoMicrophone(directory, await writeAlsaConfig(directory, pcm));
    microphone.resume();
    return microphone;
  }

  /** Stops giving sound, as a device that hangs does. */
  pause(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  resume(): void {
    const begin = performance.now();
    let written = 0;
    this.#timer ??= setInterval(() => {
      for (; written * periodMs < performance.now() - begin; written++) this.#write();
    }, periodMs);
  }

  /** Plays `samples`, filled up to whole periods, and resolves when the last has been written. */
  play(samples: Int16Array): Promise<void> {
    let position = 0;
    return new Promise((resolve) => {
      this.#next = () => {
        if (position >= samples.length) {
          this.#next = () => undefined;
          resolve();
          return undefined;
        }
        const period = new Int16Array(periodSamples);
        period.set(samples.subarray(position, position + periodSamples));
        position += periodSamples;
        return period;
      };
    });
  }

  /** Plays a sine until the returned function is called. */
  playTone(hz: number, dbfs: number): () => void {
    return this.generate((position, length) => sine(hz, dbfs, length, position));
  }

  /** Plays what `signal` gives from sample `position` on, until the returned function is called. */
  generate(signal: (position: number, length: number) => Int16Array): () => void {
    let position = 0;
    const next = () => {
      position += periodSamples;
      return signal(position - periodSamples, periodSamples);
    };
    this.#next = next;
    return () => {
      if (this.#next === next) this.#next = () => undefined;
    };
  }

  /** Ends everything and leaves nothing behind. */
  async stop(): Promise<void> {
    this.pause();
    closeSync(this.#fifo);
    await rm(this.#directory, { recursive: true, force: true });
  }

  #write(): void {
    const period = this.#next() ?? new Int16Array(periodSamples);
    try {
      writeSync(this.#fifo, new Uint8Array(period.buffer));
    } catch (error) {
      // Nobody captures and the FIFO is full: the sound is lost, as it is before any microphone that is off.
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
    }
  }
}
