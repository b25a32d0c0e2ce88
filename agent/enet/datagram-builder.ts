import { writeU32 } from './bytes.ts';
import { encodedSize, writeCommand } from './command-codec.ts';
import {
  CHECKSUM_SIZE,
  datagramChecksum,
  MAXIMUM_HEADER_SIZE,
  TIMED_HEADER_SIZE,
  writeDatagramHeader,
} from './datagram-header.ts';
import { type Command, MAXIMUM_DATAGRAM_COMMANDS, MAXIMUM_MTU } from './protocol.ts';

const SLAB_SIZE = 65_536;

/**
 * Builds one datagram after another. Each is a slice of a larger slab, so that building allocates little and
 * a datagram stays as it is for as long as a socket may hold on to it.
 */
export class DatagramBuilder {
  readonly #checksum: boolean;
  #slab = new Uint8Array(SLAB_SIZE);
  /** Where the first command of this datagram goes; its header ends there. */
  #start = MAXIMUM_HEADER_SIZE;
  #end = MAXIMUM_HEADER_SIZE;
  #limit = 0;
  #commands = 0;
  #timed = false;

  constructor(checksum: boolean) {
    this.#checksum = checksum;
  }

  /** Begins a datagram of at most `mtu` bytes. */
  begin(mtu: number): void {
    if (this.#slab.length - this.#start < MAXIMUM_MTU) {
      this.#slab = new Uint8Array(SLAB_SIZE);
      this.#start = MAXIMUM_HEADER_SIZE;
    }
    this.#end = this.#start;
    this.#limit = this.#start + mtu - TIMED_HEADER_SIZE - (this.#checksum ? CHECKSUM_SIZE : 0);
    this.#commands = 0;
    this.#timed = false;
  }

  get empty(): boolean {
    return this.#commands === 0;
  }

  fits(size: number): boolean {
    return this.#commands < MAXIMUM_DATAGRAM_COMMANDS && this.#end + size <= this.#limit;
  }

  /** Adds a command; false where it does not fit any more. */
  add(command: Command): boolean {
    if (!this.fits(encodedSize(command))) return false;
    this.#end = writeCommand(this.#slab, this.#end, command);
    this.#commands++;
    if (command.acknowledge) this.#timed = true;
    return true;
  }

  /** Closes the datagram. `time` is the millisecond it leaves at; it is told only where an answer needs it. */
  finish(to: { peerId: number; session: number; connectId: number }, time: number): Uint8Array {
    const checksum = this.#checksum;
    const sentTime = this.#timed ? Math.floor(time) & 0xffff : undefined;
    const { peerId, session } = to;
    const start = writeDatagramHeader(this.#slab, this.#start, { peerId, session, sentTime, checksum });
    const datagram = this.#slab.subarray(start, this.#end);
    if (checksum) {
      const position = this.#start - CHECKSUM_SIZE - start;
      writeU32(datagram, position, datagramChecksum(datagram, position, to.connectId));
    }
    this.#start = this.#end + MAXIMUM_HEADER_SIZE;
    return datagram;
  }
}
