import { readdir, readFile, readlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { loadSerialPort } from './port.ts';

/** A serial port of this machine. */
export interface FoundPort {
  /** Best path there is: by id where it has one. */
  readonly path: string;
  /** Name of its device in /dev: `ttyUSB0`. */
  readonly name: string;
  /** What is plugged in, as far as it says: `ttyACM0: Arduino (2341:0043)`; its name only where the path lacks it. */
  readonly detail: string;
}

/** Lists ports as udev knows them. Rejects where udevadm is missing. */
export type ListPorts = () => Promise<readonly UdevPort[]>;

/** The part of what `SerialPort.list()` tells that is used. */
export interface UdevPort {
  readonly path: string;
  /** Name of the link in /dev/serial/by-id. */
  readonly pnpId: string | undefined;
  readonly manufacturer: string | undefined;
  readonly vendorId: string | undefined;
  readonly productId: string | undefined;
}

const listByUdev: ListPorts = async () => (await loadSerialPort()).SerialPort.list();

/** Directories that are searched; tests have their own. */
export interface Directories {
  readonly dev: string;
  readonly sysTty: string;
}

/** Serial ports of this machine; by udev where it can tell, else by what stands in /dev. Never rejects. */
export async function findPorts(
  list: ListPorts = listByUdev,
  { dev, sysTty }: Directories = { dev: '/dev', sysTty: '/sys/class/tty' },
): Promise<FoundPort[]> {
  const byId = await linksById(dev);
  const known = await list().catch(() => namesInDev(dev));
  const real = await Promise.all(known.map(({ path }) => isReal(basename(path), sysTty)));
  return known
    .filter((_, i) => real[i])
    .map((port) => ({
      path: byId.get(basename(port.path)) ?? port.path,
      name: basename(port.path),
      detail: describe(port, byId.has(basename(port.path))),
    }));
}

/** Links of /dev/serial/by-id by the name of the device they lead to. */
async function linksById(dev: string): Promise<Map<string, string>> {
  const directory = join(dev, 'serial/by-id');
  const links = await readdir(directory).catch(() => []);
  const targets = await Promise.all(links.map((link) => readlink(join(directory, link)).catch(() => '')));
  return new Map(targets.map((target, i) => [basename(target), join(directory, links[i]!)]));
}

async function namesInDev(dev: string): Promise<UdevPort[]> {
  const unknown = { pnpId: undefined, manufacturer: undefined, vendorId: undefined, productId: undefined };
  const names = await readdir(dev).catch(() => []);
  return names
    .filter((name) => /^tty(USB|ACM|AMA|S)\d+$/.test(name))
    .sort()
    .map((name) => ({ path: join(dev, name), ...unknown }));
}

/** The kernel keeps names for UARTs that the machine does not have: their type is 0. */
async function isReal(name: string, sysTty: string): Promise<boolean> {
  const type = await readFile(join(sysTty, name, 'type'), 'utf8').catch(() => undefined);
  return type?.trim() !== '0';
}

/** The name of the device where its path does not end in it, and what it calls itself. */
function describe({ path, pnpId, manufacturer, vendorId, productId }: UdevPort, byId: boolean): string {
  const ids = vendorId && productId ? `(${vendorId}:${productId})` : undefined;
  const about = [manufacturer ?? pnpId, ids].filter((word) => word !== undefined).join(' ');
  return [byId ? basename(path) : '', about].filter((part) => part !== '').join(': ');
}
