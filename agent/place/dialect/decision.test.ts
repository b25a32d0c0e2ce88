import { describe, expect, it } from 'vitest';
import { type Dialect, type DialectName, dialects } from '../../wire/dialect.ts';
import { decide, type Question } from './decision.ts';
import type { Evidence } from './evidence.ts';

const auto = { ruledOut: new Set<Dialect>(), remembered: undefined };

/** The decision in a word: a dialect, a code, or how long to listen, ms. */
function verdict(question: Question, evidence: Evidence, silence = 0): string | number {
  const decision = decide(question, evidence, silence);
  if ('dialect' in decision) return decision.dialect.name;
  return 'error' in decision ? decision.error.code : decision.listenFor;
}

const without = (...names: DialectName[]): Question => ({
  ruledOut: new Set(names.map((name) => dialects[name])),
  remembered: undefined,
});
const forced = (name: DialectName): Question => ({ forced: dialects[name] });

const wary = (name: DialectName): Question => ({ forced: dialects[name], wary: true });

const newline: Evidence = { channels: 5, spokeFirst: true, stateEnd: '\n' };
const bare: Evidence = { channels: 5, spokeFirst: true, stateEnd: '' };
const unclear: Evidence = { channels: 5, spokeFirst: true };
const serverTime: Evidence = { channels: 5, serverField: 'server_time' };
const silent: Evidence = { channels: 5 };

describe('which dialect is spoken', () => {
  it.each<[string, Question, Evidence, number, string | number]>([
    ['4 channels are proof', auto, { channels: 4 }, 0, 'v1'],
    ['6 channels are proof', auto, { channels: 6 }, 0, 'v4'],
    ['5 channels are not', auto, silent, 0, 1_000],
    ['a newline', auto, newline, 0, 'v2'],
    ['no newline', auto, bare, 0, 'v3'],
    ['a second of silence', auto, silent, 1_000, 'documented'],
    ['a number of channels nobody has', auto, { channels: 7 }, 0, 'ALLO_E_PLACE_CHANNELS'],
    ['a newline, and version 2 was refused', without('v2'), newline, 0, 'documented'],
    ['silence, and version 1 was refused', without('documented', 'v1'), silent, 1_000, 'v2'],
    ['no newline, and version 3 was refused', without('v3', 'alloplace'), bare, 0, 'ALLO_E_PLACE_VERSION'],
    ['6 channels, and version 4 was refused', without('v4'), { channels: 6 }, 0, 'ALLO_E_PLACE_VERSION'],
    ['silence, and only those left that show a state', without('documented', 'v2'), silent, 999, 1_000],
    ['the same, to its end', without('documented', 'v2'), silent, 1_000, 'ALLO_E_PLACE_VERSION'],
    ['a word without a clear end', auto, unclear, 0, 1_000],
    ['the same, and no more: no silence, and what harms nobody', auto, unclear, 1_000, 'v2'],
  ])('%s', (_when, question, evidence, silence, expected) => {
    expect(verdict(question, evidence, silence)).toBe(expected);
  });

  it('a place remembered to be silent need not be listened to for a second, only until it cannot be v2', () => {
    const question = { ...auto, remembered: dialects.documented };
    const listenFor = verdict(question, silent);
    expect(listenFor).toBe(53);
    expect(verdict(question, silent, 53)).toBe('documented');
    expect(verdict(question, newline)).toBe('v2');
    expect(verdict(question, { channels: 6 })).toBe('v4');
  });

  it.each<[string, Evidence, Evidence, number, string | number]>([
    ['its clock is that of a server', serverTime, silent, 3_999, 4_000],
    ['its clock is that of a server', serverTime, silent, 4_000, 'v2'],
    ['its clock is that of a server', serverTime, newline, 0, 'v2'],
    ['its clock is that of a server', serverTime, bare, 0, 'v3'],
    ['its clock is not', { channels: 5, serverField: 'server_clock' }, newline, 0, 'documented'],
    ['it spoke first', unclear, silent, 4_000, 'v2'],
    ['a newline came late', { ...serverTime, stateEnd: '\n' }, silent, 4_000, 'v2'],
    ['no newline came, late', { ...serverTime, stateEnd: '' }, silent, 3_999, 4_000],
    ['no newline came, late', { ...serverTime, stateEnd: '' }, silent, 4_000, 'ALLO_E_PLACE_DIALECT'],
    ['no newline came, late', { ...serverTime, stateEnd: '' }, newline, 0, 'v2'],
    ['it had other channels', { channels: 6, stateEnd: '' }, silent, 4_000, 'documented'],
  ])('where %s on an earlier connection (%j), %j, %i ms of silence: %s', (_what, earlier, ...now) => {
    const [evidence, silence, expected] = now;
    const question = { ...auto, remembered: dialects.documented, earlier, patience: 4 };
    if (earlier.channels === 5) expect(verdict(question, evidence, silence)).toBe(expected);
    expect(verdict({ ...question, remembered: undefined }, evidence, silence)).toBe(expected);
  });

  it.each<DialectName>(['v1', 'v2', 'v3', 'alloplace', 'v4'])(
    'what is remembered of %s changes nothing',
    (name) => {
      const question = { ...auto, remembered: dialects[name] };
      for (const evidence of [silent, newline, bare, { channels: 4 }, { channels: 6 }])
        expect(verdict(question, evidence)).toBe(verdict(auto, evidence));
    },
  );

  it.each<[DialectName, Evidence, number, string | number]>([
    ['v1', { channels: 4 }, 0, 'v1'],
    ['v4', { channels: 6 }, 0, 'v4'],
    ['v4', silent, 0, 'ALLO_E_PLACE_DIALECT'],
    ['v3', { channels: 6 }, 0, 'ALLO_E_PLACE_DIALECT'],
    ['v2', silent, 0, 'v2'],
    ['v2', bare, 0, 'ALLO_E_PLACE_DIALECT'],
    ['v3', silent, 0, 1_000],
    ['v3', silent, 1_000, 'ALLO_E_PLACE_DIALECT'],
    ['v3', bare, 0, 'v3'],
    ['v3', newline, 0, 'ALLO_E_PLACE_DIALECT'],
    ['alloplace', bare, 0, 'alloplace'],
    ['documented', silent, 0, 53],
    ['documented', silent, 53, 'documented'],
    ['documented', newline, 0, 'ALLO_E_PLACE_DIALECT'],
    ['documented', unclear, 0, 'ALLO_E_PLACE_DIALECT'],
    ['v2', unclear, 0, 'v2'],
    ['v3', unclear, 0, 1_000],
    ['documented', { channels: 4 }, 0, 'ALLO_E_PLACE_DIALECT'],
  ])('%s as configured, %j, %i ms of silence: %s', (name, evidence, silence, expected) => {
    expect(verdict(forced(name), evidence, silence)).toBe(expected);
  });

  it.each<[DialectName, Evidence, number, string | number]>([
    ['v2', silent, 0, 1_000],
    ['v2', silent, 1_000, 'v2'],
    ['v2', newline, 0, 'v2'],
    ['documented', silent, 53, 1_000],
    ['documented', silent, 1_000, 'documented'],
    ['v2', bare, 0, 'ALLO_E_PLACE_DIALECT'],
  ])(
    '%s as configured, where the place spoke otherwise before, %j, %i ms of silence: %s',
    (name, evidence, silence, expected) => {
      expect(verdict(wary(name), evidence, silence)).toBe(expected);
    },
  );

  it('a place that was found to be slow is given longer to show that it speaks what is configured', () => {
    expect(verdict({ ...forced('v3'), patience: 4 }, silent)).toBe(4_000);
    expect(verdict({ ...forced('v3'), patience: 4 }, bare)).toBe('v3');
    expect(verdict({ ...forced('v2'), patience: 4 }, silent)).toBe('v2');
    expect(verdict({ ...wary('v2'), patience: 4 }, silent)).toBe(4_000);
  });

  it.each<[DialectName, Evidence, number, RegExp]>([
    ['v3', { channels: 6 }, 0, /does not speak v3: it grants 6 channels, not 5; it seems to speak v4$/],
    ['v2', bare, 0, /its states end without a newline; it seems to speak v3 or alloplace$/],
    [
      'documented',
      serverTime,
      0,
      /it tells its time as server_time; it seems to speak v2 or v3 or alloplace$/,
    ],
    ['documented', newline, 0, /it sends state before the announcement; it seems to speak v2$/],
    ['v3', silent, 1_000, /may not speak v3: it sent no state for 1 s, as one that speaks documented$/],
  ])('says of %s with %j what the place seems to speak', (name, evidence, silence, text) => {
    const decision = decide(forced(name), evidence, silence);
    expect('error' in decision && decision.error.message).toMatch(text);
  });
});
