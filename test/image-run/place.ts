import { once } from 'node:events';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { systemTime } from '../../agent/time/system-time.ts';
import { type CliProcess, startCli } from '../support/cli-process.ts';
import { freePort } from '../support/free-port.ts';
import { until } from './patience.ts';

/** What is written on the appliance under test. */
export const applianceName = 'Card under test';

/** A reading as `visit observe --json` prints it. */
export interface HeardReading {
  readonly appliance: string;
  readonly thing: string;
  readonly property: string;
  readonly value: unknown;
  /** s */
  readonly time: number;
  readonly seq: number;
  /** When it was printed, ms of CLOCK_MONOTONIC; the place's clock counts the same in seconds. */
  readonly at: number;
}

interface Joining {
  readonly avatarId: string;
  /** ms of CLOCK_MONOTONIC */
  readonly at: number;
}

/** The embedded place on this host, and a visitor in it who hears every reading. */
export class Place {
  /** As this host reaches it. */
  readonly url: string;
  /** As a guest reaches it. */
  readonly guestUrl: string;
  readonly readings: HeardReading[] = [];
  readonly #joinings: Joining[] = [];
  readonly #process: CliProcess;
  #observer: CliProcess | undefined;

  private constructor(process: CliProcess, port: number) {
    this.#process = process;
    this.url = `alloplace://127.0.0.1:${port}`;
    this.guestUrl = `alloplace://10.0.2.2:${port}`;
    eachLine(process, (line, at) => {
      const avatarId = new RegExp(`${applianceName} joined from \\S+ as (\\S+)`).exec(line)?.[1];
      if (avatarId !== undefined) this.#joinings.push({ avatarId, at });
    });
  }

  static async open(): Promise<Place> {
    const port = await freePort();
    const process = startCli(['place', '--listen', `127.0.0.1:${port}`, '--name', 'Test bench']);
    const place = new Place(process, port);
    await process.until(/is open at/);
    place.#observer = startCli(['visit', place.url, 'observe', '--json', '--timeout', '60']);
    eachLine(place.#observer, (line, at) =>
      place.readings.push({ ...(JSON.parse(line) as Omit<HeardReading, 'at'>), at }),
    );
    return place;
  }

  /** Of the appliance that joined last. */
  get avatarId(): string {
    const newest = this.#joinings.at(-1);
    if (!newest) throw new Error('the appliance has not joined yet');
    return newest.avatarId;
  }

  /** The first time that the appliance joined after a moment. */
  joinedAfter(moment: number): Joining | undefined {
    return this.#joinings.find(({ at }) => at > moment);
  }

  /** Waits for a reading that came after a moment. */
  async reading(
    seconds: number,
    moment: number,
    name: string,
    wanted: (reading: HeardReading) => boolean = () => true,
  ): Promise<HeardReading> {
    const look = () =>
      this.readings.find(
        (reading) =>
          reading.at > moment && `${reading.thing}.${reading.property}` === name && wanted(reading),
      );
    return until(seconds, `a reading of ${name}`, look, 5);
  }

  /** Runs `allo-agent visit` in this place and gives what it printed. Rejects where it fails. */
  async visit(...args: readonly string[]): Promise<string> {
    const { status, stdout, stderr } = await startCli(['visit', this.url, ...args, '--timeout', '60']).ended;
    if (status !== 0) throw new Error(`visit ${args[0]} fails: ${stderr.trim() || stdout.trim()}`);
    return stdout;
  }

  async close(): Promise<void> {
    this.#observer?.signal('SIGTERM');
    this.#process.signal('SIGTERM');
    await Promise.all([this.#process.ended, this.#observer?.ended]);
  }
}

function eachLine({ child }: CliProcess, hear: (line: string, at: number) => void): void {
  createInterface({ input: child.stdout! }).on('line', (line) => hear(line, systemTime.now()));
}

/** A TCP port of this host that nobody has. */
export async function freeTcpPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('this host gives no TCP port');
  return address.port;
}
