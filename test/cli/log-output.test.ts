import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, fstatSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { mainScript } from '../support/program.ts';

const folder = mkdtempSync(join(tmpdir(), 'allo-log-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Starts a process that logs with the built modules, `script` saying what. */
function startLogging(script: string, stdout: 'pipe' | number, env: NodeJS.ProcessEnv = {}) {
  const service = (name: string) => pathToFileURL(join(dirname(mainScript), 'service', name)).href;
  const code = `
    import { Logging } from '${service('log.js')}';
    import { stdoutFormat, stdoutSink } from '${service('log-sink.js')}';
    const time = { now: () => performance.now(), after: () => () => {} };
    const logging = new Logging({ level: 'info', format: stdoutFormat(), sink: stdoutSink(), time });
    const { log } = logging;
    const end = () => logging.flush(() => process.exit(0));
    ${script}`;
  return spawn(process.execPath, ['--input-type=module', '-e', code], {
    stdio: ['ignore', stdout, 'inherit'],
    env: { ...process.env, ...env },
  });
}

describe('the log on standard output', () => {
  it('is JSON, all of it out before the process ends', async () => {
    const child = startLogging(`for (let n = 0; n < 10_000; n++) log.info({ n }, 'line'); end();`, 'pipe');
    let text = '';
    child.stdout!.setEncoding('utf8').on('data', (more: string) => {
      text += more;
    });
    const [status] = await once(child, 'close');
    expect(status).toBe(0);
    const lines = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { n: number });
    expect(lines.map(({ n }) => n)).toEqual(Array.from({ length: 10_000 }, (_, n) => n));
  });

  it('has the priority before each line where it goes to the journal', async () => {
    const file = join(folder, 'journal');
    const fd = openSync(file, 'w');
    const { dev, ino } = fstatSync(fd);
    const child = startLogging(`log.warn('careful'); end();`, fd, { JOURNAL_STREAM: `${dev}:${ino}` });
    closeSync(fd);
    await once(child, 'close');
    expect(readFileSync(file, 'utf8')).toBe('<4>{"level":"warn","msg":"careful"}\n');
  });

  it('neither grows without end nor holds the process up where nobody reads', async () => {
    const script = `
      const line = 'x'.repeat(10_000);
      for (let n = 0; n < 10_000; n++) log.info(line);
      if (process.memoryUsage.rss() > 300 * 2 ** 20) process.exit(3);
      end();`;
    const child = startLogging(script, 'pipe');
    const [status] = await once(child, 'exit');
    child.stdout!.destroy();
    expect(status).toBe(0);
  });

  it('goes on where the reader is gone', async () => {
    const child = startLogging(`setInterval(() => log.info('still here'), 5); setTimeout(end, 500);`, 'pipe');
    await once(child.stdout!, 'data');
    child.stdout!.destroy();
    const [status] = await once(child, 'exit');
    expect(status).toBe(0);
  });
});
