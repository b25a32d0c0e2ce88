import type { Fault, Reading, Thing, ThingEvents } from '../../devices/thing.ts';
import { AlloError } from '../errors.ts';
import { AVATAR } from '../place/own-entities.ts';
import { lineage, writtenOn } from '../place/scene.ts';
import type { PlaceSession } from '../place/session.ts';
import type { Time } from '../time/time.ts';
import { Access, type AccessPolicy, ControlLocked } from './access.ts';
import { type Asked, CommandLog } from './command-log.ts';
import type { History, PastReading } from './history/history.ts';
import { MemoryHistory } from './history/memory-history.ts';
import type { Log } from './log.ts';
import { Observers } from './observers.ts';
import { noMemory, type OutputMemory } from './outputs/memory.ts';
import { Outputs } from './outputs/outputs.ts';
import type { Condition } from './panel/condition.ts';
import { Panel } from './panel/panel.ts';
import { type CountedReading, Property } from './property.ts';
import { Publisher } from './publisher.ts';
import { Replays } from './replays.ts';
import { RequestDesk } from './requests/desk.ts';
import type { Call, RequestContext, ServedProperty, Wanted } from './requests/request.ts';
import { type Stamp, stampOf } from './stamp.ts';
import { feel } from './touch/feel.ts';
import { Touches } from './touch/touches.ts';

export interface ApplianceOptions {
  readonly session: PlaceSession;
  /** Every thing there is, the microphone among them; ids are unique. */
  readonly things: readonly Thing[];
  readonly access: AccessPolicy;
  readonly time: Time;
  readonly log: Log;
  /** The place's URL: where the links of Thing Descriptions begin. */
  readonly placeUrl: string;
  /** Where readings are kept; by default the newest of them, in memory. */
  readonly history?: History;
  /** Where outputs are remembered over a restart; by default they are not. */
  readonly outputMemory?: OutputMemory;
  /** Whether the panel hangs from where the avatar is to be, as beneath a model, instead of being about it. */
  readonly hangs?: boolean;
  /** Why the appliance runs without its devices, where it does. */
  readonly safeMode?: string | undefined;
}

/** Who we are in the place: an entity for each property, its readings, and answers to what people ask of it. */
export class Appliance {
  readonly access: Access;
  readonly properties: ReadonlyMap<string, ServedProperty>;
  readonly publisher: Publisher;
  readonly #thingFaults = new Map<string, Fault>();
  readonly #history: History;
  readonly #replays: Replays;
  readonly #session: PlaceSession;
  readonly #things: ReadonlyMap<string, Thing>;
  readonly #time: Time;
  readonly #log: Log;
  readonly #commandLog: CommandLog;
  readonly #placeUrl: string;
  readonly #outputs: Outputs;
  readonly #panel: Panel;
  readonly #touches: Touches;
  #leave: (() => void)[] = [];

  constructor(options: ApplianceOptions) {
    const { session, things, access, time, log, placeUrl } = options;
    const { history = new MemoryHistory(), outputMemory: memory = noMemory } = options;
    this.#session = session;
    this.#things = new Map(things.map((thing) => [thing.id, thing]));
    this.#time = time;
    this.#log = log;
    this.#commandLog = new CommandLog(log);
    this.#placeUrl = placeUrl;
    this.access = new Access(access);
    this.properties = serve(things);
    this.#history = history;
    this.#replays = new Replays({
      time,
      history,
      exists: (entity) => this.#exists(entity),
      stamp: (ms) => (ms === undefined ? stampOf(session, time.now()) && {} : stampOf(session, ms)),
      send: (property, entity, reading, stamp, past) =>
        this.#session.oneWay(entity, told(property, reading, stamp, past), this.#speakerOf(property)),
    });
    this.publisher = new Publisher({
      time,
      stamp: (ms) => stampOf(session, ms),
      send: (property, reading, stamp) => this.#send(property, reading, stamp),
    });
    const properties = [...this.properties.values()].map(({ property }) => property);
    this.#outputs = new Outputs({ properties, time, log, memory, faults: this.#thingFaults });
    const { hangs = false, safeMode } = options;
    this.#panel = new Panel({
      entities: session.entities,
      time,
      properties,
      condition: () => this.#condition(safeMode),
      faultOf: (thing) => this.#thingFaults.get(thing)?.reason,
      offAt: (key) => this.#outputs.stateOf(key)?.offAt,
      spawns: () => session.dialect?.spawns ?? true,
      hangs,
    });
    this.#touches = new Touches({ properties, time, shown: this.#panel });
  }

  /** Why things, the history or the memory of outputs do not work at the moment, by the id of the thing. */
  get faults(): ReadonlyMap<string, { readonly code: string; readonly reason: string }> {
    const own = { history: this.#history.fault, outputs: this.#outputs.fault };
    const present = Object.entries(own).flatMap(([name, fault]) => (fault ? [[name, fault] as const] : []));
    return new Map([...this.#thingFaults, ...present]);
  }

  /** Takes the hardware and enters the place, neither waiting for the other, neither failing fatal. */
  async start(): Promise<void> {
    this.#panel.declare();
    const desk = new RequestDesk(this.#requestContext());
    this.#leave = [
      this.#session.onRequest((request) =>
        desk.answer({ from: request.from, to: this.#session.entities.key(request.to), body: request.body }),
      ),
      this.#session.observe({
        lost: () => this.#outputs.placeLost(),
        joined: () => this.#outputs.placeJoined(),
        status: () => this.#panel.refresh(),
      }),
      feel(this.#session, this.#touches),
    ];
    this.#session.start();
    await this.#history.open([...this.properties.keys()]);
    void this.#panel.start(this.#history);
    await Promise.all([...this.#things.values()].map((thing) => this.#startThing(thing)));
  }

  /**
   * Outputs to their `on_stop` state, out of the place, hardware released: all at once, none waits for another.
   * `keepOutputs`: they stay as they are, for another appliance goes on with them at once.
   */
  async stop({ keepOutputs = false } = {}): Promise<void> {
    for (const leave of this.#leave) leave();
    const left = this.#session.stop();
    await this.#outputs.stopping(keepOutputs);
    await Promise.all([left, ...[...this.#things.values()].map((thing) => thing.stop())]);
    this.publisher.stop();
    this.#panel.stop();
    this.#replays.stop();
    await this.#history.close();
  }

  #condition(safeMode: string | undefined): Condition {
    const now = this.#time.now();
    const { status, clock } = this.#session;
    const known = this.#session.toPlaceTime(now) !== undefined;
    return {
      placeName: status.placeName,
      clockErrorMs: known ? clock.errorBound(now) * 1e3 : undefined,
      faults: this.faults,
      safeMode,
    };
  }

  #startThing(thing: Thing): Promise<void> {
    const events: ThingEvents = {
      reading: (name, reading) => this.#take(`${thing.id}.${name}`, reading),
      fault: (fault) => {
        this.#thingFaults.set(thing.id, fault);
        this.#panel.refresh();
        this.#log.warn({ thing: thing.id, ...fault }, 'fault');
      },
      recovered: () => {
        this.#thingFaults.delete(thing.id);
        this.#panel.refresh();
        this.#log.info({ thing: thing.id }, 'recovered');
      },
    };
    return thing.start(events, this.#outputs.asFound(thing));
  }

  #take(key: string, reading: Reading): void {
    const served = this.properties.get(key);
    if (!served) return;
    const counted = served.property.take(reading, this.#history.nextSeq(key));
    this.#history.add(key, counted);
    this.#outputs.seen(served.property, counted);
    this.publisher.publish(served.property, counted);
  }

  #send(property: Property, reading: CountedReading, stamp: Stamp): void {
    const body = told(property, reading, stamp, false);
    const from = this.#speakerOf(property);
    this.#session.publish(body, from);
    const { observers } = this.properties.get(property.key)!;
    for (const observer of this.#observersOf(property, reading))
      if (this.#session.oneWay(observer, body, from)) observers.tell(observer, reading.seq);
    this.#panel.read(property, reading, stamp);
  }

  /** Who is to be told this reading now: those who missed some before it are told them all, in order. */
  #observersOf(property: Property, { seq }: CountedReading): string[] {
    const served = this.properties.get(property.key)!;
    const { observers } = served;
    const present = observers.present(this.#time.now(), (id) => this.#exists(id));
    return present.filter((entity) => {
      if (this.#replays.has(property, entity)) return false;
      const last = observers.told(entity);
      if (last !== undefined && seq <= last) return false;
      if (last !== undefined && seq > last + 1) {
        this.#replays.start(served, entity, { afterSeq: last });
        return false;
      }
      return true;
    });
  }

  /** In a place that takes no entities beside it, the avatar speaks for all properties. */
  #speakerOf({ key }: Property): string {
    return this.#session.entities.id(key) === undefined ? AVATAR : key;
  }

  #exists(entity: string): boolean | undefined {
    const { entities, revision } = this.#session.world;
    return revision === undefined ? undefined : entities.has(entity);
  }

  #requestContext(): RequestContext {
    const stamp = (ms: number) => {
      const known = stampOf(this.#session, ms);
      if (known) return known;
      throw new AlloError('ALLO_E_CLOCK_UNKNOWN', "the place's time is not known yet; ask again in a second");
    };
    const toPlaceTime = (ms: number) => {
      const { time } = stamp(ms);
      if (time !== undefined) return time;
      throw new AlloError('ALLO_E_CLOCK_NONE', 'places of this kind tell no time');
    };
    return {
      things: this.#things,
      properties: this.properties,
      history: this.#history,
      replays: this.#replays,
      outputs: this.#outputs,
      touches: this.#touches,
      now: () => this.#time.now(),
      stamp,
      toPlaceTime,
      fromPlaceTime: (seconds) => this.#time.now() + (seconds - toPlaceTime(this.#time.now())) * 1e3,
      exists: (entity) => this.#exists(entity),
      mayCommand: (call, wanted) => this.#mayCommand(call, wanted),
      refused: ({ from }, what, error) =>
        this.#commandLog.refused(this.#asked(from), what, error, this.#time.now()),
      nonce: (sender) => this.#lockTold(() => this.access.nonce(sender, this.#time.now())),
      access: this.access,
      hrefOf: (key) => `${this.#placeUrl}#${this.#session.entities.id(key) ?? key}`,
    };
  }

  #mayCommand({ from: sender, proof }: Call, wanted: Wanted): void {
    const entity = this.#session.entities.id(AVATAR) ?? '';
    const command = { ...wanted, entity, sender, proof };
    const key = this.#lockTold(() => this.access.check(command, this.#time.now()));
    const { request, target, value } = wanted;
    const what = [request, target, ...(value === null ? [] : [value])];
    this.#commandLog.accepted(this.#asked(sender), what, key?.name);
  }

  /** Tells who is refused because of a lock until when by the place's clock, which is the one they know. */
  #lockTold<T>(check: () => T): T {
    try {
      return check();
    } catch (error) {
      if (!(error instanceof ControlLocked)) throw error;
      const time = stampOf(this.#session, error.until)?.time;
      if (time === undefined) throw error;
      throw new ControlLocked(error.until, `${error.message}, until ${time.toFixed(1)} by the place's clock`);
    }
  }

  #asked(sender: string): Asked {
    const { entities } = this.#session.world;
    const entity = entities.get(sender);
    const top = entity && lineage(entity, entities).at(-1);
    const placeTime = stampOf(this.#session, this.#time.now())?.time;
    return { sender, name: top && writtenOn(top), placeTime };
  }
}

/** A reading as it is told to whoever observes, or subscribed. */
function told(property: Property, reading: PastReading, stamp: Stamp, replayed: boolean) {
  const { thing, description } = property;
  const { seq } = reading;
  const name = { thing: thing.id, property: description.name };
  return [
    'reading',
    { ...name, ...property.told(reading, stamp), seq, ...(replayed && { replayed }) },
  ] as const;
}

function serve(things: readonly Thing[]): ReadonlyMap<string, ServedProperty> {
  const served = things.flatMap((thing) =>
    thing.properties.map((description) => ({
      property: new Property(thing, description),
      observers: new Observers(),
    })),
  );
  return new Map(served.map((one) => [one.property.key, one]));
}
