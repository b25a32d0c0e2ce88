import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { systemTime } from '../../time/system-time.ts';
import { Logging } from '../log.ts';
import { serviceManager } from './service-manager.ts';

const lines: string[] = [];
const sink = { write: (line: string) => void lines.push(line), flush: (done: () => void) => done() };
/** A log that has said nothing yet: what repeats is held back. */
const newLog = () => new Logging({ level: 'debug', format: 'text', sink, time: systemTime }).log;

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
  lines.length = 0;
});

/** A socket as systemd has it, and what arrives there: one datagram, one line break. */
async function listenAt(address: string, path?: string): Promise<() => string> {
  const receiver: ChildProcess = spawn('socat', ['-u', address, 'STDOUT']);
  let heard = '';
  receiver.stdout!.setEncoding('utf8').on('data', (text: string) => (heard += text));
  ends.push(() => receiver.kill('SIGKILL'));
  await expect.poll(() => (path ? existsSync(path) : isBound(address.replace(/^.*:/, '@')))).toBe(true);
  return () => heard;
}

/** Whether somebody listens at an abstract socket: /proc/net/unix, of proc(5). */
function isBound(name: string): boolean {
  return readFileSync('/proc/net/unix', 'latin1')
    .split('\n')
    .some((row) => row.endsWith(` ${name}`));
}

describe('the service manager', () => {
  it('hears all there is to tell, on a socket in the file system', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'allo-notify-'));
    ends.push(() => rmSync(directory, { recursive: true }));
    const path = join(directory, 'notify');
    const heard = await listenAt(`UNIX-RECV:${path}`, path);
    const env = { NOTIFY_SOCKET: path, WATCHDOG_USEC: '30000000', WATCHDOG_PID: String(process.pid) };
    const manager = serviceManager(env, newLog());
    expect(manager.watchdogMs).toBe(30_000);
    expect(env.NOTIFY_SOCKET).toBeUndefined();
    manager.ready();
    manager.status('joined\nGreenhouse');
    manager.alive();
    manager.reloading(1_234.5);
    manager.stopping();
    const all = 'READY=1STATUS=joined GreenhouseWATCHDOG=1RELOADING=1\nMONOTONIC_USEC=1234500STOPPING=1';
    await expect.poll(heard).toBe(all);
  });

  it('hears on an abstract socket too', async () => {
    const name = `allo-notify-test-${process.pid}`;
    const heard = await listenAt(`ABSTRACT-RECV:${name}`);
    serviceManager({ NOTIFY_SOCKET: `@${name}` }, newLog()).ready();
    await expect.poll(heard).toBe('READY=1');
  });

  it('is nobody where the environment names none', () => {
    const manager = serviceManager({ WATCHDOG_USEC: '1000000' }, newLog());
    manager.ready();
    expect(manager.watchdogMs).toBeUndefined();
    expect(lines).toEqual([]);
  });

  it('watches only whom it means to', () => {
    const env = { NOTIFY_SOCKET: '/nowhere', WATCHDOG_USEC: '1000000', WATCHDOG_PID: '1' };
    expect(serviceManager(env, newLog()).watchdogMs).toBeUndefined();
  });

  it.each(['relative/path', `/${'long'.repeat(40)}`, 'tcp:1'])(
    'that cannot be told (%j) is no reason to fail',
    (name) => {
      const manager = serviceManager({ NOTIFY_SOCKET: name }, newLog());
      manager.ready();
      expect(lines.join()).toContain('ALLO_E_SERVICE_NOTIFY');
    },
  );

  it('that is gone is no reason to fail either', () => {
    serviceManager({ NOTIFY_SOCKET: '/nowhere/notify' }, newLog()).ready();
    expect(lines.join()).toContain('ENOENT');
  });
});
