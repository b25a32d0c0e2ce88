import { DeviceError } from '../../errors.ts';
import type { DriverTime } from '../../thing.ts';
import type {
  ChipDescription,
  GpioBackend,
  Line,
  LineAddress,
  LineDescription,
  LineEvents,
  LineRequest,
} from '../backend.ts';

interface Holder {
  readonly request: LineRequest;
  readonly events: LineEvents;
  readonly time: DriverTime;
  /** Level last told or read, before `active_low`; a bounce back to it is no edge. */
  toldHigh: boolean;
  cancelDebounce: () => void;
}

interface Wire {
  readonly address: LineAddress;
  high: boolean;
  /** True once something outside drives it: bias then no longer decides. */
  driven: boolean;
  direction: 'in' | 'out';
  plugged: boolean;
  holder?: Holder;
}

/** Hears of every change of level on a wire, whoever made it. */
export type WireListener = (address: LineAddress, high: boolean) => void;

const defaultChip = 'simulated GPIO';

/**
 * GPIO without hardware: every line there can be exists, and is a wire that tests and the demo see and drive
 * from outside. It keeps levels when a line is released, as a pin does.
 */
export class SimulatedGpio implements GpioBackend {
  readonly name = 'simulated';
  readonly simulated = true;
  readonly #wires = new Map<string, Wire>();
  readonly #listeners = new Set<WireListener>();

  /** Something outside drives the wire high or low, as a switch or another board would. */
  drive(address: LineAddress, high: boolean): void {
    const wire = this.#wire(address);
    wire.driven = true;
    this.#setHigh(wire, high);
    const { holder } = wire;
    if (!holder || holder.request.direction === 'out') return;
    holder.cancelDebounce();
    if (holder.request.debounceMs === 0) tell(wire, holder);
    else holder.cancelDebounce = holder.time.after(holder.request.debounceMs, () => tell(wire, holder));
  }

  /** What a meter on the wire shows. */
  isHigh(address: LineAddress): boolean {
    return this.#wire(address).high;
  }

  /** Calls `listener` at each change of level, until the returned function is called. */
  listen(listener: WireListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The line disappears, as with an adapter that is pulled out; its holder loses it. */
  unplug(address: LineAddress): void {
    const wire = this.#wire(address);
    wire.plugged = false;
    wire.direction = 'in';
    const { holder } = wire;
    if (!holder) return;
    letGo(wire, holder);
    holder.events.lost(new DeviceError('ALLO_E_GPIO_IO', `lost ${titleOf(address)}: it was unplugged`));
  }

  plug(address: LineAddress): void {
    this.#wire(address).plugged = true;
  }

  async chips(): Promise<readonly ChipDescription[]> {
    const chips = new Map<string, LineDescription[]>();
    for (const wire of this.#wires.values()) {
      const { chip = defaultChip, line } = wire.address;
      const lines = chips.get(chip) ?? [];
      chips.set(chip, lines);
      lines.push({
        offset: typeof line === 'number' ? line : lines.length,
        name: typeof line === 'string' ? line : '',
        used: wire.holder !== undefined,
        consumer: wire.holder?.request.consumer ?? '',
        direction: wire.direction,
      });
    }
    return [...chips].map(([label, lines]) => ({ name: label, label, lines }));
  }

  async request(request: LineRequest, events: LineEvents, time: DriverTime): Promise<Line> {
    const wire = this.#wire(request.address);
    const where = titleOf(request.address);
    if (!wire.plugged) throw new DeviceError('ALLO_E_GPIO_LINE', `there is no ${where}: it is unplugged`);
    if (wire.holder) {
      const { consumer } = wire.holder.request;
      throw new DeviceError('ALLO_E_GPIO_BUSY', `${where} is held by "${consumer}"`);
    }
    if (request.direction === 'in') {
      if (!wire.driven && request.bias !== 'as-is') this.#setHigh(wire, request.bias === 'pull-up');
    } else if (request.initial !== 'keep' || wire.direction === 'in') {
      this.#setHigh(wire, (request.initial === 'on') !== request.activeLow);
    }
    wire.direction = request.direction;
    const holder: Holder = { request, events, time, toldHigh: wire.high, cancelDebounce: () => {} };
    wire.holder = holder;
    return {
      where,
      missedEdges: 0,
      read: () => wire.high !== request.activeLow,
      write: (on) => {
        if (wire.holder !== holder) throw new DeviceError('ALLO_E_GPIO_IO', `${where} was released`);
        this.#setHigh(wire, on !== request.activeLow);
      },
      release: () => letGo(wire, holder),
    };
  }

  #wire(address: LineAddress): Wire {
    const key = `${address.chip ?? ''}/${address.line}`;
    const known = this.#wires.get(key);
    if (known) return known;
    const wire: Wire = { address, high: false, driven: false, direction: 'in', plugged: true };
    this.#wires.set(key, wire);
    return wire;
  }

  #setHigh(wire: Wire, high: boolean): void {
    if (wire.high === high) return;
    wire.high = high;
    for (const listener of this.#listeners) listener(wire.address, high);
  }
}

function tell(wire: Wire, holder: Holder): void {
  if (wire.high === holder.toldHigh) return;
  holder.toldHigh = wire.high;
  holder.events.edge(wire.high !== holder.request.activeLow, holder.time.now());
}

function letGo(wire: Wire, holder: Holder): void {
  holder.cancelDebounce();
  if (wire.holder === holder) delete wire.holder;
}

function titleOf({ chip = defaultChip, line }: LineAddress): string {
  return `${typeof line === 'number' ? `line ${line}` : line} on ${chip}`;
}

/** The wires of this process: what `backend: simulated` uses, and the demo drives. */
export const simulatedGpio = new SimulatedGpio();
