/**
 * The kernel's GPIO character device interface, version 2 (Linux 5.10 and newer), as bytes.
 *
 * Facts: `include/uapi/linux/gpio.h`. Every size, offset, number and whole filled-in structure here is
 * compared with that header as the C compiler sees it in `uapi.test.ts`. The structures are laid out the
 * same on 32 and 64 bit machines, and little-endian on all that Node.js and GPIO meet on.
 */

const nameSize = 32;
const linesMax = 64;

/** Largest `event_buffer_size` the kernel grants for one line. */
export const eventBufferMax = 16 * linesMax;

export const layout = {
  chipInfo: { size: 68, name: 0, label: 32, lines: 64 },
  lineInfo: { size: 256, name: 0, consumer: 32, offset: 64, attributeCount: 68, flags: 72, attributes: 80 },
  attribute: { size: 16, id: 0, value: 8 },
  configAttribute: { size: 24, attribute: 0, mask: 16 },
  lineConfig: { size: 272, flags: 0, attributeCount: 8, attributes: 32 },
  lineRequest: {
    size: 592,
    offsets: 0,
    consumer: 256,
    config: 288,
    lineCount: 560,
    eventBufferSize: 564,
    fd: 588,
  },
  lineValues: { size: 16, bits: 0, mask: 8 },
  lineEvent: { size: 48, timestamp: 0, id: 8, offset: 12, sequence: 16, lineSequence: 20 },
} as const;

export const flags = {
  used: 1n << 0n,
  activeLow: 1n << 1n,
  input: 1n << 2n,
  output: 1n << 3n,
  edgeRising: 1n << 4n,
  edgeFalling: 1n << 5n,
  biasPullUp: 1n << 8n,
  biasPullDown: 1n << 9n,
  biasDisabled: 1n << 10n,
} as const;

export const attributeIds = { flags: 1, outputValues: 2, debounce: 3 } as const;

export const eventIds = { risingEdge: 1, fallingEdge: 2 } as const;

const readWrite = 3;
const readOnly = 2;

/** `_IOC` of `asm-generic/ioctl.h`: direction, size, type and number in one word. */
function request(direction: number, number: number, size: number): number {
  return ((direction << 30) | (size << 16) | (0xb4 << 8) | number) >>> 0;
}

export const requests = {
  getChipInfo: request(readOnly, 0x01, layout.chipInfo.size),
  getLineInfo: request(readWrite, 0x05, layout.lineInfo.size),
  getLine: request(readWrite, 0x07, layout.lineRequest.size),
  setConfig: request(readWrite, 0x0d, layout.lineConfig.size),
  getValues: request(readWrite, 0x0e, layout.lineValues.size),
  setValues: request(readWrite, 0x0f, layout.lineValues.size),
} as const;

export interface ChipInfo {
  /** `gpiochip0` */
  readonly name: string;
  /** `pinctrl-bcm2711`; some chips have none. */
  readonly label: string;
  readonly lines: number;
}

export interface LineInfo {
  /** Empty where the board does not name the line. */
  readonly name: string;
  /** Who holds it, as they called themselves; empty when nobody does or they did not say. */
  readonly consumer: string;
  readonly offset: number;
  readonly flags: bigint;
}

/** What one line is asked to be: flags, and the attributes that go with them. */
export interface LineConfig {
  readonly flags: bigint;
  /** Logical level an output starts with. */
  readonly outputValue?: boolean;
  readonly debounceUs?: number;
}

export interface LineEvent {
  /** Nanoseconds of CLOCK_MONOTONIC. */
  readonly timestampNs: bigint;
  /** True on the edge to active; `active_low` is already taken into account. */
  readonly rising: boolean;
  /** Counts the events of this line from 1, 32 bit, including those lost to a full buffer. */
  readonly lineSequence: number;
}

export function decodeChipInfo(bytes: Buffer): ChipInfo {
  const at = layout.chipInfo;
  return {
    name: readName(bytes, at.name),
    label: readName(bytes, at.label),
    lines: bytes.readUInt32LE(at.lines),
  };
}

export function encodeLineInfoQuery(offset: number): Buffer {
  const bytes = Buffer.alloc(layout.lineInfo.size);
  bytes.writeUInt32LE(offset, layout.lineInfo.offset);
  return bytes;
}

export function decodeLineInfo(bytes: Buffer): LineInfo {
  const at = layout.lineInfo;
  return {
    name: readName(bytes, at.name),
    consumer: readName(bytes, at.consumer),
    offset: bytes.readUInt32LE(at.offset),
    flags: bytes.readBigUInt64LE(at.flags),
  };
}

export function encodeLineRequest(
  offset: number,
  consumer: string,
  config: LineConfig,
  eventBufferSize: number,
): Buffer {
  const at = layout.lineRequest;
  const bytes = Buffer.alloc(at.size);
  bytes.writeUInt32LE(offset, at.offsets);
  bytes.write(consumer, at.consumer, nameSize - 1, 'utf8');
  writeConfig(bytes, at.config, config);
  bytes.writeUInt32LE(1, at.lineCount);
  bytes.writeUInt32LE(eventBufferSize, at.eventBufferSize);
  return bytes;
}

/** File descriptor of the requested line, as the kernel leaves it in the request. */
export function lineFd(request: Buffer): number {
  return request.readInt32LE(layout.lineRequest.fd);
}

export function encodeLineConfig(config: LineConfig): Buffer {
  const bytes = Buffer.alloc(layout.lineConfig.size);
  writeConfig(bytes, 0, config);
  return bytes;
}

/** For the first and only line of a request, to be set to `on` or to be read. */
export function encodeLineValues(on: boolean): Buffer {
  const bytes = Buffer.alloc(layout.lineValues.size);
  bytes.writeBigUInt64LE(on ? 1n : 0n, layout.lineValues.bits);
  bytes.writeBigUInt64LE(1n, layout.lineValues.mask);
  return bytes;
}

export function decodeLineValues(bytes: Buffer): boolean {
  return (bytes.readBigUInt64LE(layout.lineValues.bits) & 1n) === 1n;
}

export function decodeLineEvent(bytes: Buffer, start: number): LineEvent {
  const at = layout.lineEvent;
  return {
    timestampNs: bytes.readBigUInt64LE(start + at.timestamp),
    rising: bytes.readUInt32LE(start + at.id) === eventIds.risingEdge,
    lineSequence: bytes.readUInt32LE(start + at.lineSequence),
  };
}

function writeConfig(bytes: Buffer, start: number, config: LineConfig): void {
  const at = layout.lineConfig;
  const attributes: { id: number; value: bigint }[] = [];
  if (config.outputValue !== undefined)
    attributes.push({ id: attributeIds.outputValues, value: config.outputValue ? 1n : 0n });
  if (config.debounceUs !== undefined)
    attributes.push({ id: attributeIds.debounce, value: BigInt(config.debounceUs) });
  bytes.writeBigUInt64LE(config.flags, start + at.flags);
  bytes.writeUInt32LE(attributes.length, start + at.attributeCount);
  for (const [index, { id, value }] of attributes.entries()) {
    const entry = start + at.attributes + index * layout.configAttribute.size;
    bytes.writeUInt32LE(id, entry + layout.attribute.id);
    bytes.writeBigUInt64LE(value, entry + layout.attribute.value);
    bytes.writeBigUInt64LE(1n, entry + layout.configAttribute.mask);
  }
}

/** A NUL-terminated name; one that fills its field has no NUL. */
function readName(bytes: Buffer, start: number): string {
  const field = bytes.subarray(start, start + nameSize);
  const end = field.indexOf(0);
  return field.toString('utf8', 0, end === -1 ? nameSize : end);
}
