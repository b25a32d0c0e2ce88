import type { ChipDescription, LineDescription } from '../backend.ts';
import { errnoOf, kernelFailure } from '../kernel-errors.ts';
import type { Kernel } from './kernel.ts';
import {
  decodeChipInfo,
  decodeLineInfo,
  encodeLineInfoQuery,
  flags,
  type LineInfo,
  layout,
  requests,
} from './uapi.ts';

/** A chip as its character device describes it. */
export interface CharacterDeviceChip extends ChipDescription {
  readonly path: string;
}

/** Every chip of the machine with all its lines. Throws a `DeviceError`. */
export function describeChips(kernel: Kernel): CharacterDeviceChip[] {
  const chips: CharacterDeviceChip[] = [];
  for (const path of kernel.chipPaths()) {
    try {
      chips.push(describeChip(kernel, path));
    } catch (error) {
      // Unplugged between the listing and now.
      if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENODEV') continue;
      throw kernelFailure(`cannot use ${path}`, error);
    }
  }
  return chips;
}

function describeChip(kernel: Kernel, path: string): CharacterDeviceChip {
  return withChip(kernel, path, (fd) => {
    const info = Buffer.alloc(layout.chipInfo.size);
    kernel.ioctl(fd, requests.getChipInfo, info);
    const { name, label, lines } = decodeChipInfo(info);
    return {
      path,
      name,
      label,
      lines: Array.from({ length: lines }, (_, offset) => describeLine(lineInfo(kernel, fd, offset))),
    };
  });
}

function describeLine(info: LineInfo): LineDescription {
  return {
    offset: info.offset,
    name: info.name,
    used: (info.flags & flags.used) !== 0n,
    consumer: info.consumer,
    direction: (info.flags & flags.output) !== 0n ? 'out' : 'in',
  };
}

function lineInfo(kernel: Kernel, chipFd: number, offset: number): LineInfo {
  const info = encodeLineInfoQuery(offset);
  kernel.ioctl(chipFd, requests.getLineInfo, info);
  return decodeLineInfo(info);
}

/** Runs `use` with the chip's device open. Lines requested meanwhile outlive it. */
export function withChip<Result>(kernel: Kernel, path: string, use: (fd: number) => Result): Result {
  const fd = kernel.open(path);
  try {
    return use(fd);
  } finally {
    kernel.close(fd);
  }
}
