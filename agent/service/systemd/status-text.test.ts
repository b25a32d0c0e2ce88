import { describe, expect, it } from 'vitest';
import { type DaemonState, statusText } from './status-text.ts';

const joined: DaemonState = {
  placeUrl: 'alloplace://garden.example',
  session: { state: 'joined', placeName: 'Garden' },
  clockErrorMs: 0.42,
  faults: new Map(),
};

describe('the line that systemctl status shows', () => {
  it('names the place, the clock error, and that there are no faults', () => {
    expect(statusText(joined)).toBe('in Garden at alloplace://garden.example; clock ±0.4 ms; no faults');
  });

  it('says why the place is not joined', () => {
    const session = { state: 'waiting', problem: 'nothing answers there' } as const;
    expect(statusText({ ...joined, session, clockErrorMs: undefined })).toBe(
      'joining alloplace://garden.example (nothing answers there); no faults',
    );
  });

  it('lists the faults', () => {
    const faults = new Map([
      ['soil', { reason: '/dev/ttyUSB0 is not there' }],
      ['door', { reason: 'GPIO27 is busy' }],
    ]);
    expect(statusText({ ...joined, faults })).toContain(
      'fault: soil: /dev/ttyUSB0 is not there; fault: door: GPIO27 is busy',
    );
  });

  it('begins with safe mode, and why', () => {
    expect(statusText({ ...joined, safeMode: '5 starts went badly within 10 minutes' })).toMatch(
      /^safe mode: 5 starts went badly within 10 minutes; in Garden/,
    );
  });
});
