import { expect, it } from 'vitest';
import { cutToFit, squeezeToFit, widthOf, wrapToFit } from './lettering.ts';

it('reckons every letter at its widest, and those it does not know as the widest of all', () => {
  expect(widthOf('')).toBe(0);
  expect(widthOf('il')).toBeCloseTo(0.5);
  expect(widthOf('W')).toBeCloseTo(1.02);
  expect(widthOf('ü')).toBeLessThan(1);
  expect(widthOf('温度')).toBeCloseTo(2.1);
  expect(widthOf('🌡')).toBeCloseTo(1.05);
});

it('cuts at the end, with dots that fit as well', () => {
  expect(cutToFit('Pump', 10)).toBe('Pump');
  const cut = cutToFit('Pump of the circulation', 6);
  expect(cut).toBe('Pump of t...');
  expect(widthOf(cut)).toBeLessThanOrEqual(6);
  expect(cutToFit('Pump', 0.1)).toBe('...');
});

it('squeezes in the middle, and keeps more of the end, where it says what happened', () => {
  const reason = 'soil: /dev/serial/by-id/usb-FTDI_FT232R_USB_UART_A9008wpO-if00-port0 is unplugged';
  const squeezed = squeezeToFit(reason, 20);
  expect(squeezed).toMatch(/^soil: .+\.\.\..+ is unplugged$/);
  expect(widthOf(squeezed)).toBeLessThanOrEqual(20);
  expect(squeezeToFit('soil: unplugged', 20)).toBe('soil: unplugged');
  expect(squeezeToFit(reason, 0.5)).toBe('...');
});

it('wraps between words, and cuts what is too much in the last line', () => {
  expect(wrapToFit('the lamp was switched a moment ago', 10, 3)).toEqual([
    'the lamp was',
    'switched a moment',
    'ago',
  ]);
  expect(wrapToFit('the lamp was switched a moment ago', 9, 2)).toEqual([
    'the lamp was',
    'switched a mom...',
  ]);
  expect(wrapToFit('incomprehensibilities of it', 5, 2)).toEqual(['incompr...', 'of it']);
  expect(wrapToFit('  ', 10, 2)).toEqual([]);
});
