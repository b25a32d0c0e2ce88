import { expect, test } from 'vitest';
import { Probes } from './probes.ts';

test('an answer is matched with the probe it echoes, as it was sent here', () => {
  const probes = new Probes();
  probes.send(1_000.123_4);
  expect(probes.match(1_000.123, 1_005)).toEqual({ sent: 1_000.123_4 });
});

test('an answer is taken once', () => {
  const probes = new Probes();
  probes.send(1_000);
  probes.match(1_000, 1_005);
  expect(probes.match(1_000, 1_006)).toEqual({ rejection: 'duplicate' });
});

test('an answer that a newer one has overtaken comes too late', () => {
  const probes = new Probes();
  probes.send(1_000);
  probes.send(2_000);
  probes.match(2_000, 2_005);
  expect(probes.match(1_000, 2_006)).toEqual({ rejection: 'late' });
});

test.each([
  ['not_finite', Number.NaN],
  ['not_finite', Number.POSITIVE_INFINITY],
  ['from_the_future', 3_000],
  ['never_sent', 1_001],
  ['never_sent', -1e300],
])('%s: %d', (rejection, echo) => {
  const probes = new Probes();
  probes.send(1_000);
  expect(probes.match(echo, 2_000)).toEqual({ rejection });
});

test('a probe cannot be answered before it was sent', () => {
  const probes = new Probes();
  probes.send(1_000.005);
  expect(probes.match(1_000.005, 1_000)).toEqual({ rejection: 'from_the_future' });
});

test('only the last few probes are remembered', () => {
  const probes = new Probes();
  for (let second = 0; second < 100; second++) probes.send(second * 1_000);
  expect(probes.match(50_000, 100_000)).toEqual({ rejection: 'never_sent' });
  expect(probes.match(90_000, 100_000)).toEqual({ sent: 90_000 });
});
