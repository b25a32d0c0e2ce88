import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { requirePackages, writeAlsaConfig } from '../../devices/microphone/virtual/alsa-config.ts';
import { sine } from '../../devices/microphone/virtual/sine.ts';

const sink = 'virtual_microphone';
const format = ['--raw', '--format=s16le', '--rate=48000', '--channels=1'];

/**
 * A microphone on a machine without a sound card: a PulseAudio server of its own with a null sink, whose monitor
 * is captured through ALSA's `pulse` plugin. What is played into the sink comes out bit for bit.
 */
export class PulseMicrophone {
  /** ALSA PCM to capture from. */
  readonly device = sink;
  /** To be added to the environment of whoever captures. */
  readonly env: { readonly ALSA_CONFIG_PATH: string };
  readonly #directory: string;
  readonly #players = new Set<ChildProcess>();
  #server: ChildProcess | undefined;

  private constructor(directory: string, env: { ALSA_CONFIG_PATH: string }) {
    this.#directory = directory;
    this.env = env;
  }

  static async start(): Promise<PulseMicrophone> {
    requirePackages('alsa-utils', 'libasound2-data', 'libasound2-plugins', 'pulseaudio', 'pulseaudio-utils');
    const directory = await mkdtemp(join(tmpdir(), 'virtual-microphone-'));
    const socket = join(directory, 'socket');
    const pcm = `pcm.${sink} { type pulse; server "unix:${socket}"; device "${sink}.monitor" }`;
    const microphone = new PulseMicrophone(directory, await writeAlsaConfig(directory, pcm));
    await mkdir(join(directory, 'home'));
    // Without rewinds the null sink works in small steps; else its source takes two seconds to wake.
    await writeFile(
      join(directory, 'server.pa'),
      `load-module module-native-protocol-unix auth-anonymous=1 socket=${socket}
load-module module-null-sink sink_name=${sink} format=s16le rate=48000 channels=1 norewinds=1
`,
    );
    await microphone.plugIn();
    return microphone;
  }

  /** Starts the server, again after `unplug`. */
  async plugIn(): Promise<void> {
    const options = ['--daemonize=no', '--exit-idle-time=-1', '--use-pid-file=no', '--disable-shm=yes'];
    const priority = ['--realtime=no', '--high-priority=no', '--log-target=stderr', '--log-level=error'];
    const script = join(this.#directory, 'server.pa');
    const server = spawn('pulseaudio', ['-n', '-F', script, ...options, ...priority], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: this.#serverEnv,
    });
    this.#server = server;
    let complaints = '';
    server.stderr.setEncoding('utf8').on('data', (text: string) => {
      complaints = (complaints + text).slice(-2000);
    });
    while (!(await answers(join(this.#directory, 'socket')))) {
      if (server.exitCode !== null) throw new Error(`pulseaudio ended: ${complaints}`);
      await delay(20);
    }
  }

  /** Takes the microphone away as pulling its plug would: the server is killed. */
  async unplug(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (!server || server.exitCode !== null || server.signalCode !== null) return;
    server.kill('SIGKILL');
    await once(server, 'exit');
  }

  /** Plays `samples` and resolves when the last has been heard. */
  async play(samples: Int16Array): Promise<void> {
    const player = this.#spawnPlayer();
    const ended = once(player, 'close');
    player.stdin?.end(Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength));
    await ended;
    if (player.exitCode !== 0) throw new Error(`pacat ended with status ${player.exitCode}`);
  }

  /** Plays a sine until the returned function is called. */
  playTone(hz: number, dbfs: number): () => void {
    const player = this.#spawnPlayer();
    if (player.stdin) {
      pipeline(Readable.from(endlessTone(hz, dbfs), { objectMode: false }), player.stdin).catch(
        () => undefined,
      );
    }
    return () => player.kill('SIGKILL');
  }

  /** Ends everything and leaves nothing behind. */
  async stop(): Promise<void> {
    for (const player of this.#players) player.kill('SIGKILL');
    await this.unplug();
    await rm(this.#directory, { recursive: true, force: true });
  }

  #spawnPlayer(): ChildProcess {
    const server = `--server=unix:${join(this.#directory, 'socket')}`;
    const player = spawn('pacat', ['--playback', server, `--device=${sink}`, ...format], {
      stdio: ['pipe', 'ignore', 'ignore'],
      env: this.#serverEnv,
    });
    player.stdin.on('error', () => undefined);
    this.#players.add(player);
    player.on('close', () => this.#players.delete(player));
    return player;
  }

  /** Keeps the server apart from any other of the machine, and from its files. */
  get #serverEnv(): NodeJS.ProcessEnv {
    const home = join(this.#directory, 'home');
    return {
      PATH: process.env.PATH,
      HOME: home,
      XDG_RUNTIME_DIR: home,
      PULSE_RUNTIME_PATH: home,
      LC_ALL: 'C',
    };
  }
}

function* endlessTone(hz: number, dbfs: number): Generator<Buffer> {
  for (let position = 0; ; position += 960) yield Buffer.from(sine(hz, dbfs, 960, position).buffer);
}

function answers(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(socketPath);
    socket.on('connect', () => resolve(true)).on('error', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });
}
