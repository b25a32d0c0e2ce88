import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { survey } from '../../agent/cli/visit/survey.ts';
import { dialEnet } from '../../agent/connection/enet.ts';
import { parsePlaceUrl } from '../../agent/connection/place-url.ts';
import { PlaceSession } from '../../agent/place/session.ts';
import { systemTime } from '../../agent/time/system-time.ts';
import { type Dialect, type DialectName, dialects } from '../../agent/wire/dialect.ts';
import { type CliProcess, type Ended, startCli } from '../support/cli-process.ts';
import { eventually } from '../support/eventually.ts';
import { visited } from '../support/visited.ts';

/** A place of one kind in a process of its own, and appliances and visitors who come to it. */
export class Garden {
  readonly name: DialectName;
  readonly url: string;
  readonly folder: string;
  readonly place: CliProcess;
  readonly #running: CliProcess[] = [];

  private constructor(name: DialectName, folder: string, place: CliProcess) {
    this.name = name;
    this.folder = folder;
    this.place = place;
    this.url = /is open at (\S+)/.exec(place.stdout)![1]!;
  }

  static async open(name: DialectName): Promise<Garden> {
    const folder = await mkdtemp(join(tmpdir(), `allo-agent-${name}-`));
    const place = startCli(['place', '--listen', '127.0.0.1:0', '--name', 'Garden', '--dialect', name]);
    await place.until(/is open at \S+\n/);
    return new Garden(name, folder, place);
  }

  get dialect(): Dialect {
    return dialects[this.name];
  }

  /** Starts an appliance that logs all it does, with a lamp, a sensor and what else `config` says. */
  async startAppliance(name: string, config: string, env: NodeJS.ProcessEnv = {}): Promise<CliProcess> {
    const file = join(this.folder, `${name}.yaml`);
    await writeFile(
      file,
      `display_name: ${name}
things:
  - { id: lamp, driver: gpio, backend: simulated, line: GPIO17, direction: out, on_stop: off }
  - { id: weather, driver: simulated, interval: 200ms, properties: { temperature: { unit: "°C" } } }
${config}`,
    );
    return this.#start(['run', '--verbose', '--config', file], env);
  }

  /** Runs a visit to its end, and gives each line it printed. Rejects where it fails. */
  async visit<T>(...args: string[]): Promise<T[]> {
    const start = (all: readonly string[]) => this.#start(all);
    const { status, stdout, stderr } = await visited(start, this.url, [...args, '--json']);
    if (status !== 0)
      throw new Error(`${this.name}: visit ${args.join(' ')} ended with ${status}: ${stderr}`);
    const lines = stdout.trimEnd().split('\n');
    return lines.map((line) => JSON.parse(line) as T);
  }

  /** Another agent, of this process, who has not been here before. */
  agent(dialect: Dialect | 'auto'): PlaceSession {
    return new PlaceSession({
      address: parsePlaceUrl(this.url),
      dialect,
      identity: { displayName: 'witness' },
      avatar: {},
      dial: dialEnet,
      time: systemTime,
    });
  }

  /** Resolves with such an agent once it has joined. */
  async join(dialect: Dialect | 'auto'): Promise<PlaceSession> {
    const session = this.agent(dialect);
    const joined = new Promise<void>((resolve) => session.observe({ joined: () => resolve() }));
    session.start();
    await joined;
    return session;
  }

  /** Writes a property of the appliance, as an agent who comes for that alone. */
  async write(key: string, value: boolean): Promise<void> {
    const session = await this.join(this.dialect);
    const look = () => survey(session.world.entities).properties.find((property) => property.key === key);
    const { entityId } = await eventually(look, () => `${key} is not in the place`);
    await session.request(entityId, ['write_property', value], { timeout: 60_000 });
    await session.stop();
  }

  /** Closes the place, which then tells what it was sent that it did not take. */
  closePlace(): Promise<Ended> {
    this.place.signal('SIGTERM');
    return this.place.ended;
  }

  /** Ends everything and leaves nothing behind. */
  async close(): Promise<void> {
    const all = [this.place, ...this.#running];
    for (const { child } of all) child.kill('SIGKILL');
    await Promise.all(all.map(({ ended }) => ended));
    await rm(this.folder, { recursive: true });
  }

  #start(args: readonly string[], env: NodeJS.ProcessEnv = {}): CliProcess {
    const cli = startCli(args, env);
    this.#running.push(cli);
    return cli;
  }
}
