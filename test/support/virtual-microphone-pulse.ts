import { once } from 'node:events';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { sine } from '../../devices/microphone/virtual/sine.ts';
import { PulseServer } from './pulse-server.ts';

const sink = 'virtual_microphone';

/**
 * A microphone on a machine without a sound card: the monitor of a PulseAudio server's null sink. What is played into
 * the sink comes out bit for bit.
 */
export class PulseMicrophone {
  /** ALSA PCM to capture from. */
  readonly device = sink;
  readonly #server: PulseServer;

  private constructor(server: PulseServer) {
    this.#server = server;
  }

  static async start(): Promise<PulseMicrophone> {
    return new PulseMicrophone(await PulseServer.start(sink, `${sink}.monitor`));
  }

  /** To be added to the environment of whoever captures. */
  get env(): { readonly ALSA_CONFIG_PATH: string } {
    return this.#server.env;
  }

  /** Brings the microphone back after `unplug`. */
  plugIn(): Promise<void> {
    return this.#server.plugIn();
  }

  /** Takes the microphone away as pulling its plug would. */
  unplug(): Promise<void> {
    return this.#server.unplug();
  }

  /** Plays `samples` and resolves when the last has been heard. */
  async play(samples: Int16Array): Promise<void> {
    const player = this.#spawnPlayer();
    const ended = once(player, 'close');
    player.stdin.end(Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength));
    await ended;
    if (player.exitCode !== 0) throw new Error(`pacat ended with status ${player.exitCode}`);
  }

  /** Plays a sine until the returned function is called. */
  playTone(hz: number, dbfs: number): () => void {
    const player = this.#spawnPlayer();
    pipeline(Readable.from(endlessTone(hz, dbfs), { objectMode: false }), player.stdin).catch(
      () => undefined,
    );
    return () => player.kill('SIGKILL');
  }

  /** Ends everything and leaves nothing behind. */
  stop(): Promise<void> {
    return this.#server.stop();
  }

  #spawnPlayer() {
    const player = this.#server.spawnClient('--playback', `--device=${sink}`);
    player.stdout.resume();
    return player;
  }
}

function* endlessTone(hz: number, dbfs: number): Generator<Buffer> {
  for (let position = 0; ; position += 960) yield Buffer.from(sine(hz, dbfs, 960, position).buffer);
}
