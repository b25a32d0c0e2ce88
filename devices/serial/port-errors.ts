import { DeviceError, type DeviceErrorCode } from '../errors.ts';
import { holderOf } from './port-holder.ts';

/** `serialport` gives words instead of codes; these are those of the C library and its own. */
const meanings: readonly (readonly [RegExp, DeviceErrorCode, string])[] = [
  [/ENOENT|ENOTDIR|No such file|No such device|Not a directory/, 'ALLO_E_SERIAL_MISSING', 'is not there'],
  [
    /EACCES|EPERM|Permission denied|not permitted/,
    'ALLO_E_SERIAL_PERMISSION',
    'may not be opened by this user',
  ],
  [/Cannot lock port|Device or resource busy|EBUSY/, 'ALLO_E_SERIAL_BUSY', 'is in use'],
  [/Inappropriate ioctl|Is a directory/, 'ALLO_E_SERIAL_NOT_A_PORT', 'is no serial port'],
  [/baud|Invalid argument|not supported/i, 'ALLO_E_SERIAL_SETTINGS', 'does not take these settings'],
];

/** Why `path` could not be opened; a busy port's holder is named where it can be known. */
export function openFailure(path: string, cause: unknown): DeviceError {
  if (cause instanceof DeviceError) return cause;
  const message = cause instanceof Error ? cause.message : String(cause);
  const [, code, words] = meanings.find(([pattern]) => pattern.test(message)) ?? [];
  if (!code) return new DeviceError('ALLO_E_SERIAL_IO', `${path} cannot be opened: ${message}`, { cause });
  const holder = code === 'ALLO_E_SERIAL_BUSY' ? holderOf(path) : undefined;
  return new DeviceError(code, `${path} ${words}${holder ? ` by ${holder}` : ''}`, { cause });
}
