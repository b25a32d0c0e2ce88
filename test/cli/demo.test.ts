import { describe, expect, it } from 'vitest';
import { type Ended, runCli } from '../support/cli-process.ts';

/** Runs a demo of some seconds; a machine that is too busy to show all of it by then gets another, twice, of more. */
async function demo(...args: string[]): Promise<Ended> {
  for (const seconds of ['7', '20']) {
    const ended = await runCli(['demo', '--for', seconds, ...args]);
    if (ended.status === 0) return ended;
  }
  return runCli(['demo', '--for', '60', ...args]);
}

const verdicts = ({ stdout }: Ended) => stdout.split('\n').filter((line) => /^[✓✗]/.test(line));

// Three demos, in the end.
describe('allo-agent demo', { timeout: 400_000 }, () => {
  it('shows everything within seconds, says what it saw of each promise, and ends by itself', async () => {
    const ended = await demo();
    expect(ended.stderr).toBe('');
    expect(verdicts(ended)).toEqual([
      expect.stringMatching(/^✓ joined the place +Demo garden, seen by a visitor with \d+ properties/),
      expect.stringMatching(/^✓ clock synchronised +offset known to ±\d+\.\d+ ms/),
      expect.stringMatching(/^✓ readings received by a second visitor +\d+ readings of \d+ properties/),
      expect.stringMatching(/^✓ .*seen on the output +grow_light.on → GPIO17 high after/),
      expect.stringMatching(/^✓ .*not silent +\d+ packets, \d+\.\d s at -\d+\.\d dBFS/),
    ]);
    expect(ended.status).toBe(0);
  });

  it('is the same in another kind of place', async () => {
    const ended = await demo('--dialect', 'v3');
    expect(verdicts(ended)).toEqual(Array(5).fill(expect.stringMatching(/^✓/)));
    expect(ended.status).toBe(0);
  });

  it('fails, saying what was not seen, when there was no time to see it', async () => {
    const ended = await runCli(['demo', '--for', '0.1']);
    expect(ended.stdout).toMatch(/^✗ a write made in the world seen on the output +not seen$/m);
    expect(ended.status).toBe(1);
  });
});
