import { expect, it } from 'vitest';
import { Metrics, processCounters } from './metrics.ts';

it('reads every source at the moment of the snapshot', () => {
  const metrics = new Metrics();
  let received = 0;
  metrics.add('place', () => ({ received }));
  const remove = metrics.add('audio', () => ({ frames: 50 }));
  received = 7;
  expect(metrics.snapshot()).toEqual({ place: { received: 7 }, audio: { frames: 50 } });
  remove();
  expect(metrics.snapshot()).toEqual({ place: { received: 7 } });
});

it('counts what the process costs', () => {
  const { uptime_s, cpu_ms, rss_mib } = processCounters();
  expect(uptime_s).toBeGreaterThanOrEqual(0);
  expect(cpu_ms).toBeGreaterThan(0);
  expect(rss_mib).toBeGreaterThan(10);
});
