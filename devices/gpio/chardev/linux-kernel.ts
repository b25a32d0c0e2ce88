import { closeSync, openSync, readdirSync, readSync } from 'node:fs';
import { createRequire } from 'node:module';
import { getSystemErrorName } from 'node:util';
import { DeviceError } from '../../errors.ts';
import { errnoOf } from '../kernel-errors.ts';
import { type Kernel, KernelError } from './kernel.ts';

type Ioctl = (fd: number, request: number, argument: Buffer) => number;

/** A libuv poll handle. koffi's own types leave out the status that comes first. */
interface PollHandle {
  close(): void;
  unref(): void;
}
type Poll = (
  fd: number,
  events: { readable: boolean; disconnect: boolean },
  callback: () => void,
) => PollHandle;

/**
 * System calls through koffi, which brings `ioctl` and libuv's poll handles without a compiler.
 *
 * Waiting for edges: a line's descriptor is added to the epoll set Node.js waits on anyway (`uv_poll_t`), so
 * any number of lines costs no thread and no wake-up of its own. The other ways were weighed: a read stream
 * blocks one of libuv's four pool threads per line for good and holds up process exit, `net.Socket` refuses
 * anonymous inodes, and `poll(2)` in a pool thread or a worker needs a pipe to be woken and joined by.
 *
 * `ioctl` is called on the main thread: on a chip of the SoC it takes a microsecond, on an I2C expander a
 * transfer, still under a millisecond.
 */
export class LinuxKernel implements Kernel {
  readonly #ioctl: Ioctl;
  readonly #poll: Poll;
  readonly #errno: () => number;

  /** Throws `ALLO_E_GPIO_BACKEND` where koffi has no binary for the machine. */
  constructor() {
    try {
      const koffi = createRequire(import.meta.url)('koffi') as typeof import('koffi');
      this.#ioctl = koffi
        .load(null)
        .func('int ioctl(int fd, unsigned long request, void *argument)') as Ioctl;
      this.#poll = koffi.node.poll;
      this.#errno = () => koffi.errno();
    } catch (cause) {
      throw new DeviceError(
        'ALLO_E_GPIO_BACKEND',
        `koffi, which the chardev backend calls the kernel through, cannot be loaded: ${(cause as Error).message}`,
        { cause },
      );
    }
  }

  chipPaths(): string[] {
    // Raspberry Pi OS links gpiochip4 to gpiochip0 on a Pi 5: a link is not one more chip.
    return readdirSync('/dev', { withFileTypes: true })
      .filter((entry) => entry.isCharacterDevice())
      .map((entry) => /^gpiochip(\d+)$/.exec(entry.name))
      .filter((match) => match !== null)
      .sort((a, b) => Number(a[1]) - Number(b[1]))
      .map(([name]) => `/dev/${name}`);
  }

  open(path: string): number {
    return openSync(path, 'r+');
  }

  ioctl(fd: number, request: number, argument: Buffer): void {
    if (this.#ioctl(fd, request, argument) !== -1) return;
    throw new KernelError('ioctl', getSystemErrorName(-this.#errno()));
  }

  read(fd: number, target: Buffer): number {
    try {
      return readSync(fd, target);
    } catch (error) {
      if (errnoOf(error) === 'EAGAIN') return 0;
      throw error;
    }
  }

  watch(fd: number, ready: () => void): () => void {
    let watching = true;
    let announced = false;
    // libuv sets the descriptor to non-blocking. It calls back outside of any JavaScript task: what `ready`
    // does (promises, exceptions) must run in one.
    const handle = this.#poll(fd, { readable: true, disconnect: true }, () => {
      if (announced) return;
      announced = true;
      setImmediate(() => {
        announced = false;
        if (watching) ready();
      });
    });
    handle.unref();
    return () => {
      if (!watching) return;
      watching = false;
      handle.close();
    };
  }

  close(fd: number): void {
    closeSync(fd);
  }
}
