import { DeviceError } from '../../errors.ts';
import type { DriverTime } from '../../thing.ts';
import type {
  Bias,
  ChipDescription,
  GpioBackend,
  InputRequest,
  Line,
  LineDescription,
  LineEvents,
  LineRequest,
  OutputRequest,
} from '../backend.ts';
import { findLine, lineTitle } from '../find-line.ts';
import { errnoOf, kernelFailure } from '../kernel-errors.ts';
import { describeChips, withChip } from './chip.ts';
import type { Kernel } from './kernel.ts';
import { CharacterDeviceLine } from './line.ts';
import { LinuxKernel } from './linux-kernel.ts';
import {
  decodeLineValues,
  encodeLineConfig,
  encodeLineRequest,
  encodeLineValues,
  flags,
  type LineConfig,
  lineFd,
  requests,
} from './uapi.ts';

/** Edges the kernel keeps until they are fetched: a bouncing switch and a busy event loop fit in. */
const eventBufferSize = 256;

const biasFlags: Record<Bias, bigint> = {
  'pull-up': flags.biasPullUp,
  'pull-down': flags.biasPullDown,
  disabled: flags.biasDisabled,
  'as-is': 0n,
};

/**
 * GPIO through `/dev/gpiochipN`, by the kernel's interface of Linux 5.10 and newer.
 *
 * What was verified how: the bytes and numbers against `linux/gpio.h` by the C compiler (`uapi.test.ts`), the
 * system calls on real descriptors (`linux-kernel.test.ts`), the behaviour here on a simulated kernel
 * (`backend.test.ts`), and all of it on a kernel with `gpio-sim` where there is one (`test/gpio`).
 */
export class CharacterDeviceBackend implements GpioBackend {
  readonly name = 'chardev';
  readonly simulated = false;
  readonly #load: () => Kernel;
  #kernel: Kernel | undefined;

  constructor(load: () => Kernel = () => new LinuxKernel()) {
    this.#load = load;
  }

  async chips(): Promise<readonly ChipDescription[]> {
    return describeChips(this.#system());
  }

  async request(request: LineRequest, events: LineEvents, time: DriverTime): Promise<Line> {
    const kernel = this.#system();
    const { chip, line } = findLine(describeChips(kernel), request.address);
    const where = lineTitle(chip, line);
    try {
      const fd = withChip(kernel, chip.path, (chipFd) => take(kernel, chipFd, line, request));
      return new CharacterDeviceLine(kernel, fd, where, events, time);
    } catch (error) {
      if (errnoOf(error) === 'EBUSY') throw busy(line, where, error);
      throw kernelFailure(`the kernel refuses ${where}`, error);
    }
  }

  /** koffi is loaded on first use: no GPIO configured, nothing native in the process. */
  #system(): Kernel {
    this.#kernel ??= this.#load();
    return this.#kernel;
  }
}

function take(kernel: Kernel, chipFd: number, line: LineDescription, request: LineRequest): number {
  const get = (config: LineConfig, bufferSize = 0) => {
    const bytes = encodeLineRequest(line.offset, request.consumer, config, bufferSize);
    kernel.ioctl(chipFd, requests.getLine, bytes);
    return lineFd(bytes);
  };
  const activeLow = request.activeLow ? flags.activeLow : 0n;
  if (request.direction === 'in') return get(inputConfig(request, activeLow), eventBufferSize);
  const output = (outputValue: boolean) => ({ flags: flags.output | activeLow, outputValue });
  if (!keepsLevel(request, line)) return get(output(request.initial === 'on'));
  // With no direction the kernel takes the line as it is: it goes on driving while its level is read, and is
  // made ours at that level.
  const fd = get({ flags: activeLow });
  try {
    const values = encodeLineValues(false);
    kernel.ioctl(fd, requests.getValues, values);
    kernel.ioctl(fd, requests.setConfig, encodeLineConfig(output(decodeLineValues(values))));
  } catch (error) {
    kernel.close(fd);
    throw error;
  }
  return fd;
}

function inputConfig(request: InputRequest, activeLow: bigint): LineConfig {
  return {
    flags: flags.input | flags.edgeRising | flags.edgeFalling | activeLow | biasFlags[request.bias],
    ...(request.debounceMs > 0 ? { debounceUs: Math.round(request.debounceMs * 1e3) } : {}),
  };
}

function keepsLevel(request: OutputRequest, line: LineDescription): boolean {
  return request.initial === 'keep' && line.direction === 'out';
}

function busy(line: LineDescription, where: string, cause: unknown): DeviceError {
  const holder = line.consumer === '' ? 'something that does not say its name' : `"${line.consumer}"`;
  return new DeviceError('ALLO_E_GPIO_BUSY', `${where} is held by ${holder}`, { cause });
}
