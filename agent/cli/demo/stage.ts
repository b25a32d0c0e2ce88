import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { simulatedGpio } from '../../../devices/gpio/simulated/backend.ts';
import { FifoMicrophone } from '../../../devices/microphone/virtual/fifo-microphone.ts';
import { parseConfig } from '../../config/load.ts';
import type { Config } from '../../config/schema.ts';
import { listenEnet } from '../../connection/enet.ts';
import { systemTime } from '../../time/system-time.ts';
import { type DialectName, dialects } from '../../wire/dialect.ts';
import { type HostedPlace, hostPlace } from '../place-host.ts';
import { melody } from './melody.ts';
import { SerialLine } from './serial-line.ts';

/** The output that the visitor switches to prove that it works. */
export const lampLine = 'GPIO17';
const doorLine = 'GPIO27';
/** How often somebody opens or closes the door, ms. */
const doorEvery = 3_000;
const soilEvery = 1_000;

/** Everything the demo needs that a greenhouse would have: a place, and hardware to be had without hardware. */
export class Stage {
  readonly url: string;
  readonly config: Config;
  /** Where the sound comes from, for people. */
  readonly soundSource: string;
  readonly #strike: (() => unknown)[] = [];

  private constructor(
    dialect: DialectName,
    place: HostedPlace,
    microphone: FifoMicrophone | undefined,
    serial: SerialLine | undefined,
  ) {
    this.url = place.urls[0]!;
    this.soundSource = microphone ? 'a melody through ALSA' : 'a generated hum (simulated)';
    this.config = parseConfig(configText(this.url, dialect, microphone?.device, serial?.path), 'demo');
  }

  static async set(dialect: DialectName, tell: (line: string) => void): Promise<Stage> {
    const directory = await mkdtemp(join(tmpdir(), 'allo-agent-demo-'));
    const place = await hostPlace({
      name: 'Demo garden',
      address: { host: '127.0.0.1', port: 0 },
      dialect: dialects[dialect],
      listen: listenEnet,
      time: systemTime,
      tell,
    });
    const microphone = await FifoMicrophone.start().catch((error: Error) =>
      tell(`no ALSA here: ${error.message}`),
    );
    const serial = await SerialLine.open(directory);
    if (!serial) tell('no serial line here: socat is not installed');
    const stage = new Stage(dialect, place, microphone ?? undefined, serial);
    stage.#strike.push(
      () => rm(directory, { recursive: true, force: true }),
      () => place.close(),
    );
    if (microphone) stage.#play(microphone);
    if (serial) stage.#sendSoil(serial);
    stage.#useDoor();
    return stage;
  }

  async strike(): Promise<void> {
    for (const strike of this.#strike.reverse()) await strike();
  }

  #play(microphone: FifoMicrophone): void {
    Object.assign(process.env, microphone.env);
    microphone.generate(melody);
    this.#strike.push(() => microphone.stop());
  }

  #sendSoil(serial: SerialLine): void {
    const started = Date.now();
    this.#every(soilEvery, () => {
      const moisture = 41 + 4 * Math.sin((Date.now() - started) / 8_000);
      serial.write(JSON.stringify({ moisture: Number(moisture.toFixed(1)) }));
    });
    this.#strike.push(() => serial.close());
  }

  #useDoor(): void {
    let open = false;
    this.#every(doorEvery, () => {
      open = !open;
      simulatedGpio.drive({ line: doorLine }, open);
    });
  }

  #every(ms: number, work: () => void): void {
    const timer = setInterval(work, ms);
    this.#strike.push(() => clearInterval(timer));
  }
}

function configText(
  url: string,
  dialect: DialectName,
  pcm: string | undefined,
  serialPath: string | undefined,
): string {
  return `
place: { url: "${url}", dialect: ${dialect} }
display_name: Demo greenhouse
microphone: ${pcm ? `{ backend: arecord, device: ${pcm} }` : '{ backend: simulated }'}
things:
  - { id: grow_light, driver: gpio, backend: simulated, line: ${lampLine}, direction: out, on_stop: off, max_on: 2h }
  - { id: fan, driver: gpio, backend: simulated, line: GPIO22, direction: out, on_stop: off }
  - { id: door, driver: gpio, backend: simulated, line: ${doorLine}, direction: in, bias: pull-down }
  - id: weather
    driver: simulated
    interval: 1s
    properties:
      temperature: { unit: "°C", min: 15, max: 25, shape: walk }
      daylight: { unit: "%", min: 0, max: 100, shape: sine, period: 30s }
${serialPath ? `  - { id: soil, driver: serial, path: ${serialPath}, format: json, properties: { moisture: { unit: "%" } } }` : ''}
  - { id: machine, driver: system, interval: 2s }
`;
}
