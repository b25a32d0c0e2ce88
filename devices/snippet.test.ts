import { describe, expect, it } from 'vitest';
import { name } from './schema.ts';
import { idOf, snippet } from './snippet.ts';

describe('configuration to paste', () => {
  it('is a list entry, indented as under `things:`', () => {
    expect(snippet({ id: 'a', driver: 'gpio', line: 3, label: 'x: y' })).toBe(
      '  - id: a\n    driver: gpio\n    line: 3\n    label: "x: y"',
    );
  });

  it.each([
    ['cpu-thermal', 'cpu_thermal'],
    ['ID_SDA', 'id_sda'],
    ['3V3_EN', 'thing_3v3_en'],
    ['-°-', 'thing_'],
    ['n'.repeat(90), 'n'.repeat(50)],
  ])('makes of %s the id %s', (text, id) => {
    expect(idOf(text)).toBe(id);
    expect(name.safeParse(id).success).toBe(true);
  });
});
