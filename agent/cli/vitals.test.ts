import { describe, expect, it } from 'vitest';
import type { PlaceStatus } from '../place/status.ts';
import { captureVital, sessionVital } from './vitals.ts';

/** A session as its vital sees it; what it reports can be changed. */
function watched(status: PlaceStatus, heardAt?: number) {
  const session = { status, heardAt };
  return { session, vital: sessionVital(session) };
}

describe('the session as a vital', () => {
  it('goes on while it joins, however often, as long as no attempt hangs', () => {
    const { session, vital } = watched({ state: 'joining', attempt: 1 });
    expect(vital.stuck(0)).toBeUndefined();
    expect(vital.stuck(59_000)).toBeUndefined();
    session.status = { state: 'waiting', attempt: 1, retryAt: 70_000 };
    expect(vital.stuck(65_000)).toBeUndefined();
    session.status = { state: 'joining', attempt: 2 };
    expect(vital.stuck(70_000)).toBeUndefined();
    expect(vital.stuck(129_000)).toBeUndefined();
    expect(vital.stuck(131_000)).toBe('has been joining for 61 s');
  });

  it('is stuck where the next attempt does not come', () => {
    const { vital } = watched({ state: 'waiting', attempt: 3, retryAt: 1_000 });
    expect(vital.stuck(10_000)).toBeUndefined();
    expect(vital.stuck(13_000)).toBe('should have tried again 12 s ago');
  });

  it('is stuck where it has joined, hears nothing, and does not notice', () => {
    const { session, vital } = watched({ state: 'joined', attempt: 1 }, 5_000);
    expect(vital.stuck(64_000)).toBeUndefined();
    expect(vital.stuck(66_000)).toBe('has not heard the place for 61 s, and did not notice');
    session.heardAt = 65_000;
    expect(vital.stuck(66_000)).toBeUndefined();
  });

  it('goes on while there is nothing to do', () => {
    expect(watched({ state: 'stopped', attempt: 0 }).vital.stuck(1e9)).toBeUndefined();
  });
});

describe('capturing as a vital', () => {
  it('is stuck where sound is expected for longer than a source takes to notice that there is none', () => {
    const { stuck } = captureVital({ expectingSince: 1_000 });
    expect(stuck(16_000)).toBeUndefined();
    expect(stuck(17_000)).toBe('has given no sound for 16 s, and did not notice');
  });

  it('goes on where no sound is expected: it is closed, or known to be broken', () => {
    expect(captureVital({ expectingSince: undefined }).stuck(1e9)).toBeUndefined();
  });
});
