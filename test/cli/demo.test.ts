import { describe, expect, it } from 'vitest';
import { runCli } from '../support/cli-process.ts';

describe('allo-agent demo', { timeout: 90_000 }, () => {
  it('shows everything within seconds, says what it saw of each promise, and ends by itself', async () => {
    const { status, stdout, stderr } = await runCli(['demo', '--for', '12']);
    expect(stderr).toBe('');
    const verified = stdout.split('\n').filter((line) => line.startsWith('✓'));
    expect(verified).toEqual([
      expect.stringMatching(/joined the place +Demo garden, seen by a visitor with \d+ properties/),
      expect.stringMatching(/clock synchronised +offset known to ±\d+\.\d+ ms/),
      expect.stringMatching(/readings received by a second visitor +\d+ readings of \d+ properties/),
      expect.stringMatching(/seen on the output +grow_light.on → GPIO17 high after/),
      expect.stringMatching(/not silent +\d+ packets, \d+\.\d s at -\d+\.\d dBFS/),
    ]);
    expect(status).toBe(0);
  });

  it('is the same in another kind of place', async () => {
    const { status, stdout } = await runCli(['demo', '--for', '8', '--dialect', 'v3']);
    expect(stdout.split('\n').filter((line) => /^[✓✗]/.test(line))).toEqual(
      Array(5).fill(expect.stringMatching(/^✓/)),
    );
    expect(status).toBe(0);
  });

  it('fails, saying what was not seen, when there was no time to see it', async () => {
    const { status, stdout } = await runCli(['demo', '--for', '0.1']);
    expect(stdout).toMatch(/^✗ Opus from the track decoded, and not silent +not seen$/m);
    expect(status).toBe(1);
  });
});
