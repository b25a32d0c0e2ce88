import { expect } from 'vitest';
import { Appliance } from '../../agent/appliance/appliance.ts';
import { runVisit } from '../../agent/cli/visit/program.ts';
import { MemoryNetwork } from '../../agent/connection/memory-network.ts';
import { formatPlaceUrl, parsePlaceUrl } from '../../agent/connection/place-url.ts';
import { EmbeddedPlace } from '../../agent/embedded-place/embedded-place.ts';
import type { AssetStore } from '../../agent/place/assets/store.ts';
import { ShortDialectMemory } from '../../agent/place/dialect/memory.ts';
import { PlaceSession } from '../../agent/place/session.ts';
import { VirtualTime } from '../../agent/time/virtual-time.ts';
import { type Dialect, dialects } from '../../agent/wire/dialect.ts';
import { lamp, type ScriptedThing, thermometer } from './scripted-thing.ts';

const url = 'alloplace://garden';
const address = parsePlaceUrl(url);

export interface Running {
  /** What it printed so far. */
  readonly lines: string[];
  /** What it said besides. */
  readonly warnings: string[];
  readonly done: Promise<void>;
  interrupt(): void;
}

/** A place with the appliance `Greenhouse` in it, and visitors who run commands there; all in virtual time. */
export class VisitStage {
  readonly time: VirtualTime;
  readonly network: MemoryNetwork;
  readonly light = lamp('light', () => this.time.now());
  readonly weather = thermometer('weather', () => this.time.now());
  readonly sessions: PlaceSession[] = [];
  readonly appliances: Appliance[] = [];
  /** Visitors share it; they have been here before. */
  readonly memory = new ShortDialectMemory();
  /** Where visitors keep what they fetch; by default each in memory. */
  assetStore: AssetStore | undefined;
  readonly #controllers: AbortController[] = [];
  readonly #dialect: Dialect;
  #place!: EmbeddedPlace;

  private constructor(dialect: Dialect, startMs: number) {
    this.#dialect = dialect;
    this.time = new VirtualTime(startMs);
    this.network = new MemoryNetwork(this.time);
  }

  /** The lamp is off, and the thermometer shows 21.5. `startMs`: how long ago the machine was started. */
  static async open(dialect: Dialect = dialects.documented, startMs = 5_000): Promise<VisitStage> {
    const stage = new VisitStage(dialect, startMs);
    stage.memory.remember(formatPlaceUrl(address), dialect);
    await stage.openPlace();
    await stage.startAppliance('Greenhouse', [stage.light, stage.weather]);
    await stage.time.advance(3_000);
    stage.light.say('on', false);
    stage.weather.say('temperature', 21.5);
    await stage.time.advance(500);
    return stage;
  }

  async openPlace(): Promise<void> {
    const place = new EmbeddedPlace({ name: 'Garden', time: this.time, dialect: this.#dialect });
    await this.network.listen(address, place.channels, (connection) => place.accept(connection));
    this.#place = place;
  }

  /** As with SIGKILL: nobody is told. */
  killPlace(): void {
    this.network.kill(address.port);
  }

  async startAppliance(displayName: string, things: readonly ScriptedThing[]): Promise<void> {
    const { time } = this;
    const session = new PlaceSession({
      address,
      dialect: this.#dialect,
      identity: { displayName },
      avatar: { text: { string: displayName } },
      dial: this.network.dial,
      time,
    });
    const log = { info: () => {}, warn: () => {} };
    const access = { write: 'anyone' } as const;
    const appliance = new Appliance({ session, things, access, time, log, placeUrl: 'alloplace://garden' });
    this.sessions.push(session);
    this.appliances.push(appliance);
    await appliance.start();
  }

  async stopAppliances(): Promise<void> {
    const stopped = Promise.all(this.appliances.splice(0).map((appliance) => appliance.stop()));
    await this.time.advance(5_000);
    await stopped;
  }

  async close(): Promise<void> {
    for (const controller of this.#controllers) controller.abort();
    await this.stopAppliances();
  }

  /** Starts `allo-agent visit alloplace://garden ARGS`. */
  start(...args: string[]): Running {
    const lines: string[] = [];
    const warnings: string[] = [];
    const controller = new AbortController();
    this.#controllers.push(controller);
    const { signal } = controller;
    const { time, memory } = this;
    const { dial } = this.network;
    const output = {
      line: (text: string) => void lines.push(...text.split('\n')),
      warn: (text: string) => void warnings.push(text),
    };
    const { assetStore } = this;
    const context = { url, dial, memory, time, output, signal, ...(assetStore && { assetStore }) };
    const done = runVisit(context, args);
    done.catch(() => {});
    return { lines, warnings, done, interrupt: () => controller.abort() };
  }

  /** Runs it to its end; resolves with what it printed. */
  async run(...args: string[]): Promise<string[]> {
    const { lines, done } = this.start(...args);
    await this.settled(done);
    return lines;
  }

  /** Lets time pass until a command has ended; rejects as it does. */
  async settled(done: Promise<void>): Promise<void> {
    let over = false;
    const end = () => {
      over = true;
    };
    done.then(end, end);
    for (let i = 0; i < 2_000 && !over; i++) await this.time.advance(10);
    if (!over) throw new Error('still running after 20 s');
    await done;
  }

  /** Waits for a visitor who has to do something first that takes real time, such as loading libopus. */
  async visitorToJoin(): Promise<void> {
    const agents = this.#place.agents.length;
    const joined = () => this.time.advance(10).then(() => this.#place.agents.length);
    await expect.poll(joined).toBe(agents + 1);
  }
}
