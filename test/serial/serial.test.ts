import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { serialDriver } from '../../devices/serial/driver.ts';
import { openSerialPort } from '../../devices/serial/port.ts';
import type { DriverTime, Thing } from '../../devices/thing.ts';
import { Recorder } from '../devices/recorder.ts';
import { PseudoPort } from './pseudo-port.ts';

const time: DriverTime = {
  now: () => performance.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};

let port: PseudoPort;
let recorder: Recorder;
let thing: Thing | undefined;

beforeEach(async () => {
  port = new PseudoPort();
  recorder = new Recorder();
  await port.plug();
});

afterEach(async () => {
  await thing?.stop();
  thing = undefined;
  await port.remove();
});

function config(changes: object = {}) {
  return serialDriver.schema.parse({
    id: 'soil',
    driver: 'serial',
    path: port.path,
    format: 'csv',
    properties: { moisture: {}, temperature: {} },
    ...changes,
  });
}

async function start(changes: object = {}): Promise<void> {
  thing = serialDriver.create(config(changes), time);
  await thing.start(recorder);
}

/** Resolves once the log has these lines. */
const logged = async (...lines: string[]) =>
  expect.poll(() => recorder.log, { interval: 5 }).toEqual(expect.arrayContaining(lines));

describe('a device on a serial port', () => {
  test('is read line by line', async () => {
    await start();
    port.says('cut off, 1\n41.5, 21\n42, 22\r\n');
    await logged('temperature = 22 good');
    expect(recorder.log).toEqual([
      'moisture = 41.5 good',
      'temperature = 21 good',
      'moisture = 42 good',
      'temperature = 22 good',
    ]);
  });

  test('is a fault when it is unplugged, and read again when it is plugged in again', async () => {
    await start();
    port.says('\n41.5,21\n7');
    await logged('temperature = 21 good');
    recorder.take();
    await port.unplug();
    await logged('fault ALLO_E_SERIAL_LOST');
    expect(recorder.take()).toEqual([
      'moisture = 41.5 fault',
      'temperature = 21 fault',
      'fault ALLO_E_SERIAL_LOST',
    ]);

    await port.plug();
    await logged('recovered');
    port.says('77,7\n50,20\n');
    await logged('temperature = 20 good');
    expect(recorder.take()).toEqual(['recovered', 'moisture = 50 good', 'temperature = 20 good']);
  });

  test('may be plugged in after the daemon has started', async () => {
    await port.unplug();
    await start();
    expect(recorder.take()).toEqual([
      'moisture = null fault',
      'temperature = null fault',
      'fault ALLO_E_SERIAL_MISSING',
    ]);
    await port.plug();
    await logged('recovered');
  });

  test('is always noticed to be unplugged, even while it sends', async () => {
    for (let round = 0; round < 30; round++) {
      await start();
      port.says(`\n${'1,2\n'.repeat(round * 20)}`);
      await port.unplug();
      await logged('fault ALLO_E_SERIAL_LOST').catch(() => {
        throw new Error(`the port was never seen to go, in round ${round}`);
      });
      await thing?.stop();
      recorder.take();
      await port.plug();
    }
  });

  test('may be started and stopped at any moment, even while it sends', async () => {
    for (let round = 0; round < 30; round++) {
      port.says('\n1,2\n3,4\n');
      await start();
      await wait(round % 5);
      await thing?.stop();
    }
    expect(recorder.faults).toEqual([]);
  });

  test('is let go by stop', async () => {
    await start();
    await thing?.stop();
    const again = await openSerialPort(
      { path: port.path, baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1 },
      { data: () => {}, lost: () => {} },
    );
    await again.close();
  });
});

describe('a probe', () => {
  test('says that the port is fine', async () => {
    expect(await serialDriver.probe(config())).toEqual({
      ok: true,
      detail: `${port.path} opens at 9600 baud`,
    });
  });

  test('says who has it', async () => {
    await start();
    const { ok, detail, mend } = await serialDriver.probe(config());
    expect(ok).toBe(false);
    expect(detail).toMatch(new RegExp(`^${port.path} is in use by .+ \\(pid ${process.pid}\\)$`));
    expect(mend).toMatch(/Stop that program/);
    port.says('\n1,2\n');
    await logged('temperature = 2 good');
  });

  test('says that there is none', async () => {
    const { ok, detail } = await serialDriver.probe(config({ path: `${port.path}-2` }));
    expect({ ok, detail }).toEqual({ ok: false, detail: `${port.path}-2 is not there` });
  });

  test.each(['/dev/null', tmpdir()])('says that %s is no serial port', async (path) => {
    const { ok, detail } = await serialDriver.probe(config({ path }));
    expect(ok).toBe(false);
    expect(detail).toMatch(/is no serial port/);
  });

  test('says that a file is no serial port', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'no-port-'));
    const path = join(directory, 'file');
    writeFileSync(path, '');
    expect((await serialDriver.probe(config({ path }))).detail).toMatch(/is no serial port/);
    rmSync(directory, { recursive: true });
  });
});

test('what is discovered can be pasted into the configuration', async () => {
  for (const { kind, config: yaml } of await serialDriver.discover()) {
    expect(kind).toBe('serial port');
    expect(yaml).toMatch(/^ {2}- id: tty[a-z0-9]+\n {4}driver: serial\n {4}path: \/dev\//);
  }
});
