import { sampleRate } from '../../devices/sound/pcm.ts';
import { eventually } from './eventually.ts';
import { PulseServer } from './pulse-server.ts';
import { soundingTone } from './sounding-tone.ts';

const sink = 'virtual_speaker';
/** Samples of what was heard that are kept at least, and for which there is room. */
const [leastKept, room] = [20 * sampleRate, 40 * sampleRate];

/**
 * A speaker on a machine without a sound card: a PulseAudio server's null sink, played to through the real libasound,
 * with an ear at its monitor.
 */
export class PulseSpeaker {
  /** ALSA PCM to play to. */
  readonly device = sink;
  readonly #server: PulseServer;
  readonly #samples = new Int16Array(room);
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

  /** What was heard in the last 20 s, silence included; nothing that was before `forget`. Good until more is heard. */
  get heard(): Int16Array {
    return this.#samples.subarray(0, this.#kept);
  }

  forget(): void {
    this.#kept = 0;
  }

  /** The next `ms` that are heard. */
  async next(ms: number): Promise<Int16Array> {
    this.forget();
    await this.until((heard) => heard.length >= ms * 48);
    return this.heard.slice(0, ms * 48);
  }

  /**
   * `seconds` of the tone at `hz`, of all that is heard from now on; what a busy machine breaks is left out. Rejects
   * when they never come.
   */
  nextTone(hz: number, seconds: number): Promise<Int16Array> {
    this.forget();
    return soundingTone(() => this.heard, hz, seconds);
  }

  /** Resolves once `holds` of what was heard; rejects when it never does. */
  async until(holds: (heard: Int16Array) => boolean): Promise<void> {
    await eventually(
      () => holds(this.heard) || undefined,
      () => `never heard; ${this.heard.length} samples were`,
    );
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
    if (this.#kept + samples.length > room) {
      this.#samples.copyWithin(0, this.#kept - leastKept, this.#kept);
      this.#kept = leastKept;
    }
    this.#samples.set(samples, this.#kept);
    this.#kept += samples.length;
  }
}
