import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Directories, findPorts, type UdevPort } from './ports.ts';

let root: string;
let directories: Directories;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'serial-ports-'));
  directories = { dev: join(root, 'dev'), sysTty: join(root, 'tty') };
  await mkdir(join(directories.dev, 'serial/by-id'), { recursive: true });
  for (const name of ['ttyS0', 'ttyS1', 'ttyUSB0', 'ttyACM3', 'tty7', 'null']) {
    await writeFile(join(directories.dev, name), '');
  }
  await symlink('../../ttyUSB0', join(directories.dev, 'serial/by-id/usb-FTDI-if00'));
  for (const [name, type] of [
    ['ttyS0', '4\n'],
    ['ttyS1', '0\n'],
  ] as const) {
    await mkdir(join(directories.sysTty, name), { recursive: true });
    await writeFile(join(directories.sysTty, name, 'type'), type);
  }
});

afterEach(() => rm(root, { recursive: true }));

describe('serial ports', () => {
  test('are found in /dev where udevadm is missing, without those that are only names', async () => {
    const found = await findPorts(() => Promise.reject(new Error('spawn udevadm ENOENT')), directories);
    expect(found.map(({ path }) => path.replace(root, ''))).toEqual([
      '/dev/ttyACM3',
      '/dev/ttyS0',
      '/dev/serial/by-id/usb-FTDI-if00',
    ]);
    expect(found.map(({ name }) => name)).toEqual(['ttyACM3', 'ttyS0', 'ttyUSB0']);
    expect(found.map(({ detail }) => detail)).toEqual(['', '', 'ttyUSB0']);
  });

  test('are told by what udev knows of them', async () => {
    const arduino: UdevPort = {
      path: join(directories.dev, 'ttyACM3'),
      pnpId: undefined,
      manufacturer: 'Arduino',
      vendorId: '2341',
      productId: '0043',
    };
    const bare = { pnpId: undefined, manufacturer: undefined, vendorId: undefined, productId: undefined };
    const found = await findPorts(async () => [arduino, { ...bare, path: '/dev/ttyS1' }], directories);
    expect(found).toEqual([{ path: arduino.path, name: 'ttyACM3', detail: 'Arduino (2341:0043)' }]);
  });

  test('are none where there is no /dev to speak of', async () => {
    const nowhere = { dev: join(root, 'missing'), sysTty: join(root, 'missing') };
    expect(await findPorts(() => Promise.reject(new Error('no udevadm')), nowhere)).toEqual([]);
  });
});
