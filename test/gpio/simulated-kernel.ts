import { type Kernel, KernelError } from '../../devices/gpio/chardev/kernel.ts';
import { attributeIds, eventIds, flags, layout, requests } from '../../devices/gpio/chardev/uapi.ts';

interface SimulatedLine {
  readonly name: string;
  /** Empty when nobody holds it. */
  consumer: string;
  flags: bigint;
  /** Volts, not meaning: `active_low` is applied where the real kernel applies it. */
  high: boolean;
  held: boolean;
}

interface SimulatedChip {
  readonly path: string;
  readonly label: string;
  readonly lines: SimulatedLine[];
  present: boolean;
}

interface Grant {
  readonly chip: SimulatedChip;
  readonly line: SimulatedLine;
  readonly offset: number;
  readonly bufferSize: number;
  readonly events: Buffer[];
  sequence: number;
  debounceUs: number;
  ready?: () => void;
}

/**
 * Simulates the GPIO part of a Linux kernel behind the seam of its system calls, for tests on machines
 * without a chip. It keeps the rules of `gpiolib-cdev.c` that the backend relies on: who may have which line,
 * which flags go together, when a level changes, how the buffer of edges overflows. It is no proof of what
 * the kernel does; `gpio-sim.test.ts` asks a real one.
 */
export class SimulatedKernel implements Kernel {
  readonly #chips: SimulatedChip[] = [];
  readonly #open = new Map<number, SimulatedChip | Grant>();
  readonly #failures = new Map<number, string>();
  /** Every level a line was driven to, in order, with the line's offset: where a glitch would be seen. */
  readonly driven: { readonly offset: number; readonly high: boolean }[] = [];
  #nextFd = 100;
  #nowNs = 0n;

  addChip(label: string, lineNames: readonly string[]): void {
    const lines = lineNames.map((name) => ({
      name,
      consumer: '',
      flags: flags.input,
      high: false,
      held: false,
    }));
    this.#chips.push({ path: `/dev/gpiochip${this.#chips.length}`, label, lines, present: true });
  }

  /** Number of descriptors that nobody closed yet. */
  get openDescriptors(): number {
    return this.#open.size;
  }

  /** What another program or the board did to a line before: its direction, level and holder. */
  prepare(name: string, state: { output?: boolean; high?: boolean; consumer?: string }): void {
    const line = this.#line(name);
    if (state.output !== undefined) line.flags = state.output ? flags.output : flags.input;
    if (state.high !== undefined) line.high = state.high;
    if (state.consumer !== undefined) {
      line.held = true;
      line.consumer = state.consumer;
    }
  }

  free(name: string): void {
    const line = this.#line(name);
    line.held = false;
    line.consumer = '';
  }

  /** Voltage on a line. */
  isHigh(name: string): boolean {
    return this.#line(name).high;
  }

  /** What the holder asked of a line. */
  configurationOf(name: string): { flags: bigint; consumer: string; debounceUs: number } {
    const line = this.#line(name);
    const grant = this.#grants().find((granted) => granted.line === line);
    return { flags: line.flags, consumer: line.consumer, debounceUs: grant?.debounceUs ?? 0 };
  }

  /** Something outside pulls an input up or down at `timeNs` of CLOCK_MONOTONIC. */
  pull(name: string, high: boolean, timeNs: bigint): void {
    const line = this.#line(name);
    this.#nowNs = timeNs;
    if (line.high === high) return;
    line.high = high;
    for (const grant of this.#grants()) if (grant.line === line) this.#queueEdge(grant);
  }

  /** The next call of this request number fails with this errno. */
  failNext(request: number, errno: string): void {
    this.#failures.set(request, errno);
  }

  /** The chip is gone, as when a USB adapter is unplugged; who waits on its lines is told. */
  unplug(label: string): void {
    for (const chip of this.#chips) if (chip.label === label) chip.present = false;
    for (const grant of this.#grants()) if (!grant.chip.present) grant.ready?.();
  }

  plug(label: string): void {
    for (const chip of this.#chips) {
      if (chip.label !== label) continue;
      chip.present = true;
      for (const line of chip.lines) Object.assign(line, { consumer: '', held: false, flags: flags.input });
    }
  }

  chipPaths(): string[] {
    return this.#chips.filter((chip) => chip.present).map((chip) => chip.path);
  }

  open(path: string): number {
    const failure = this.#failures.get(0);
    this.#failures.delete(0);
    if (failure) throw new KernelError('open', failure);
    const chip = this.#chips.find((candidate) => candidate.path === path && candidate.present);
    if (!chip) throw new KernelError('open', 'ENOENT');
    return this.#add(chip);
  }

  /** The next `open` fails with this errno. */
  failNextOpen(errno: string): void {
    this.#failures.set(0, errno);
  }

  close(fd: number): void {
    const file = this.#file(fd);
    this.#open.delete(fd);
    if (!('line' in file)) return;
    file.line.held = false;
    file.line.consumer = '';
  }

  watch(fd: number, ready: () => void): () => void {
    const grant = this.#grant(fd);
    grant.ready = ready;
    return () => {
      delete grant.ready;
    };
  }

  read(fd: number, target: Buffer): number {
    const grant = this.#grant(fd);
    if (!grant.chip.present) throw new KernelError('read', 'ENODEV');
    const count = Math.min(grant.events.length, Math.floor(target.length / layout.lineEvent.size));
    return Buffer.concat(grant.events.splice(0, count)).copy(target);
  }

  ioctl(fd: number, request: number, argument: Buffer): void {
    const failure = this.#failures.get(request);
    this.#failures.delete(request);
    if (failure) throw new KernelError('ioctl', failure);
    const file = this.#file(fd);
    const chip = 'line' in file ? file.chip : file;
    if (!chip.present) throw new KernelError('ioctl', 'ENODEV');
    if ('line' in file) this.#lineCall(file, request, argument);
    else this.#chipCall(file, request, argument);
  }

  #chipCall(chip: SimulatedChip, request: number, bytes: Buffer): void {
    if (request === requests.getChipInfo) {
      bytes.write(chip.path.replace('/dev/', ''), layout.chipInfo.name);
      bytes.write(chip.label, layout.chipInfo.label);
      bytes.writeUInt32LE(chip.lines.length, layout.chipInfo.lines);
    } else if (request === requests.getLineInfo) {
      const line = chip.lines[bytes.readUInt32LE(layout.lineInfo.offset)];
      if (!line) throw new KernelError('ioctl', 'EINVAL');
      bytes.write(line.name, layout.lineInfo.name);
      bytes.write(line.consumer, layout.lineInfo.consumer);
      bytes.writeBigUInt64LE(line.flags | (line.held ? flags.used : 0n), layout.lineInfo.flags);
    } else if (request === requests.getLine) {
      this.#requestLine(chip, bytes);
    } else throw new KernelError('ioctl', 'ENOTTY');
  }

  #requestLine(chip: SimulatedChip, bytes: Buffer): void {
    const at = layout.lineRequest;
    const offset = bytes.readUInt32LE(at.offsets);
    const line = chip.lines[offset];
    if (!line || bytes.readUInt32LE(at.lineCount) !== 1) throw new KernelError('ioctl', 'EINVAL');
    if (line.held) throw new KernelError('ioctl', 'EBUSY');
    const bufferSize = bytes.readUInt32LE(at.eventBufferSize) || 16;
    const grant: Grant = { chip, line, offset, bufferSize, events: [], sequence: 0, debounceUs: 0 };
    this.#configure(grant, bytes.subarray(at.config, at.config + layout.lineConfig.size));
    const consumer = bytes.subarray(at.consumer, at.consumer + 32).toString();
    line.consumer = consumer.slice(0, consumer.indexOf('\0'));
    line.held = true;
    bytes.writeInt32LE(this.#add(grant), at.fd);
  }

  #lineCall(grant: Grant, request: number, bytes: Buffer): void {
    const { line } = grant;
    const inverted = (line.flags & flags.activeLow) !== 0n;
    if (request === requests.getValues) {
      bytes.writeBigUInt64LE(line.high !== inverted ? 1n : 0n, layout.lineValues.bits);
    } else if (request === requests.setValues) {
      if ((line.flags & flags.output) === 0n) throw new KernelError('ioctl', 'EPERM');
      this.#drive(grant, (bytes.readBigUInt64LE(layout.lineValues.bits) === 1n) !== inverted);
    } else if (request === requests.setConfig) {
      this.#configure(grant, bytes);
    } else throw new KernelError('ioctl', 'ENOTTY');
  }

  /** Flags and attributes of a request or a reconfiguration. */
  #configure(grant: Grant, config: Buffer): void {
    const asked = config.readBigUInt64LE(layout.lineConfig.flags);
    const direction = asked & (flags.input | flags.output);
    const edges = asked & (flags.edgeRising | flags.edgeFalling);
    const bias = asked & (flags.biasPullUp | flags.biasPullDown | flags.biasDisabled);
    const both = direction === (flags.input | flags.output);
    if (both || (edges !== 0n && direction !== flags.input) || (bias !== 0n && direction === 0n))
      throw new KernelError('ioctl', 'EINVAL');
    // Without a direction the line stays as it is.
    const kept = direction === 0n ? grant.line.flags & (flags.input | flags.output) : 0n;
    grant.line.flags = asked | kept;
    let on = false;
    for (let index = 0; index < config.readUInt32LE(layout.lineConfig.attributeCount); index++) {
      const entry = layout.lineConfig.attributes + index * layout.configAttribute.size;
      const value = config.readBigUInt64LE(entry + layout.attribute.value);
      const id = config.readUInt32LE(entry + layout.attribute.id);
      if (id === attributeIds.outputValues) on = value === 1n;
      if (id === attributeIds.debounce) grant.debounceUs = Number(value);
    }
    if (direction === flags.output) this.#drive(grant, on !== ((asked & flags.activeLow) !== 0n));
  }

  #drive({ line, offset }: Grant, high: boolean): void {
    line.high = high;
    this.driven.push({ offset, high });
  }

  #queueEdge(grant: Grant): void {
    const active = grant.line.high !== ((grant.line.flags & flags.activeLow) !== 0n);
    if ((grant.line.flags & (active ? flags.edgeRising : flags.edgeFalling)) === 0n) return;
    const event = Buffer.alloc(layout.lineEvent.size);
    const sequence = ++grant.sequence;
    event.writeBigUInt64LE(this.#nowNs, layout.lineEvent.timestamp);
    event.writeUInt32LE(active ? eventIds.risingEdge : eventIds.fallingEdge, layout.lineEvent.id);
    event.writeUInt32LE(grant.offset, layout.lineEvent.offset);
    event.writeUInt32LE(sequence, layout.lineEvent.sequence);
    event.writeUInt32LE(sequence, layout.lineEvent.lineSequence);
    if (grant.events.length === grant.bufferSize) grant.events.shift();
    grant.events.push(event);
    setImmediate(() => {
      if (grant.events.length > 0) grant.ready?.();
    });
  }

  #add(file: SimulatedChip | Grant): number {
    this.#open.set(this.#nextFd, file);
    return this.#nextFd++;
  }

  #file(fd: number): SimulatedChip | Grant {
    const file = this.#open.get(fd);
    if (!file) throw new KernelError('ioctl', 'EBADF');
    return file;
  }

  #grant(fd: number): Grant {
    const file = this.#file(fd);
    if (!('line' in file)) throw new KernelError('read', 'EINVAL');
    return file;
  }

  #grants(): Grant[] {
    return [...this.#open.values()].filter((file) => 'line' in file);
  }

  #line(name: string): SimulatedLine {
    const line = this.#chips.flatMap((chip) => chip.lines).find((candidate) => candidate.name === name);
    if (!line) throw new Error(`the simulated machine has no line ${name}`);
    return line;
  }
}
