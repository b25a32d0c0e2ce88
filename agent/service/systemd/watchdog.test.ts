import { beforeEach, describe, expect, it } from 'vitest';
import { VirtualTime } from '../../time/virtual-time.ts';
import { Logging } from '../log.ts';
import type { ServiceManager } from './service-manager.ts';
import { Watchdog } from './watchdog.ts';

const limit = 30_000;
let time: VirtualTime;
let beats: number[];
let lines: string[];
let problem: string | undefined;

function watch(watchdogMs: number | undefined): Watchdog {
  const manager = { watchdogMs, alive: () => beats.push(time.now()) } as unknown as ServiceManager;
  const sink = { write: (line: string) => void lines.push(line), flush: (done: () => void) => done() };
  const { log } = new Logging({ level: 'info', format: 'text', sink, time });
  const dog = new Watchdog(manager, [{ name: 'capture', stuck: () => problem }], time, log);
  dog.start();
  return dog;
}

beforeEach(() => {
  time = new VirtualTime();
  beats = [];
  lines = [];
  problem = undefined;
});

describe('the watchdog', () => {
  it('says three times within the limit that the daemon is alive', async () => {
    const start = time.now();
    watch(limit);
    await time.advance(limit);
    expect(beats.map((at) => at - start)).toEqual([0, 10_000, 20_000, 30_000]);
  });

  it('is silent while something that must go on has stopped, and says so once', async () => {
    watch(limit);
    problem = 'no frame for 12 s';
    await time.advance(25_000);
    expect(beats).toHaveLength(1);
    expect(lines.filter((line) => line.includes('capture: no frame for 12 s'))).toHaveLength(1);
    problem = undefined;
    await time.advance(10_000);
    expect(beats).toHaveLength(2);
  });

  it('is silent for the beat that the event loop held up', async () => {
    let late = 0;
    const slow = {
      now: () => time.now() + late,
      after: (ms: number, callback: () => void) => time.after(ms, callback),
    };
    const manager = { watchdogMs: limit, alive: () => beats.push(time.now()) } as unknown as ServiceManager;
    const sink = { write: (line: string) => void lines.push(line), flush: (done: () => void) => done() };
    const { log } = new Logging({ level: 'info', format: 'text', sink, time });
    new Watchdog(manager, [], slow, log).start();
    late = 9_000;
    await time.advance(10_000);
    expect(beats).toHaveLength(1);
    expect(lines.join()).toContain('the event loop is 9000 ms late');
    await time.advance(10_000);
    expect(beats).toHaveLength(2);
  });

  it('does nothing where nobody watches, and nothing more once stopped', async () => {
    watch(undefined);
    await time.advance(limit);
    expect(beats).toEqual([]);
    const dog = watch(limit);
    dog.stop();
    await time.advance(limit);
    expect(beats).toHaveLength(1);
  });
});
