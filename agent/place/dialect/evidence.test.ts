import { describe, expect, it } from 'vitest';
import { type DialectName, dialects } from '../../wire/dialect.ts';
import { type Evidence, mayHarm, stateEndOf } from './evidence.ts';

describe('the end of a state', () => {
  const deep = `{"patch_style":"set","revision":1,"entities":${'['.repeat(100)}${']'.repeat(100)}}`;
  const large = `{"entities":{"a":{"id":"a","components":{"x":"${'x'.repeat(9 << 20)}"}}},"revision":1}`;

  it.each([
    ['is told by what can be followed', '{"entities":{},"revision":1}'],
    ['is told by what is nested too deep to be followed', deep],
    ['is told by what is too large to be followed', large],
  ])('%s', (_what, text) => {
    expect(stateEndOf(new TextEncoder().encode(text))).toBe('');
    expect(stateEndOf(new TextEncoder().encode(`${text}\n`))).toBe('\n');
  });

  it.each(['', '\n', '[]\n', '{', '{"revision":', '{\n', '}\n', '\xff}', '{}\0', '{}\n\n'])(
    'is not told by what has not the shape of one (%j)',
    (text) => expect(stateEndOf(new TextEncoder().encode(text))).toBeUndefined(),
  );
});

describe('that an agent speaks', () => {
  const five: Evidence = { channels: 5 };
  const first = { spokeFirst: true } as const;

  it.each<[DialectName, string, Evidence, boolean]>([
    ['documented', 'silent', five, true],
    ['documented', 'that tells its time as documented', { ...five, serverField: 'server_clock' }, false],
    ['documented', 'that shows a newline', { ...five, stateEnd: '\n' }, true],
    ['v2', 'silent', five, true],
    ['v2', 'that tells its time as servers do', { ...five, serverField: 'server_time' }, true],
    ['v2', 'that shows a newline', { ...five, stateEnd: '\n' }, true],
    ['v2', 'that shows a newline before it is spoken to', { ...five, ...first, stateEnd: '\n' }, false],
    ['v2', 'that shows both', { ...five, stateEnd: '\n', serverField: 'server_time' }, false],
    ['v3', 'that shows no newline', { ...five, stateEnd: '' }, false],
    ['alloplace', 'that shows no newline', { ...five, stateEnd: '' }, false],
    ['v1', 'that grants as many channels as no other', { channels: 4 }, false],
    ['v4', 'that grants as many channels as no other', { channels: 6 }, false],
  ])('%s may harm a place %s: %j, %s', (name, _place, evidence, expected) => {
    expect(mayHarm(dialects[name], evidence)).toBe(expected);
  });
});
