/** The contract every device keeps, whatever drives it. Words are those of the W3C Web of Things. */

export type Value = boolean | number | string;
export type PropertyType = 'boolean' | 'integer' | 'number' | 'string';

/** `stale`: older than its interval allows; `fault`: the device cannot be read, the value is the last known. */
export type Quality = 'good' | 'stale' | 'fault';

/** What is told of a property before any reading of it. */
export interface PropertyDescription {
  readonly name: string;
  readonly title: string;
  readonly type: PropertyType;
  /** As people write it: `%`, `°C`, `dBFS`. */
  readonly unit?: string;
  readonly writable: boolean;
  readonly minimum?: number;
  readonly maximum?: number;
  /** Present on outputs: what happens to them when nobody is there to say. */
  readonly output?: OutputPolicy;
}

/** The rules of an output. Drivers know of `onStart` alone; the agent keeps the rest. */
export interface OutputPolicy {
  /** Applied by the driver in the very request that takes the line, so that it never glitches. */
  readonly onStart: 'on' | 'off' | 'keep';
  readonly onDisconnect: 'on' | 'off' | 'keep';
  readonly onStop: 'on' | 'off' | 'keep';
  /** Longest time it may stay on, ms. */
  readonly maxOn?: number;
  /** It goes off by itself so long after it was last told to go on, ms. */
  readonly pulse?: number;
  /** Name of a group of which no two outputs are on together. */
  readonly interlock?: string;
  /** From one of the group going off to the next going on, ms. */
  readonly interlockWait?: number;
  /** How long it has been off at least when it goes on, ms. */
  readonly minInterval?: number;
}

/** One value of one property at one moment. */
export interface Reading {
  /** `null` only where a fault came before any value. */
  readonly value: Value | null;
  /** Milliseconds of CLOCK_MONOTONIC when it was true: the kernel's own stamp where there is one. */
  readonly time: number;
  readonly quality: Quality;
}

/** Why a device does not work, for people. */
export interface Fault {
  readonly code: import('./errors.ts').DeviceErrorCode;
  /** What happened, with names: `/dev/ttyUSB0 is busy`. */
  readonly reason: string;
}

/** What a thing reports while it runs. None of these may throw. */
export interface ThingEvents {
  reading(property: string, reading: Reading): void;
  /** The thing stopped working and tries again by itself; its properties were reported with quality `fault`. */
  fault(fault: Fault): void;
  /** The fault is over; good readings follow. */
  recovered(): void;
}

export interface ActionDescription {
  readonly name: string;
  readonly title: string;
}

export interface Thing {
  readonly id: string;
  readonly title: string;
  readonly driver: string;
  /** True where there is no hardware behind it; said wherever the thing appears. */
  readonly simulated: boolean;
  readonly properties: readonly PropertyDescription[];
  readonly actions: readonly ActionDescription[];
  /** What it counted since it was made, by name, for those who look after it. */
  readonly counters?: Readonly<Record<string, number>>;

  /**
   * Takes the hardware. Never rejects: what is missing is a fault, and is tried again until `stop`. `asFound`:
   * properties that are outputs and are taken as they are, whatever `onStart` says.
   */
  start(events: ThingEvents, asFound?: ReadonlySet<string>): Promise<void>;
  /** Lets the hardware go; outputs stay as they are. No event follows. Safe to call twice. */
  stop(): Promise<void>;
  /** The newest reading, asked of the hardware where that is quick. Rejects with a `DeviceError`. */
  read(property: string): Promise<Reading>;
  /** Settles once the hardware has taken it, or never will. Rejects with a `DeviceError`. */
  write(property: string, value: Value): Promise<Reading>;
  /** Rejects with a `DeviceError`. */
  invoke(action: string): Promise<void>;
}

/** Time as drivers see it; the agent's own clock has this shape. */
export interface DriverTime {
  /** Milliseconds of CLOCK_MONOTONIC, with a fraction. */
  now(): number;
  /** Runs `callback` once after `ms`; the returned function cancels it. */
  after(ms: number, callback: () => void): () => void;
}
