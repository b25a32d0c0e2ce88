import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../support/source-files.ts';

const settings = readFileSync(
  join(root, 'scripts/image/overlay/etc/systemd/system.conf.d/image.conf'),
  'utf8',
);

/** Bits of the counter of bcm2835_wdt, at 65,536 a second; the kernel feeds it at half of what it can count to. */
const longest = 16;
const fedEvery = longest / 2;

describe("the board's watchdog", () => {
  it.each(['RuntimeWatchdogSec', 'RebootWatchdogSec'])(
    'is fed in time with %s, by kernels too that keep only the low bits of it',
    (key) => {
      const seconds = Number(new RegExp(`^${key}=(\\d+)s$`, 'm').exec(settings)?.[1]);
      const counted = seconds > longest ? seconds % longest : seconds;
      expect(counted).toBeGreaterThan(fedEvery + 2);
    },
  );
});
