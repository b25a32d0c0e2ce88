/**
 * The system calls that GPIO needs, as a seam: `LinuxKernel` makes them, `SimulatedKernel` plays a machine
 * with chips. A call that fails throws an error whose `code` is the errno's name, as Node.js's own do.
 */
export interface Kernel {
  /** Paths of the GPIO character devices, in order: `/dev/gpiochip0`. */
  chipPaths(): string[];
  open(path: string): number;
  /** `argument` is read and written in place. */
  ioctl(fd: number, request: number, argument: Buffer): void;
  /** Bytes read into `target`, 0 when there is nothing to read now; never blocks on a watched descriptor. */
  read(fd: number, target: Buffer): number;
  /**
   * Calls `ready` whenever `fd` can be read or has failed, until the returned function is called; that must
   * happen before `close`. A watch never keeps the process alive.
   */
  watch(fd: number, ready: () => void): () => void;
  close(fd: number): void;
}

/** A system call that failed. */
export class KernelError extends Error {
  /** Name of the errno: `EBUSY`. */
  readonly code: string;

  constructor(call: string, code: string) {
    super(`${call}: ${code}`);
    this.name = 'KernelError';
    this.code = code;
  }
}
