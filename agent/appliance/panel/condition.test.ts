import { expect, it } from 'vitest';
import { type Condition, isTroubled, statusLine, troubleLine } from './condition.ts';

const well: Condition = { placeName: 'Garden', clockErrorMs: 0.31, faults: new Map() };

it.each([
  [well, 'Garden · clock ±0.5 ms'],
  [{ ...well, clockErrorMs: 12 }, 'Garden · clock ±20 ms'],
  [{ ...well, clockErrorMs: 4_000 }, 'Garden · clock unsure'],
  [{ ...well, clockErrorMs: undefined }, 'Garden'],
  [{ ...well, placeName: '' }, 'clock ±0.5 ms'],
  [{ ...well, placeName: undefined, clockErrorMs: undefined }, 'joining the place'],
])('says where it is, and how well it knows the time there', (condition, line) => {
  expect(statusLine(condition)).toBe(line);
});

it('says what is wrong in words, or that nothing is', () => {
  expect(troubleLine(well)).toBe('no faults');
  expect(isTroubled(well)).toBe(false);
  const soil = { reason: '/dev/ttyUSB0 is unplugged' };
  const one = { ...well, faults: new Map([['soil', soil]]) };
  expect(troubleLine(one)).toBe('soil: /dev/ttyUSB0 is unplugged');
  expect(isTroubled(one)).toBe(true);
  const two = {
    ...well,
    faults: new Map([
      ['soil', soil],
      ['board', { reason: 'board cannot be read: gone' }],
    ]),
  };
  expect(troubleLine(two)).toBe('2 faults: soil: /dev/ttyUSB0 is unplugged; board cannot be read: gone');
  const safe = { ...two, safeMode: '3 starts went badly within 10 minutes' };
  expect(troubleLine(safe)).toBe('safe mode: 3 starts went badly within 10 minutes');
});
