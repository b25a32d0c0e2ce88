import { stat } from 'node:fs/promises';
import type { SerialPort } from 'serialport';
import { DeviceError } from '../errors.ts';
import { endAtHangup } from './hangup.ts';
import { openFailure } from './port-errors.ts';

export interface PortOptions {
  readonly path: string;
  readonly baudRate: number;
  readonly dataBits: 5 | 6 | 7 | 8;
  readonly parity: 'none' | 'even' | 'odd';
  readonly stopBits: 1 | 2;
}

/** What an open port reports. Neither is called after `close`, and neither may throw. */
export interface PortEvents {
  /** The bytes are the receiver's only until it returns. */
  data(bytes: Uint8Array): void;
  /** The port is gone and closed: unplugged, or the kernel failed on it. Called once. */
  lost(reason: DeviceError): void;
}

export interface Port {
  close(): Promise<void>;
}

/** Opens a port and takes it for this process alone. Rejects with a `DeviceError` ALLO_E_SERIAL_... */
export type OpenPort = (options: PortOptions, events: PortEvents) => Promise<Port>;

/** Opens a port with `serialport`. */
export const openSerialPort: OpenPort = async (options, events) => {
  await checkIsDevice(options.path);
  const port = await open(options);
  let closed = false;
  const close = async () => {
    closed = true;
    if (port.isOpen) await new Promise<void>((resolve) => port.close(() => resolve()));
  };
  const lose = (reason: string) => {
    if (closed) return;
    void close();
    events.lost(new DeviceError('ALLO_E_SERIAL_LOST', reason));
  };
  port.on('data', (bytes: Buffer) => {
    if (!closed) events.data(bytes);
  });
  port.on('close', () => lose(`${options.path} was unplugged`));
  port.on('error', (error: Error) => lose(`${options.path} failed: ${error.message}`));
  return { close };
};

/** Opening a pipe would wait for its other end, and what is no device at all is told better here. */
async function checkIsDevice(path: string): Promise<void> {
  const found = await stat(path).catch((error: unknown) => {
    throw openFailure(path, error);
  });
  if (!found.isCharacterDevice())
    throw new DeviceError(
      'ALLO_E_SERIAL_NOT_A_PORT',
      `${path} is no serial port: it is a file or a directory`,
    );
}

async function open(options: PortOptions): Promise<SerialPort> {
  const { SerialPort } = await loadSerialPort();
  return new Promise((resolve, reject) => {
    // Without hupcl closing leaves DTR as it is: boards that reset on DTR are not reset once more.
    const port = new SerialPort({ ...options, hupcl: false, autoOpen: false });
    port.open((error) => {
      if (error) {
        reject(openFailure(options.path, error));
        return;
      }
      endAtHangup(port);
      resolve(port);
    });
  });
}

/** The package, loaded only where a port is used. */
export async function loadSerialPort(): Promise<typeof import('serialport')> {
  try {
    return await import('serialport');
  } catch (cause) {
    throw new DeviceError('ALLO_E_SERIAL_PACKAGE', 'the package serialport cannot be loaded', { cause });
  }
}
