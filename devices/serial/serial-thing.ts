import { Backoff } from '../backoff.ts';
import { DeviceError } from '../errors.ts';
import { titleOf } from '../schema.ts';
import type { DriverTime, Fault, PropertyDescription, Reading, Thing, ThingEvents } from '../thing.ts';
import { chooseFormat } from './choose-format.ts';
import { Comprehension } from './comprehension.ts';
import type { LineFormat } from './line-format.ts';
import { type Line, LineSplitter } from './line-splitter.ts';
import type { OpenPort, Port, PortOptions } from './port.ts';
import { openFailure } from './port-errors.ts';
import type { SerialConfig } from './schema.ts';
import { SerialProperty } from './serial-property.ts';

/** Longest wait before an unplugged port is looked for again: somebody may be standing there with the cable. */
const longestWaitMs = 5_000;
/** As much of a line as is shown where it is not understood. */
const shown = 60;

/** What arrived, since the daemon started. */
export type SerialCounters = {
  /** Whole lines that were looked at. */
  lines: number;
  /** Lines dropped because they were longer than 4 KiB. */
  tooLong: number;
  /** Lines that are not of the configured format, or hold nothing that is wanted. */
  malformed: number;
  /** Values of a wrong type, out of range, too long, or not finite. */
  wrongValues: number;
};

/** A device that sends its values in lines of text. Nothing is ever written to it. */
export class SerialThing implements Thing {
  readonly id: string;
  readonly title: string;
  readonly driver = 'serial';
  readonly simulated = false;
  readonly actions = [];
  readonly properties: readonly PropertyDescription[];

  readonly #properties: ReadonlyMap<string, SerialProperty>;
  readonly #portOptions: PortOptions;
  readonly #format: LineFormat;
  readonly #openPort: OpenPort;
  readonly #time: DriverTime;
  readonly #backoff = new Backoff({ longestMs: longestWaitMs });
  readonly #counters: SerialCounters = { lines: 0, tooLong: 0, malformed: 0, wrongValues: 0 };

  /** Present from `start` to `stop`. */
  #events: ThingEvents | undefined;
  #opening: Promise<void> = Promise.resolve();
  #cancelRetry = () => {};
  #port: Port | undefined;
  /** Lines of one opening of the port. */
  #splitter = new LineSplitter();
  #comprehension: Comprehension;
  #fault: Fault | undefined;

  constructor(config: SerialConfig, openPort: OpenPort, time: DriverTime) {
    this.id = config.id;
    this.title = config.title ?? titleOf(config.id);
    this.#properties = new Map(
      Object.entries(config.properties).map(([name, property]) => [
        name,
        new SerialProperty(name, property, config.stale_after),
      ]),
    );
    this.properties = [...this.#properties.values()].map(({ description }) => description);
    this.#portOptions = portOptions(config);
    this.#format = chooseFormat(config);
    this.#openPort = openPort;
    this.#time = time;
    this.#comprehension = new Comprehension(config.path, time);
  }

  get counters(): Readonly<SerialCounters> {
    return { ...this.#counters, tooLong: this.#counters.tooLong + this.#splitter.tooLong };
  }

  async start(events: ThingEvents): Promise<void> {
    if (this.#events) return;
    this.#events = events;
    this.#backoff.reset();
    this.#opening = this.#open(events);
    await this.#opening;
  }

  async stop(): Promise<void> {
    this.#events = undefined;
    this.#fault = undefined;
    this.#cancelRetry();
    for (const property of this.#properties.values()) property.cancelStale();
    await this.#opening;
    await this.#release();
    this.#beginAfresh();
  }

  async read(name: string): Promise<Reading> {
    const { reading } = this.#property(name);
    if (!this.#events) throw new DeviceError('ALLO_E_DEVICE_STOPPED', `${this.id} is not running`);
    if (reading) return reading;
    throw new DeviceError(
      'ALLO_E_SERIAL_SILENT',
      `${this.#portOptions.path} has not sent ${this.id}.${name} yet`,
    );
  }

  async write(name: string): Promise<Reading> {
    this.#property(name);
    throw new DeviceError('ALLO_E_DEVICE_PROPERTY', `${this.id}.${name} cannot be written`);
  }

  async invoke(action: string): Promise<void> {
    throw new DeviceError('ALLO_E_DEVICE_ACTION', `${this.id} has no action ${action}`);
  }

  async #open(events: ThingEvents): Promise<void> {
    const splitter = this.#splitter;
    const current = () => this.#events === events && this.#splitter === splitter;
    try {
      const port = await this.#openPort(this.#portOptions, {
        data: (bytes) => {
          if (current()) for (const line of splitter.push(bytes)) this.#take(line);
        },
        lost: (reason) => {
          if (current()) this.#fail(reason);
        },
      });
      if (!current()) {
        await port.close();
        return;
      }
      this.#port = port;
      this.#recover();
    } catch (error) {
      if (current()) this.#fail(openFailure(this.#portOptions.path, error));
    }
  }

  /** What was cut off, or not understood, belongs to the port as it was. */
  #beginAfresh(): void {
    this.#counters.tooLong += this.#splitter.tooLong;
    this.#splitter = new LineSplitter();
    this.#comprehension = new Comprehension(this.#portOptions.path, this.#time);
  }

  #take(line: Line): void {
    this.#backoff.reset();
    this.#counters.lines++;
    const content = this.#format.parse(line);
    if (content === 'no values') return;
    if ('malformed' in content) {
      this.#counters.malformed++;
      this.#misunderstand(`${quote(line.text)} ${content.malformed}`);
      return;
    }
    for (const [name, raw] of content.fields) this.#takeValue(name, raw);
  }

  #takeValue(name: string, raw: unknown): void {
    const property = this.#property(name);
    const { type } = property.description;
    const value = this.#format.decode(raw, type);
    const objection = value === undefined ? `is no ${type}` : property.objection(value);
    if (value === undefined || objection) {
      this.#counters.wrongValues++;
      this.#misunderstand(`${show(raw)} for ${this.id}.${name} ${objection}`);
      return;
    }
    this.#comprehension.good();
    this.#recover();
    this.#events?.reading(name, property.take(value, this.#time.now()));
    this.#expectNext(name, property);
  }

  #expectNext(name: string, property: SerialProperty): void {
    property.cancelStale();
    if (property.staleAfterMs === undefined || !this.#events) return;
    property.cancelStale = this.#time.after(property.staleAfterMs, () => {
      this.#events?.reading(name, property.worsen('stale', this.#time.now()));
    });
  }

  #misunderstand(reason: string): void {
    const fault = this.#comprehension.bad(reason);
    if (fault && !this.#fault) this.#tellFault(fault);
  }

  /** The port is of no use: it is let go and opened again later. */
  #fail({ code, message }: DeviceError): void {
    void this.#release();
    this.#beginAfresh();
    this.#cancelRetry = this.#time.after(this.#backoff.next(), () => {
      const events = this.#events;
      if (events) this.#opening = this.#open(events);
    });
    const told = this.#fault;
    if (told?.reason === message) return;
    // That what was unplugged is missing is no news.
    if (told?.code === 'ALLO_E_SERIAL_LOST' && code === 'ALLO_E_SERIAL_MISSING') return;
    this.#tellFault({ code, reason: message });
  }

  #tellFault(fault: Fault): void {
    const known = this.#fault;
    this.#fault = fault;
    const now = this.#time.now();
    if (!known) {
      for (const [name, property] of this.#properties) {
        this.#events?.reading(name, property.worsen('fault', now));
      }
    }
    this.#events?.fault(fault);
  }

  #recover(): void {
    if (!this.#fault) return;
    this.#fault = undefined;
    this.#events?.recovered();
  }

  async #release(): Promise<void> {
    const port = this.#port;
    this.#port = undefined;
    await port?.close();
  }

  #property(name: string): SerialProperty {
    const property = this.#properties.get(name);
    if (property) return property;
    const names = [...this.#properties.keys()].join(', ');
    throw new DeviceError('ALLO_E_DEVICE_PROPERTY', `${this.id} has no property ${name}, only ${names}`);
  }
}

/** The part of the configuration that concerns the port. */
export function portOptions(config: SerialConfig): PortOptions {
  return {
    path: config.path,
    baudRate: config.baud_rate,
    dataBits: config.data_bits,
    parity: config.parity,
    stopBits: config.stop_bits,
  };
}

function show(raw: unknown): string {
  return typeof raw === 'string' ? quote(raw) : clip(JSON.stringify(raw) ?? String(raw));
}

function quote(text: string): string {
  return `"${clip(text.replace(/[^\x20-\x7e\xa0-\uffff]/gu, '·'))}"`;
}

function clip(text: string): string {
  return text.length > shown ? `${text.slice(0, shown)}...` : text;
}
