import { describe, expect, it } from 'vitest';
import { JoinStage } from '../../test/support/join-stage.ts';
import { MemoryNetwork } from '../connection/memory-network.ts';
import { PlaceSession } from '../place/session.ts';
import { Logging } from '../service/log.ts';
import { VirtualTime } from '../time/virtual-time.ts';
import { dialects } from '../wire/dialect.ts';
import { logSession } from './session-log.ts';

const place = 'alloplace://garden';

function setup() {
  const time = new VirtualTime();
  const session = new PlaceSession({
    address: { host: 'garden', port: 21_337 },
    dialect: dialects.documented,
    identity: { displayName: 'Greenhouse' },
    avatar: {},
    dial: new MemoryNetwork(time).dial,
    time,
  });
  const { log, records } = recorder(time);
  const stop = logSession(session, place, log);
  return { time, session, records, stop };
}

function recorder(time: VirtualTime) {
  const records: Record<string, unknown>[] = [];
  const sink = { write: (line: string) => void records.push(JSON.parse(line)), flush: () => {} };
  const { log } = new Logging({ level: 'info', format: 'json', sink, time });
  return { log, records };
}

describe('the log of a session', () => {
  it('tells why the place could not be joined', async () => {
    const { time, session, records } = setup();
    session.start();
    await time.advance(10_000);
    expect(records[0]).toMatchObject({
      level: 'warn',
      place,
      attempt: 1,
      err: { code: 'ALLO_E_PLACE_UNREACHABLE', mend: expect.any(String) },
    });
    await session.stop();
  });

  it('tells what the place speaks, and what such places lack', async () => {
    const stage = new JoinStage();
    await stage.open(dialects.v1);
    const session = stage.session('auto');
    const { log, records } = recorder(stage.time);
    logSession(session, place, log);
    await stage.joined(session);
    expect(records).toMatchObject([
      { msg: 'joined', place, placeName: 'Garden', dialect: 'v1' },
      {
        dialect: 'v1',
        missing: ['entities beside the avatar', 'sound', 'a clock', 'assets', 'publications'],
      },
    ]);
  });

  it('tells of a part of the agent that failed, with its stack', () => {
    const { session, records } = setup();
    session.observe({
      status() {
        throw new TypeError('no such thing');
      },
    });
    session.start();
    expect(records).toMatchObject([
      {
        level: 'error',
        code: 'ALLO_E_HANDLER_FAILED',
        err: { message: 'no such thing', stack: expect.stringContaining('session-log.test.ts') },
      },
    ]);
  });

  it('tells nothing any more once it is stopped', async () => {
    const { time, session, records, stop } = setup();
    stop();
    session.start();
    await time.advance(10_000);
    expect(records).toEqual([]);
  });
});
