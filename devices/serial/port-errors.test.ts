import { expect, test } from 'vitest';
import { openFailure } from './port-errors.ts';

test.each([
  [
    'Error: No such file or directory, cannot open /dev/ttyUSB9',
    'ALLO_E_SERIAL_MISSING',
    /ttyUSB9 is not there/,
  ],
  ["ENOENT: no such file or directory, stat '/dev/ttyUSB9'", 'ALLO_E_SERIAL_MISSING', /ttyUSB9 is not there/],
  ['Error: Permission denied, cannot open /dev/ttyUSB9', 'ALLO_E_SERIAL_PERMISSION', /may not be opened/],
  ['Error Resource temporarily unavailable Cannot lock port', 'ALLO_E_SERIAL_BUSY', /is in use/],
  ['Error: Device or resource busy, cannot open /dev/ttyUSB9', 'ALLO_E_SERIAL_BUSY', /is in use/],
  [
    'Error: Inappropriate ioctl for device setting custom baud rate of 9600',
    'ALLO_E_SERIAL_NOT_A_PORT',
    /is no serial/,
  ],
  ['Error: Invalid argument setting custom baud rate of 250000', 'ALLO_E_SERIAL_SETTINGS', /does not take/],
  ['Error: Input/output error, cannot open /dev/ttyUSB9', 'ALLO_E_SERIAL_IO', /Input\/output error/],
])('%s', (message, code, reason) => {
  const failure = openFailure('/dev/ttyUSB9', new Error(message));
  expect(failure.code).toBe(code);
  expect(failure.message).toMatch(reason);
});

test('who may not open a port learns of the group that may', () => {
  expect(openFailure('/dev/ttyUSB9', new Error('Permission denied')).mend).toMatch(/dialout/);
});
