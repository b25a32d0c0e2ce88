import { Appliance } from '../../agent/appliance/appliance.ts';
import type { Dial } from '../../agent/connection/connection.ts';
import { PlaceSession } from '../../agent/place/session.ts';
import type { Time } from '../../agent/time/time.ts';
import type { Dialect } from '../../agent/wire/dialect.ts';
import type { Json } from '../../agent/wire/json.ts';
import { lamp, thermometer } from './scripted-thing.ts';
import { type Overheard, Visor } from './visor.ts';

/** Where a visit takes place: virtual or on the network, embedded or not. */
export interface Surroundings {
  readonly time: Time;
  readonly dial: Dial;
  readonly port: number;
  readonly dialect: Dialect;
  /** Lets so many ms pass. */
  readonly wait: (ms: number) => Promise<void>;
}

/** What the rows look like to who stands before them. */
export type Sight = Readonly<Record<string, RowSight>>;

export interface RowSight {
  /** Which of the looks this row has had so far, in the order in which they were first seen. */
  readonly look: number;
  readonly says: Json;
}

export const rows = ['light.on', 'door.on', 'weather.temperature'] as const;

/** An appliance with a lamp, a door nobody may poke and a thermometer, and people with visors before it. */
export class VisorStage {
  readonly surroundings: Surroundings;
  readonly light = lamp('light', () => this.surroundings.time.now());
  readonly door = lamp('door', () => this.surroundings.time.now());
  readonly weather = thermometer('weather', () => this.surroundings.time.now());
  /** What the appliance logged of commands. */
  readonly commands: string[] = [];
  readonly session: PlaceSession;
  readonly appliance: Appliance;
  readonly visors: Visor[] = [];
  readonly #looks = new Map<string, string[]>();

  constructor(surroundings: Surroundings) {
    this.surroundings = surroundings;
    const { dial, port, dialect, time } = surroundings;
    this.session = new PlaceSession({
      address: { host: 'place', port },
      dialect,
      identity: { displayName: 'Greenhouse' },
      avatar: { text: { string: 'Greenhouse' } },
      dial,
      time,
    });
    this.appliance = new Appliance({
      session: this.session,
      things: [this.light, this.door, this.weather],
      access: { write: 'anyone', pokeOf: new Map([['door', 'nobody']]) },
      time,
      log: {
        info: (detail, message) => {
          const { what } = detail as { what?: string };
          if (what !== undefined) this.commands.push(`${message}: ${what}`);
        },
        warn: () => {},
      },
      placeUrl: 'alloplace://garden.example',
    });
  }

  /** The lamp is off, the door closed, and it is 21.5 °C. */
  async open(): Promise<void> {
    await this.appliance.start();
    await this.surroundings.wait(3_000);
    this.light.say('on', false);
    this.door.say('on', false);
    this.weather.say('temperature', 21.5);
    await this.surroundings.wait(1_500);
  }

  /** Somebody comes in. */
  async enter(name: string, overheard?: Overheard): Promise<Visor> {
    const connecting = Visor.connect({ name, ...this.surroundings, ...(overheard && { overheard }) });
    const visor = await this.#soon(connecting);
    await this.#soon(visor.announce());
    this.visors.push(visor);
    await this.surroundings.wait(1_500);
    return visor;
  }

  sight(visor: Visor): Sight {
    return Object.fromEntries(
      rows.map((key) => {
        const row = visor.row(key)!;
        const looks = this.#looks.get(key) ?? [];
        const look = visor.look(row);
        if (!looks.includes(look)) looks.push(look);
        this.#looks.set(key, looks);
        return [key, { look: looks.indexOf(look), says: visor.says(row) ?? null }];
      }),
    );
  }

  async close(): Promise<void> {
    for (const visor of this.visors) visor.leave();
    const stopped = this.appliance.stop();
    await this.surroundings.wait(1_500);
    await stopped;
  }

  async #soon<T>(promise: Promise<T>): Promise<T> {
    let settled = false;
    const settle = () => {
      settled = true;
    };
    promise.then(settle, settle);
    for (let i = 0; i < 200 && !settled; i++) await this.surroundings.wait(25);
    if (!settled) throw new Error('still waiting after 5 s');
    return promise;
  }
}
