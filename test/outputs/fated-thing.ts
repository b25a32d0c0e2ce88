import { DeviceError } from '../../devices/errors.ts';
import type { OutputPolicy, Reading, Value } from '../../devices/thing.ts';
import { ScriptedThing } from '../support/scripted-thing.ts';

/** What becomes of a write: when it switches the line and when it ends, ms after it; undefined: never. */
export interface Fate {
  readonly effect: number | undefined;
  readonly end: number | undefined;
  readonly done: boolean;
}

/** What the world does to the thing, and hears of it. */
export interface World {
  now(): number;
  after(ms: number, callback: () => void): void;
  nextFate(): Fate;
  /** By a write that was begun at `issuedAt`, ms. */
  switched(thing: FatedThing, issuedAt: number): void;
}

/** An output whose writes are slow, late or fail, with or without switching it, as the world has it. */
export class FatedThing extends ScriptedThing {
  readonly policy: OutputPolicy;
  on = false;
  /** When the line became as it is, ms. */
  since = -Infinity;
  /** When it was last told to go on, ms. */
  toldOnAt = -Infinity;
  /** When a write last was anything but done at once, ms. */
  troubledAt = -Infinity;
  /** Writes that have not ended. */
  readonly underWay = { on: 0, off: 0 };
  readonly #world: World;

  constructor(id: string, policy: OutputPolicy, world: World) {
    const property = { name: 'on', title: 'On', type: 'boolean', writable: true, output: policy } as const;
    super(id, [property], () => world.now());
    this.policy = policy;
    this.#world = world;
  }

  /** When it has to be off at the latest, ms. */
  get limit(): number {
    const { maxOn = Infinity, pulse = Infinity } = this.policy;
    return Math.min(this.since + maxOn, Math.max(this.since, this.toldOnAt) + pulse);
  }

  override write(_property: string, value: Value): Promise<Reading> {
    const on = value === true;
    const { effect, end, done } = this.#world.nextFate();
    const issuedAt = this.#world.now();
    const which = on ? 'on' : 'off';
    this.underWay[which]++;
    if (on) this.toldOnAt = issuedAt;
    if (effect !== 0 || end !== 0 || !done) this.troubledAt = issuedAt;
    this.#later(effect, () => this.#switch(on, issuedAt));
    return new Promise((resolve, reject) => {
      this.#later(end, () => {
        this.underWay[which]--;
        if (end !== 0 || !done) this.troubledAt = this.#world.now();
        const reading: Reading = { value: this.on, time: this.#world.now(), quality: 'good' };
        if (done) resolve(reading);
        else reject(new DeviceError('ALLO_E_DEVICE_PROPERTY', 'the relay does not answer'));
      });
    });
  }

  /** Whoever wrote is gone. */
  orphan(): void {
    Object.assign(this.underWay, { on: 0, off: 0 });
  }

  #switch(on: boolean, issuedAt: number): void {
    if (this.on !== on) {
      this.on = on;
      this.#world.switched(this, issuedAt);
      this.since = this.#world.now();
    }
    this.say('on', on);
  }

  #later(ms: number | undefined, run: () => void): void {
    if (ms === 0) run();
    else if (ms !== undefined) this.#world.after(ms, run);
  }
}
