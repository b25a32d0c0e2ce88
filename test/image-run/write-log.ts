import { closeSync, fstatSync, openSync, readSync, writeSync } from 'node:fs';

/**
 * What a machine wrote to its card, in order, with the moments at which it asked for it to be kept. QEMU's block driver
 * `blklogwrites` makes it, in the format of Linux's dm-log-writes (Documentation/admin-guide/device-mapper/log-writes):
 * a superblock, then an entry and its data for each write, all in whole sectors; numbers are little-endian.
 *
 *      0  magic u64   8  version u64   16  number of entries u64   24  sector size u32
 *      0  sector u64  8  number of sectors u64  16  flags u64      24  length of data u64
 */
const magic = 0x6a_7366_7773_6872n;
const flushFlag = 1n;
const forcedFlag = 2n;
const discardFlag = 4n;
const headerBytes = 32;

/** A write, by where its data stands in the log and where on the card; bytes. */
interface Write {
  readonly from: number;
  readonly to: number;
  readonly length: number;
}

export interface PowerCut {
  /** Writes that the guest had been promised, before its last flush or forced out. */
  readonly settled: number;
  /** Later writes, which a card may have kept, begun, or lost. */
  readonly kept: number;
  readonly torn: number;
  readonly lost: number;
}

/**
 * Brings `card` into a state in which a power cut may leave it: all that was flushed is there; of later writes about
 * half, in no order, some cut short at a sector. `random` gives 0 to 1.
 */
export function applyPowerCut(log: string, card: string, random: () => number): PowerCut {
  const source = openSync(log, 'r');
  const target = openSync(card, 'r+');
  try {
    const { settled, pending, sectorBytes } = readLog(source);
    for (const write of settled) copy(source, target, write);
    const fate = { settled: settled.length, kept: 0, torn: 0, lost: 0 };
    for (const write of pending) {
      const sectors = write.length / sectorBytes;
      if (random() < 0.5) {
        fate.lost++;
      } else if (sectors > 1 && random() < 0.25) {
        fate.torn++;
        copy(source, target, { ...write, length: Math.ceil(random() * (sectors - 1)) * sectorBytes });
      } else {
        fate.kept++;
        copy(source, target, write);
      }
    }
    return fate;
  } finally {
    closeSync(source);
    closeSync(target);
  }
}

function readLog(file: number): { settled: Write[]; pending: Write[]; sectorBytes: number } {
  const head = Buffer.alloc(headerBytes);
  // Its head comes with the first write.
  if (fstatSync(file).size === 0) return { settled: [], pending: [], sectorBytes: 1 };
  if (readSync(file, head, 0, headerBytes, 0) < headerBytes || head.readBigUInt64LE(0) !== magic)
    throw new Error('this is no log of writes');
  const entries = Number(head.readBigUInt64LE(16));
  const sectorBytes = head.readUInt32LE(24);
  const settled: Write[] = [];
  let pending: Write[] = [];
  let at = sectorBytes;
  for (let entry = 0; entry < entries; entry++) {
    if (readSync(file, head, 0, headerBytes, at) < headerBytes) break;
    const length = Number(head.readBigUInt64LE(8)) * sectorBytes;
    const flags = head.readBigUInt64LE(16);
    const from = at + sectorBytes;
    const holdsData = (flags & discardFlag) === 0n && length > 0;
    at = from + (holdsData ? length : 0);
    if ((flags & flushFlag) !== 0n) {
      settled.push(...pending);
      pending = [];
    }
    const write = { from, to: Number(head.readBigUInt64LE(0)) * sectorBytes, length };
    if (holdsData) ((flags & forcedFlag) !== 0n ? settled : pending).push(write);
  }
  return { settled, pending, sectorBytes };
}

function copy(source: number, target: number, { from, to, length }: Write): void {
  const chunk = Buffer.alloc(Math.min(length, 1024 * 1024));
  for (let done = 0; done < length; ) {
    const got = readSync(source, chunk, 0, Math.min(chunk.length, length - done), from + done);
    if (got === 0) return;
    writeSync(target, chunk, 0, got, to + done);
    done += got;
  }
}
