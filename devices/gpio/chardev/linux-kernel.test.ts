import { execFileSync, spawnSync } from 'node:child_process';
import { constants, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { errnoOf } from '../kernel-errors.ts';
import { LinuxKernel } from './linux-kernel.ts';
import { encodeLineValues, requests } from './uapi.ts';

/** Number of bytes waiting in a pipe; `asm-generic/ioctls.h`. */
const FIONREAD = 0x541b;

/** The real system calls, on what every Linux has: a FIFO in place of a line. */
describe('LinuxKernel', () => {
  const kernel = new LinuxKernel();
  let folder: string;
  let fifo: string;
  let fd: number;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'linux-kernel-'));
    fifo = join(folder, 'fifo');
    execFileSync('mkfifo', [fifo]);
    fd = openSync(fifo, constants.O_RDWR);
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it('passes the argument of an ioctl both ways', () => {
    const waiting = Buffer.alloc(4);
    writeSync(fd, 'edges');
    kernel.ioctl(fd, FIONREAD, waiting);
    expect(waiting.readUInt32LE()).toBe(5);
    kernel.close(fd);
  });

  it('names the errno of an ioctl that fails', () => {
    const attempt = () => kernel.ioctl(fd, requests.setValues, encodeLineValues(true));
    expect(attempt).toThrow(expect.objectContaining({ code: 'ENOTTY', message: 'ioctl: ENOTTY' }));
    kernel.close(fd);
  });

  it('names the errno of a device that cannot be opened', () => {
    try {
      kernel.open(join(folder, 'gpiochip0'));
      expect.unreachable();
    } catch (error) {
      expect(errnoOf(error)).toBe('ENOENT');
    }
    kernel.close(fd);
  });

  it('says when a watched descriptor can be read, and reading never blocks', async () => {
    const target = Buffer.alloc(16);
    const unwatch = await new Promise<() => void>((resolve) => {
      const end = kernel.watch(fd, () => resolve(end));
      expect(kernel.read(fd, target)).toBe(0);
      writeSync(fd, 'edge');
    });
    expect(kernel.read(fd, target)).toBe(4);
    expect(target.toString('utf8', 0, 4)).toBe('edge');
    expect(kernel.read(fd, target)).toBe(0);
    unwatch();
    kernel.close(fd);
  });

  it('runs promises that settle in the callback at once', async () => {
    let end = () => {};
    await new Promise<void>((resolve) => {
      end = kernel.watch(fd, () => void Promise.resolve().then(resolve));
      writeSync(fd, 'x');
    });
    end();
    kernel.close(fd);
  });

  it('says nothing more once unwatched, even of what had arrived', async () => {
    let calls = 0;
    const unwatch = kernel.watch(fd, () => calls++);
    writeSync(fd, 'edge');
    unwatch();
    unwatch();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(calls).toBe(0);
    kernel.close(fd);
  });

  it('keeps no process alive, and lets it exit at once', () => {
    const root = fileURLToPath(new URL('../../..', import.meta.url));
    compile(root, folder);
    const script = `
      import { openSync, constants } from 'node:fs';
      import { LinuxKernel } from './devices/gpio/chardev/linux-kernel.js';
      const kernel = new LinuxKernel();
      for (let line = 0; line < 8; line++) kernel.watch(openSync('fifo', constants.O_RDWR), () => {});
      if (process.argv[2] === 'exit') setTimeout(() => process.exit(7), 10);
    `;
    writeFileSync(join(folder, 'watch.js'), script);
    for (const [argument, status] of [
      ['end', 0],
      ['exit', 7],
    ] as const) {
      const run = spawnSync(process.execPath, ['watch.js', argument], {
        cwd: folder,
        env: { ...process.env, NODE_PATH: join(root, 'node_modules') },
        encoding: 'utf8',
        timeout: 120_000,
      });
      expect(run.stderr).toBe('');
      expect(run.status).toBe(status);
    }
    kernel.close(fd);
  });
});

/** A process of its own needs JavaScript: Node.js 20 runs no TypeScript. */
function compile(root: string, target: string): void {
  writeFileSync(join(target, 'package.json'), '{ "type": "module" }');
  const tsc = join(root, 'node_modules/.bin/tsc');
  const source = join(root, 'devices/gpio/chardev/linux-kernel.ts');
  const options =
    '--ignoreConfig --noCheck --module nodenext --target es2023 --rewriteRelativeImportExtensions';
  execFileSync(tsc, [source, ...options.split(' '), '--rootDir', root, '--outDir', target], {
    stdio: 'pipe',
  });
}
