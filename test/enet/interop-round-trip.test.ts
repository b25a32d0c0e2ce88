import { expect, test } from 'vitest';
import { leastOf, timed } from '../support/lateness.ts';
import { learnRoundTrip, Opened, OurPeer, type PairOptions, TheirPeer } from './interop-pairs.ts';
import { noFaults } from './relay.ts';

const far = { ...noFaults, delayMs: 20 };

test.for(['ourClient', 'ourServer'] as const)(
  'both ends measure the round trip they have (%s)',
  async (role) => {
    const limit = 4 * far.delayMs;
    expect(await leastOf(10, limit, () => measure(role))).toBeLessThan(limit);
  },
);

/** The longer of the two round trips they measure, ms, less what of it is the machine's doing. */
async function measure(role: 'ourClient' | 'ourServer'): Promise<number> {
  const opened = new Opened();
  try {
    const through: PairOptions['through'] = async (port) =>
      (await opened.relay(port, { seed: 1, toServer: far, toClient: far })).port;
    const pair = await opened[role]({ through });
    const { took, late } = await timed(async () => {
      for (let times = 0; times < 4; times++) await learnRoundTrip(pair);
    });
    const ours = (pair.client instanceof OurPeer ? pair.client : pair.server) as OurPeer;
    const theirs = (pair.client instanceof TheirPeer ? pair.client : pair.server) as TheirPeer;
    const { roundTrip } = await theirs.host.state(theirs.index);
    const measured = [ours.peer.roundTripTime, roundTrip];
    expect(Math.min(...measured)).toBeGreaterThanOrEqual(2 * far.delayMs - 1);
    return Math.max(...measured) * (1 - late / took);
  } finally {
    await opened.close();
  }
}
