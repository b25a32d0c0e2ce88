import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { loadConfig } from '../config/load.ts';
import { Logging } from '../service/log.ts';
import { VirtualTime } from '../time/virtual-time.ts';
import { Reloader } from './reload.ts';

const folder = mkdtempSync(join(tmpdir(), 'allo-reload-'));
afterAll(() => rmSync(folder, { recursive: true }));

const started =
  'place: { url: "alloplace://garden.example" }\nlog: { level: info }\nmicrophone: { muted: false }\n';

async function setup() {
  const file = join(folder, `${Math.random()}.yaml`);
  const write = (text: string) => writeFileSync(file, text);
  write(started);
  const lines: string[] = [];
  const sink = { write: (line: string) => void lines.push(line), flush: (done: () => void) => done() };
  const { log } = new Logging({ level: 'info', format: 'json', sink, time: new VirtualTime() });
  const live = { 'log.level': vi.fn(), 'microphone.muted': vi.fn() };
  const reloader = new Reloader(file, await loadConfig(file), live, log);
  const reload = async (text: string) => {
    lines.length = 0;
    write(text);
    await reloader.reload();
    return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  };
  return { reload, live };
}

describe('Reloader', () => {
  it('takes up what can change live, and only what changed', async () => {
    const { reload, live } = await setup();
    const records = await reload(started.replace('info', 'debug'));
    expect(live['log.level']).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({ log: { level: 'debug' } }),
    );
    expect(live['microphone.muted']).not.toHaveBeenCalled();
    expect(records).toMatchObject([{ level: 'info', changed: ['log.level'] }]);
  });

  it('says of anything else that it waits for a restart, at every reload until it is taken back', async () => {
    const { reload } = await setup();
    const moved = `${started.replace('garden', 'orchard')}avatar: { rotation_y: 1 }\n`;
    const waiting = { level: 'warn', waiting: ['place.url', 'avatar.rotation_y'] };
    expect(await reload(moved)).toMatchObject([{ changed: [] }, waiting]);
    expect(await reload(moved.replace('false', 'true'))).toMatchObject([
      { changed: ['microphone.muted'] },
      waiting,
    ]);
    expect(await reload(started)).toMatchObject([{ changed: ['microphone.muted'] }]);
  });

  it('goes on with a section that is gone from the file, and compares with what it goes on with', async () => {
    const { reload, live } = await setup();
    const muted = started.replace('false', 'true');
    expect(await reload(muted)).toMatchObject([{ changed: ['microphone.muted'] }]);
    const without = started.replace(/microphone.*\n/, '');
    expect(await reload(without)).toMatchObject([{ changed: [] }, { waiting: ['microphone'] }]);
    expect(await reload(started)).toMatchObject([{ changed: ['microphone.muted'] }]);
    expect(live['microphone.muted']).toHaveBeenCalledTimes(2);
    expect(live['microphone.muted']).toHaveBeenLastCalledWith(
      expect.objectContaining({ microphone: expect.objectContaining({ muted: false }) }),
    );
  });

  it('changes nothing where the new configuration is wrong, and tells every problem of it', async () => {
    const { reload, live } = await setup();
    const records = await reload(`${started.replace('info', 'debug')}acess: {}\nthings: 3\n`);
    expect(live['log.level']).not.toHaveBeenCalled();
    expect(records).toMatchObject([
      {
        level: 'error',
        problem: 'ALLO_E_CONFIG_KEY',
        msg: expect.stringContaining(':4:1: there is no key acess'),
      },
      { level: 'error', problem: 'ALLO_E_CONFIG_VALUE', msg: expect.stringContaining(':5:9: things is 3') },
      { level: 'error', msg: expect.stringContaining('the old one stays') },
    ]);
    expect(await reload(started)).toMatchObject([{ changed: [] }]);
  });
});
