import type { BootFiles } from './card.ts';

export type BoardName = 'virt' | 'raspi3b';

/** A machine that QEMU can be. */
export interface Board {
  readonly name: BoardName;
  /** Arguments of QEMU. */
  readonly machine: (boot: BootFiles) => readonly string[];
  /** How the card called `card` is connected; where it can be, as a device that asks for flushes. */
  readonly card: (file: string) => readonly string[];
  readonly network: string;
  /** The console of the kernel, and which of QEMU's serial lines it is. */
  readonly console: string;
  readonly serial: (file: string) => readonly string[];
  /** More for the kernel's command line. */
  readonly kernelArguments?: string;
}

export const boards: Readonly<Record<BoardName, Board>> = {
  virt: {
    name: 'virt',
    machine: () => [
      ...['-M', 'virt,acpi=off', '-cpu', 'cortex-a72', '-smp', '2'],
      ...['-device', 'virtio-rng-pci', '-device', 'i6300esb'],
    ],
    card: (file) => ['-blockdev', blockDevice(file), ...virtioCard],
    network: 'virtio-net-pci,netdev=net,romfile=',
    console: 'ttyAMA0',
    serial: (file) => ['-serial', `file:${file}`],
  },
  raspi3b: {
    name: 'raspi3b',
    machine: ({ deviceTree }) => ['-M', 'raspi3b', '-smp', '4', '-dtb', deviceTree],
    card: (file) => ['-drive', `if=sd,format=raw,cache=unsafe,file=${file}`],
    network: 'usb-net,netdev=net',
    console: 'ttyS1,115200',
    // The first is given to Bluetooth.
    serial: (file) => ['-serial', 'null', '-serial', `file:${file}`],
    // Of the board's watchdog QEMU has the first register only: it resets at once when it is set.
    kernelArguments: 'systemd.watchdog_sec=0',
  },
};

const virtioCard = ['-device', 'virtio-blk-pci,drive=card'];

/** A file of this host, which does not lose power: what the guest flushes need not reach a disk. */
function unflushed(filename: string) {
  return { driver: 'file', filename, cache: { 'no-flush': true } };
}

function blockDevice(file: string): string {
  return JSON.stringify({ driver: 'raw', 'node-name': 'card', file: unflushed(file) });
}

/**
 * Arguments for a card of the `virt` machine of which every write and flush is noted in `log`; `overlay` is a qcow2
 * that takes the writes.
 */
export function loggedCard(overlay: string, log: string): readonly string[] {
  const device = {
    driver: 'blklogwrites',
    'node-name': 'card',
    'log-super-update-interval': 1,
    file: { driver: 'qcow2', file: unflushed(overlay) },
    log: unflushed(log),
  };
  return ['-blockdev', JSON.stringify(device), ...virtioCard];
}
