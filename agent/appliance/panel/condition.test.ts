import { expect, it } from 'vitest';
import { type Condition, isTroubled, statusLine, troubleLine } from './condition.ts';
import { widthOf } from './lettering.ts';

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
  expect(troubleLine(well, 100)).toBe('no faults');
  expect(isTroubled(well)).toBe(false);
  const soil = { reason: '/dev/ttyUSB0 is unplugged' };
  const one = { ...well, faults: new Map([['soil', soil]]) };
  expect(troubleLine(one, 100)).toBe('soil: /dev/ttyUSB0 is unplugged');
  expect(isTroubled(one)).toBe(true);
  const two = {
    ...well,
    faults: new Map([
      ['soil', soil],
      ['board', { reason: 'board cannot be read: gone' }],
    ]),
  };
  expect(troubleLine(two, 100)).toBe('2 faults: soil: /dev/ttyUSB0 is unplugged; board cannot be read: gone');
  const safe = { ...two, safeMode: '3 starts went badly within 10 minutes' };
  expect(troubleLine(safe, 100)).toBe('safe mode: 3 starts went badly within 10 minutes');
});

it('tells whole reasons where not all fit, and how many more there are', () => {
  const faults = new Map([
    ['relay', { reason: 'the machine has no GPIO chip' }],
    ['soil', { reason: '/dev/serial/by-id/usb-FTDI_FT232R_USB_UART_A9008wpO-if00-port0 is unplugged' }],
    ['board', { reason: 'the kernel shows no thermal zone' }],
  ]);
  const wide = 35;
  expect(troubleLine({ ...well, faults }, wide)).toBe(
    '3 faults: relay: the machine has no GPIO chip; and 2 more',
  );
  faults.delete('relay');
  const squeezed = troubleLine({ ...well, faults }, wide);
  expect(squeezed).toMatch(/^2 faults: soil: .*\.\.\..* is unplugged; and 1 more$/);
  expect(widthOf(squeezed)).toBeLessThanOrEqual(wide);
});
