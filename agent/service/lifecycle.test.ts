import { EventEmitter } from 'node:events';
import { describe, expect, it, vi } from 'vitest';
import { VirtualTime } from '../time/virtual-time.ts';
import { type Lifecycle, type ProcessHost, superviseProcess } from './lifecycle.ts';
import { Logging } from './log.ts';

function setup(lifecycle: Partial<Lifecycle> = {}) {
  const time = new VirtualTime();
  const lines: string[] = [];
  const events: string[] = [];
  const sink = {
    write: (line: string) => void lines.push(line),
    flush: (done: () => void) => {
      events.push('flush');
      done();
    },
  };
  const logging = new Logging({ level: 'info', format: 'json', sink, time });
  const host = Object.assign(new EventEmitter(), {
    exit: (status: number) => void events.push(`exit ${status}`),
  });
  superviseProcess(
    host as unknown as ProcessHost,
    { stop: async () => {}, reload: async () => {}, report: () => {}, ...lifecycle },
    logging,
    time,
  );
  const records = () =>
    lines.map((line) => JSON.parse(line) as { msg: string; code?: string; err?: { code?: string } });
  return { time, host, events, records };
}

describe('superviseProcess', () => {
  it.each(['SIGTERM', 'SIGINT'])('%s stops, writes the log out and exits 0', async (signal) => {
    const { host, time, events, records } = setup();
    host.emit(signal);
    await time.advance(0);
    expect(events).toEqual(['flush', 'exit 0']);
    expect(records().map(({ msg }) => msg)).toEqual(['stopping', 'stopped']);
    expect(time.pending).toBe(0);
  });

  it('exits 1 within two seconds where stopping hangs', async () => {
    const { host, time, events, records } = setup({ stop: () => new Promise(() => {}) });
    host.emit('SIGTERM');
    await time.advance(1_899);
    expect(events).toEqual([]);
    await time.advance(100);
    expect(events).toEqual(['flush', 'exit 1']);
    expect(records().at(-1)?.err?.code).toBe('ALLO_E_STOP_LATE');
  });

  it('exits 1 where stopping fails', async () => {
    const { host, time, events } = setup({ stop: () => Promise.reject(new Error('stuck')) });
    host.emit('SIGTERM');
    await time.advance(0);
    expect(events).toEqual(['flush', 'exit 1']);
  });

  it('exits at once at the second signal', async () => {
    const { host, time, events } = setup({ stop: () => new Promise(() => {}) });
    host.emit('SIGINT');
    await time.advance(10);
    host.emit('SIGINT');
    expect(events).toEqual(['flush', 'exit 1']);
  });

  it('SIGHUP reloads, one at a time, and no more once it stops', async () => {
    const finish: (() => void)[] = [];
    const reload = vi.fn(() => new Promise<void>((resolve) => finish.push(resolve)));
    const { host, time } = setup({ reload });
    host.emit('SIGHUP');
    host.emit('SIGHUP');
    await time.advance(0);
    expect(reload).toHaveBeenCalledTimes(1);
    finish[0]!();
    await time.advance(0);
    expect(reload).toHaveBeenCalledTimes(2);
    host.emit('SIGHUP');
    host.emit('SIGTERM');
    finish[1]!();
    await time.advance(0);
    expect(reload).toHaveBeenCalledTimes(2);
  });

  it('SIGUSR2 asks for a report', () => {
    const report = vi.fn();
    setup({ report }).host.emit('SIGUSR2');
    expect(report).toHaveBeenCalledOnce();
  });

  it.each(['uncaughtException', 'unhandledRejection'])('logs an %s with its stack and exits 1', (event) => {
    const { host, events, records } = setup();
    host.emit(event, new TypeError('x is not a function'));
    expect(events).toEqual(['flush', 'exit 1']);
    expect(records()[0]).toMatchObject({
      level: 'fatal',
      code: 'ALLO_E_UNEXPECTED',
      err: { type: 'TypeError', stack: expect.stringContaining('lifecycle.test.ts') },
    });
  });
});
