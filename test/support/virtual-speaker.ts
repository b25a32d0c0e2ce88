import { setTimeout as delay } from 'node:timers/promises';
import { sampleRate } from '../../devices/sound/pcm.ts';
import { PulseServer } from './pulse-server.ts';
import { concatenate } from './virtual-microphone-signal.ts';

const sink = 'virtual_speaker';
/** Samples of what was heard that are kept. */
const mostKept = 20 * sampleRate;

/**
 * A speaker on a machine without a sound card: a PulseAudio server's null sink, played to through the real libasound,
 * with an ear at its monitor.
 */
export class PulseSpeaker {
  /** ALSA PCM to play to. */
  readonly device = sink;
  readonly #server: PulseServer;
  #heard: Int16Array[] = [];
  #kept = 0;
  #oddByte = Buffer.alloc(0);

  private constructor(server: PulseServer) {
    this.#server = server;
  }

  static async start(): Promise<PulseSpeaker> {
    const speaker = new PulseSpeaker(await PulseServer.start(sink, sink));
    await speaker.#listen();
    return speaker;
  }

  /** To be added to the environment of whoever plays. */
  get env(): { readonly ALSA_CONFIG_PATH: string } {
    return this.#server.env;
  }

  /** What was heard in the last 20 s, silence included; nothing that was before `forget`. */
  get heard(): Int16Array {
    return concatenate(this.#heard);
  }

  forget(): void {
    this.#heard = [];
    this.#kept = 0;
  }

  /** The next `ms` that are heard. */
  async next(ms: number): Promise<Int16Array> {
    this.forget();
    await this.until((heard) => heard.length >= ms * 48, ms + 15_000);
    return this.heard.subarray(0, ms * 48);
  }

  /** Resolves once `holds` of what was heard; rejects when it does not within `timeout` ms. */
  async until(holds: (heard: Int16Array) => boolean, timeout = 15_000): Promise<void> {
    const giveUpAt = performance.now() + timeout;
    while (!holds(this.heard)) {
      if (performance.now() > giveUpAt) throw new Error(`not heard within ${timeout} ms`);
      await delay(20);
    }
  }

  /** Takes the speaker away as pulling its plug would. */
  unplug(): Promise<void> {
    return this.#server.unplug();
  }

  async plugIn(): Promise<void> {
    await this.#server.plugIn();
    await this.#listen();
  }

  /** Ends everything and leaves nothing behind. */
  stop(): Promise<void> {
    return this.#server.stop();
  }

  /** Resolves once it hears something, if only silence. */
  async #listen(): Promise<void> {
    this.forget();
    const ear = this.#server.spawnClient('--record', `--device=${sink}.monitor`, '--latency-msec=10');
    ear.stdout.on('data', (bytes: Buffer) => this.#hear(bytes));
    await this.until((heard) => heard.length > 0);
  }

  #hear(bytes: Buffer): void {
    const whole = Buffer.concat([this.#oddByte, bytes]);
    const end = whole.length - (whole.length % 2);
    this.#oddByte = whole.subarray(end);
    const samples = new Int16Array(Uint8Array.from(whole.subarray(0, end)).buffer);
    this.#heard.push(samples);
    for (this.#kept += samples.length; this.#kept > mostKept; )
      this.#kept -= this.#heard.shift()?.length ?? this.#kept;
  }
}
