import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Qmp } from './qmp.ts';
import { Qtest } from './qtest.ts';

/** Listens at a path and answers each line with those that `answer` gives. */
function scripted(greeting: readonly string[], answer: (line: string) => readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'control-'));
  const path = join(folder, 'socket');
  const server: Server = createServer((socket) => {
    const say = (lines: readonly string[]) => socket.write(lines.map((line) => `${line}\r\n`).join(''));
    say(greeting);
    createInterface({ input: socket }).on('line', (line) => say(answer(line)));
  }).listen(path);
  onTestFinished(() => {
    server.close();
    rmSync(folder, { recursive: true });
  });
  return path;
}

const greeting = ['{"QMP": {"version": {}, "capabilities": []}}'];

describe('QMP', () => {
  it('finds a device by its type, past the events in between', async () => {
    const qmp = await Qmp.connect(
      scripted(greeting, (line) => [
        '{"event": "RESET", "data": {}}',
        JSON.stringify({
          return:
            (JSON.parse(line) as { execute: string }).execute === 'qom-list'
              ? [
                  { name: 'device[6]', type: 'child<pl031>' },
                  { name: 'device[7]', type: 'child<pl061>' },
                ]
              : {},
        }),
      ]),
    );
    expect(await qmp.deviceOfType('pl061')).toBe('/machine/unattached/device[7]');
    await expect(qmp.deviceOfType('pl011')).rejects.toThrow('this machine has no pl011');
    qmp.close();
  });

  it('tells what QEMU does not take', async () => {
    const qmp = await Qmp.connect(
      scripted(greeting, (line) => [
        line.includes('capabilities')
          ? '{"return": {}}'
          : '{"error": {"class": "CommandNotFound", "desc": "no such thing"}}',
      ]),
    );
    await expect(qmp.execute('fly')).rejects.toThrow('QEMU refuses fly: no such thing');
    qmp.close();
  });
});

describe('qtest', () => {
  it('sets pins and reads registers', async () => {
    const asked: string[] = [];
    const qtest = await Qtest.connect(
      scripted([], (line) => {
        asked.push(line);
        return line.startsWith('readl') ? ['IRQ raise 5', 'OK 0x0000000000000040'] : ['OK'];
      }),
    );
    await qtest.setInput('/machine/unattached/device[7]', 5, true);
    expect(await qtest.readRegister(0x9030_03fc)).toBe(64);
    expect(asked).toEqual([
      'set_irq_in /machine/unattached/device[7] unnamed-gpio-in 5 1',
      'readl 0x903003fc',
    ]);
    qtest.close();
  });

  it('tells what QEMU does not take', async () => {
    const qtest = await Qtest.connect(scripted([], () => ['FAIL Unknown device']));
    await expect(qtest.setInput('/nothing', 1, true)).rejects.toThrow('FAIL Unknown device');
    qtest.close();
  });
});
