import { describe, expect, it, vi } from 'vitest';
import { AlloError } from '../errors.ts';
import { VirtualTime } from '../time/virtual-time.ts';
import { Logging } from './log.ts';
import type { LogLevel } from './log-level.ts';
import type { LogFormat } from './log-sink.ts';

function setup({ level = 'info', format = 'json' }: { level?: LogLevel; format?: LogFormat } = {}) {
  const time = new VirtualTime();
  const lines: string[] = [];
  const sink = { write: (line: string) => void lines.push(line), flush: (done: () => void) => done() };
  const logging = new Logging({ level, format, sink, time });
  const records = () => lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  return { time, lines, records, logging, log: logging.log };
}

describe('Logging', () => {
  it('writes one JSON object a line: level, time, fields, message', () => {
    const { log, lines, records } = setup();
    log.info({ place: 'garden' }, 'joined');
    expect(lines[0]).toMatch(/^\{.*\}\n$/);
    expect(records()).toEqual([
      { level: 'info', time: expect.stringMatching(/^\d{4}-.*Z$/), place: 'garden', msg: 'joined' },
    ]);
  });

  it('writes nothing below its level, and takes a new level for loggers already made', () => {
    const { log, logging, records } = setup({ level: 'warn' });
    const child = log.child({ room: 'place' });
    child.info('unheard');
    logging.level = 'debug';
    child.debug('heard');
    expect(logging.level).toBe('debug');
    expect(records().map(({ msg }) => msg)).toEqual(['heard']);
  });

  it('lets a repeating fault of a thing through once a minute, with the number kept back', async () => {
    const { time, log, records } = setup();
    for (let n = 0; n < 100; n++) {
      log.warn({ code: 'ALLO_E_SERIAL_BUSY', thing: 'soil' }, `try ${n}`);
      log.warn({ code: 'ALLO_E_SERIAL_BUSY', thing: 'door' }, `try ${n}`);
      await time.advance(500);
    }
    await time.advance(60_000);
    expect(records().map(({ thing, msg, suppressed, ago_s }) => [thing, msg, suppressed, ago_s])).toEqual([
      ['soil', 'try 0', undefined, undefined],
      ['door', 'try 0', undefined, undefined],
      ['soil', 'try 99', 98, 11],
      ['door', 'try 99', 98, 11],
    ]);
  });

  it('knows the code of an error, and the thing of a child logger', () => {
    const { log, records } = setup();
    const err = new AlloError('ALLO_E_PLACE_UNREACHABLE', 'nothing answers');
    for (let n = 0; n < 3; n++) log.warn({ err }, 'cannot join');
    const soil = log.child({ thing: 'soil' });
    for (let n = 0; n < 3; n++) soil.warn({ err }, 'cannot join');
    expect(records()).toHaveLength(2);
  });

  it('holds back nothing that has no code, and nothing below a warning', () => {
    const { log, records } = setup();
    for (let n = 0; n < 3; n++) {
      log.warn({ sender: 'a' }, 'refused');
      log.info({ code: 'ALLO_E_SERIAL_BUSY' }, 'recovered');
    }
    expect(records()).toHaveLength(6);
  });

  it('writes what it keeps back when it ends', () => {
    const { log, logging, records } = setup();
    for (let n = 0; n < 3; n++) log.warn({ code: 'ALLO_E_SERIAL_BUSY' }, `try ${n}`);
    const done = vi.fn();
    logging.flush(done);
    expect(done).toHaveBeenCalledOnce();
    expect(records().map(({ msg, suppressed }) => [msg, suppressed])).toEqual([
      ['try 0', undefined],
      ['try 2', 1],
    ]);
  });

  it('tells an error of a known code by its mend, an unforeseen one by its stack', () => {
    const { log, records } = setup();
    log.warn({ err: new AlloError('ALLO_E_PLACE_NAME', 'no address for garden.example') }, 'cannot join');
    log.error({ err: new TypeError('x is not a function') }, 'unexpected');
    expect(records().map(({ err }) => err)).toEqual([
      {
        code: 'ALLO_E_PLACE_NAME',
        message: 'no address for garden.example',
        mend: expect.stringContaining('DNS'),
      },
      expect.objectContaining({ type: 'TypeError', stack: expect.stringContaining('log.test.ts') }),
    ]);
  });

  it('never writes a secret', () => {
    const { log, lines } = setup();
    log.info(
      { key: 'hunter2', access: { key: 'hunter2' }, config: { access: { password: 'hunter2' } } },
      'loaded',
    );
    expect(lines.join()).not.toContain('hunter2');
  });

  it('gives the journal a priority before each line and leaves the time to it', () => {
    const { log, lines } = setup({ format: 'journal', level: 'debug' });
    log.debug('a');
    log.info('b');
    log.warn('c');
    log.error('d');
    log.fatal('e');
    expect(lines.map((line) => line.slice(0, 3))).toEqual(['<7>', '<6>', '<4>', '<3>', '<2>']);
    expect(JSON.parse(lines[1]!.slice(3))).toEqual({ level: 'info', msg: 'b' });
  });

  it('writes text for people, which cannot drive their terminal', () => {
    const { log, lines } = setup({ format: 'text' });
    log.info({ thing: 'soil', reason: 'port is gone' }, 'hello \u001b[31mred\u009b\nsecond line');
    expect(lines[0]).toMatch(
      /^\d\d:\d\d:\d\d\.\d{3} info {2}hello �\[31mred��second line thing=soil reason="port is gone"\n$/,
    );
  });

  it('tells people of an error on lines of its own', () => {
    const { log, lines } = setup({ format: 'text' });
    log.warn({ err: new AlloError('ALLO_E_PLACE_NAME', 'no address for garden.example') }, 'cannot join');
    log.error({ err: new TypeError('x is not a function') }, 'unexpected');
    expect(lines[0]!.split('\n').slice(1)).toEqual([
      '    no address for garden.example (ALLO_E_PLACE_NAME)',
      `    ${new AlloError('ALLO_E_PLACE_NAME', '').mend}`,
      '',
    ]);
    expect(lines[1]).toMatch(/ error unexpected\nTypeError: x is not a function\n {4}at /);
  });
});
