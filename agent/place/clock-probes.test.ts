import { beforeEach, describe, expect, it } from 'vitest';
import { ScriptedPlace } from '../../test/support/scripted-place.ts';
import type { PlaceSession } from './session.ts';

let place: ScriptedPlace;
let session: PlaceSession;

beforeEach(async () => {
  place = new ScriptedPlace();
  await place.open();
  session = place.session();
  session.start();
});

function probes(): { at: number; clock: number }[] {
  return place.received
    .filter(({ channel }) => channel === 4)
    .map(({ at, text }) => ({ at, clock: (JSON.parse(text) as { client_clock: number }).client_clock }));
}

describe('the clock of the place', () => {
  it('is asked for at once after joining, then every second', async () => {
    await place.time.advance(5_100);
    const joined = probes()[0]!.at;
    expect(joined).toBeLessThan(1_060);
    expect(probes().map(({ at }) => at - joined)).toEqual([0, 1_000, 2_000, 3_000, 4_000, 5_000]);
    expect(probes()[1]!.clock - probes()[0]!.clock).toBeCloseTo(1, 9);
  });

  it('is known after the first answer', async () => {
    expect(session.clock.state(place.time.now())).toBe('unsynchronised');
    await place.time.advance(100);
    const now = place.time.now();
    expect(session.clock.state(now)).toBe('synchronised');
    expect(Math.abs(session.clock.placeTime(now)! - (now / 1e3 + 100))).toBeLessThanOrEqual(
      session.clock.errorBound(now),
    );
  });

  it('counts answers to what it never asked', async () => {
    await place.time.advance(100);
    for (const text of ['{"client_clock":5,"server_clock":7}', '{"client_clock":5}'])
      place.bytes(4, new TextEncoder().encode(text));
    await place.time.advance(100);
    expect(session.counters.get('ALLO_E_CLOCK_UNUSED')).toBe(2);
  });

  it('holds over while the place is lost, and is asked for again after rejoining', async () => {
    await place.time.advance(3_000);
    place.kill();
    await place.time.advance(20_000);
    expect(session.clock.state(place.time.now())).toBe('holdover');
    const before = probes().length;
    await place.open();
    await place.time.advance(40_000);
    expect(probes().length).toBeGreaterThan(before);
    expect(session.clock.state(place.time.now())).toBe('synchronised');
  });

  it('stamps nothing while it may be that of a place that is no more', async () => {
    await place.time.advance(5_000);
    const moment = place.time.now();
    expect(session.toPlaceTime(moment)).toBeCloseTo(moment / 1e3 + 100, 1);
    await place.close(0);
    await place.time.advance(10);
    expect(session.toPlaceTime(moment)).toBeUndefined();

    place.clockOffset = -5;
    await place.open();
    const stamps = new Set<number>();
    for (let i = 0; i < 300; i++) {
      await place.time.advance(10);
      const stamp = session.toPlaceTime(place.time.now());
      if (stamp !== undefined) stamps.add(Math.round(stamp - place.time.now() / 1e3));
    }
    expect([...stamps]).toEqual([-5]);
  });

  it('survives questions and nonsense where answers belong', async () => {
    await place.time.advance(100);
    for (const packet of ['{"client_clock":1}\n', '{"client_clock":1e308,"server_clock":-1e308}\n', '{}'])
      place.bytes(4, new TextEncoder().encode(packet));
    await place.time.advance(3_000);
    expect(session.status.state).toBe('joined');
    expect(session.clock.state(place.time.now())).toBe('synchronised');
  });
});
