import { type ChildProcess, type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { requirePackages, writeAlsaConfig } from '../../devices/microphone/virtual/alsa-config.ts';

const format = ['--raw', '--format=s16le', '--rate=48000', '--channels=1'];

/** A PulseAudio server of its own with a null sink, reached through ALSA's `pulse` plugin as the PCM of that name. */
export class PulseServer {
  /** To be added to the environment of whoever captures or plays. */
  readonly env: { readonly ALSA_CONFIG_PATH: string };
  readonly #directory: string;
  readonly #clients = new Set<ChildProcess>();
  #server: ChildProcess | undefined;

  private constructor(directory: string, env: { ALSA_CONFIG_PATH: string }) {
    this.#directory = directory;
    this.env = env;
  }

  /** `device`: what of the server the PCM `sink` is: the sink itself, or its monitor. */
  static async start(sink: string, device: string): Promise<PulseServer> {
    requirePackages('alsa-utils', 'libasound2-data', 'libasound2-plugins', 'pulseaudio', 'pulseaudio-utils');
    const directory = await mkdtemp(join(tmpdir(), `${sink.replaceAll('_', '-')}-`));
    const socket = join(directory, 'socket');
    const pcm = `pcm.${sink} { type pulse; server "unix:${socket}"; device "${device}" }`;
    const server = new PulseServer(directory, await writeAlsaConfig(directory, pcm));
    await mkdir(join(directory, 'home'));
    // Without rewinds the null sink works in small steps; else its source takes two seconds to wake.
    await writeFile(
      join(directory, 'server.pa'),
      `load-module module-native-protocol-unix auth-anonymous=1 socket=${socket}
load-module module-null-sink sink_name=${sink} format=s16le rate=48000 channels=1 norewinds=1
`,
    );
    await server.plugIn();
    return server;
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

  /** Takes the sound away as pulling a plug would: the server is killed. */
  async unplug(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (!server || server.exitCode !== null || server.signalCode !== null) return;
    server.kill('SIGKILL');
    await once(server, 'exit');
  }

  /** Starts `pacat`, which plays its standard input or records to its standard output. */
  spawnClient(...args: readonly string[]): ChildProcessByStdio<Writable, Readable, null> {
    const server = `--server=unix:${join(this.#directory, 'socket')}`;
    const client = spawn('pacat', [server, ...format, ...args], {
      stdio: ['pipe', 'pipe', 'ignore'],
      env: this.#serverEnv,
    });
    client.stdin.on('error', () => undefined);
    this.#clients.add(client);
    client.on('close', () => this.#clients.delete(client));
    return client;
  }

  /** Ends everything and leaves nothing behind. */
  async stop(): Promise<void> {
    for (const client of this.#clients) client.kill('SIGKILL');
    await this.unplug();
    await rm(this.#directory, { recursive: true, force: true });
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

function answers(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(socketPath);
    socket.on('connect', () => resolve(true)).on('error', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });
}
