import { expect, it } from 'vitest';
import { packetMs } from './opus-packet.ts';

const toc = (config: number, code: number) => (config << 3) | code;

it.each([
  ['SILK', 0, [10, 20, 40, 60]],
  ['SILK, wideband', 8, [10, 20, 40, 60]],
  ['hybrid', 12, [10, 20]],
  ['hybrid, full band', 14, [10, 20]],
  ['CELT', 16, [2.5, 5, 10, 20]],
  ['CELT, full band', 28, [2.5, 5, 10, 20]],
])('%s packets of one frame tell their length', (_, config, lengths) => {
  expect(lengths.map((_ms, n) => packetMs(Uint8Array.of(toc(config + n, 0), 0)))).toEqual(lengths);
});

it('packets of several frames are as long as all of them', () => {
  expect(packetMs(Uint8Array.of(toc(1, 1)))).toBe(40);
  expect(packetMs(Uint8Array.of(toc(1, 2)))).toBe(40);
  expect(packetMs(Uint8Array.of(toc(31, 3), 0b1100_0011))).toBe(60);
  expect(packetMs(Uint8Array.of(toc(28, 3), 48))).toBe(120);
});

it('what is no packet has no length', () => {
  const wrong = [[], [toc(1, 3)], [toc(1, 3), 0], [toc(1, 3), 7], [toc(28, 3), 49], [toc(3, 3), 3]];
  expect(wrong.map((bytes) => packetMs(Uint8Array.from(bytes)))).toEqual(wrong.map(() => undefined));
});
