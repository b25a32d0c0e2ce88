import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PseudoPort } from '../serial/pseudo-port.ts';
import { type CliProcess, type Ended, runCli, startCli } from '../support/cli-process.ts';
import { freePort } from '../support/free-port.ts';
import { PulseMicrophone } from '../support/virtual-microphone.ts';
import { patience, visited } from '../support/visited.ts';

/** What is written on the appliance, so also what its track is called. */
export const applianceName = 'Test bench';
/** Every property the appliance has. */
export const propertyKeys = ['lamp.on', 'microphone.level', 'microphone.muted', 'soil.moisture'];
/** What is played into the microphone all the time. */
export const tone = { hz: 440, dbfs: -20 };
/** How often the device on the serial port tells its value, ms. */
const soilEvery = 200;

/**
 * An appliance as people have it, each part in a process of its own: a place, the daemon, and as hardware a
 * simulated output, a device on a serial port and a microphone that hears a tone.
 */
export class Bench {
  readonly url: string;
  /** The configuration of the daemon. */
  readonly configFile: string;
  readonly folder: string;
  readonly serial: PseudoPort;
  readonly microphone: PulseMicrophone;
  readonly #port: number;
  readonly #running: CliProcess[] = [];
  #silence = () => {};
  #talking: NodeJS.Timeout | undefined;

  private constructor(folder: string, port: number, serial: PseudoPort, microphone: PulseMicrophone) {
    this.folder = folder;
    this.serial = serial;
    this.microphone = microphone;
    this.configFile = join(folder, 'config.yaml');
    this.url = `alloplace://127.0.0.1:${port}`;
    this.#port = port;
  }

  /** The hardware and its configuration; neither place nor daemon yet. */
  static async open(): Promise<Bench> {
    const folder = await mkdtemp(join(tmpdir(), 'allo-agent-bench-'));
    const bench = new Bench(folder, await freePort(), new PseudoPort(), await PulseMicrophone.start());
    await writeFile(bench.configFile, bench.#config());
    await bench.serial.plug();
    bench.playTone();
    bench.talk();
    return bench;
  }

  /** Lets the serial device tell its values. */
  talk(): void {
    let value = 0;
    this.#talking = setInterval(() => this.serial.says(`{"moisture": ${value++ % 100}}\n`), soilEvery);
  }

  /** Lets the serial device fall silent. */
  hush(): void {
    clearInterval(this.#talking);
  }

  /** Plays the tone into the microphone, again after it was unplugged. */
  playTone(): void {
    this.#silence();
    this.#silence = this.microphone.playTone(tone.hz, tone.dbfs);
  }

  /** Opens the place, always at the same address. Resolves once it is open. */
  async startPlace(): Promise<CliProcess> {
    const place = this.#start(['place', '--listen', `127.0.0.1:${this.#port}`, '--name', 'Garden']);
    await place.until(/is open at/);
    return place;
  }

  startDaemon(): CliProcess {
    return this.#start(['run', '--config', this.configFile]);
  }

  /** Starts a visit that goes on. */
  startVisit(...args: string[]): CliProcess {
    return this.#start(['visit', this.url, ...args, ...patience]);
  }

  /** Runs a visit to its end, and gives the JSON it printed. Rejects where it fails. */
  async visit(...args: string[]): Promise<unknown> {
    const start = (all: readonly string[]) => this.#start(all);
    const { status, stdout, stderr } = await visited(start, this.url, [...args, '--json']);
    if (status !== 0) throw new Error(`visit ${args.join(' ')} ended with ${status}: ${stderr}`);
    return JSON.parse(stdout);
  }

  /** Runs a command of this machine to its end. */
  run(...args: string[]): Promise<Ended> {
    return runCli(args, this.microphone.env);
  }

  /** Ends everything and leaves nothing behind. */
  async close(): Promise<void> {
    this.hush();
    for (const { child } of this.#running) child.kill('SIGKILL');
    await Promise.all(this.#running.map(({ ended }) => ended));
    await Promise.all([this.serial.remove(), this.microphone.stop()]);
    await rm(this.folder, { recursive: true });
  }

  #start(args: readonly string[]): CliProcess {
    const cli = startCli(args, this.microphone.env);
    this.#running.push(cli);
    return cli;
  }

  #config(): string {
    return `
place: { url: "${this.url}" }
display_name: ${applianceName}
microphone: { backend: arecord, device: ${this.microphone.device} }
things:
  - { id: lamp, driver: gpio, backend: simulated, line: GPIO17, direction: out, on_stop: off }
  - { id: soil, driver: serial, path: ${this.serial.path}, format: json, properties: { moisture: { unit: "%" } } }
`;
  }
}
