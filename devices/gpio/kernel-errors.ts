import { getSystemErrorMap } from 'node:util';
import { DeviceError, type DeviceErrorCode } from '../errors.ts';

const codes: Record<string, DeviceErrorCode> = {
  EACCES: 'ALLO_E_GPIO_PERMISSION',
  EPERM: 'ALLO_E_GPIO_PERMISSION',
  EBUSY: 'ALLO_E_GPIO_BUSY',
  // What the kernel answers to a request, an option or a line it cannot serve.
  EINVAL: 'ALLO_E_GPIO_UNSUPPORTED',
  ENOTTY: 'ALLO_E_GPIO_UNSUPPORTED',
  ENXIO: 'ALLO_E_GPIO_UNSUPPORTED',
  EOPNOTSUPP: 'ALLO_E_GPIO_UNSUPPORTED',
  ENOTSUP: 'ALLO_E_GPIO_UNSUPPORTED',
};

/** Name of the errno behind an error of a system call, if it is one. */
export function errnoOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** A failed system call as a `DeviceError`; `what` is what was tried, with names. */
export function kernelFailure(what: string, cause: unknown): DeviceError {
  if (cause instanceof DeviceError) return cause;
  const errno = errnoOf(cause);
  const reason = errno ? inWords(errno) : cause instanceof Error ? cause.message : String(cause);
  return new DeviceError((errno && codes[errno]) || 'ALLO_E_GPIO_IO', `${what}: ${reason}`, { cause });
}

/** `no such device (ENODEV)` */
function inWords(errno: string): string {
  for (const [name, words] of getSystemErrorMap().values()) if (name === errno) return `${words} (${errno})`;
  return errno;
}
