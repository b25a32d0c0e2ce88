import { afterEach, beforeEach, describe, expect, it, type MockInstance, vi } from 'vitest';
import { ConfigError } from '../config/problem.ts';
import { AlloError } from '../errors.ts';
import { reportFailure } from './failure.ts';

describe('reportFailure', () => {
  let stderr: MockInstance<typeof console.error>;
  beforeEach(() => {
    stderr = vi.spyOn(console, 'error').mockImplementation(() => {});
  });
  afterEach(() => stderr.mockRestore());
  const told = () => stderr.mock.calls.flat().join('\n');

  it('tells what happened, its code, and what to do', () => {
    expect(reportFailure(new AlloError('ALLO_E_PLACE_SILENT', 'no answer'))).toBe(1);
    expect(told()).toMatch(/^no answer \(ALLO_E_PLACE_SILENT\)\n {4}Check that place\.dialect/);
  });

  it('lets no stranger drive the terminal', () => {
    reportFailure(new AlloError('ALLO_E_VISIT_REFUSED', '\x1b[2Jno\u202e'));
    expect(told()).toMatch(/^\ufffd\[2Jno\ufffd \(ALLO_E_VISIT_REFUSED\)/);
  });

  it('lists every problem of a configuration, and exits 78', () => {
    const problem = { file: 'a.yaml', line: 2, column: 3, path: 'x', mend: 'Remove it.' } as const;
    const code = 'ALLO_E_CONFIG_KEY';
    const problems = ['there is no key x', 'there is no key y'].map(
      (text) => ({ ...problem, code, problem: text }) as const,
    );
    expect(reportFailure(new ConfigError(problems))).toBe(78);
    expect(told()).toBe(
      'a.yaml:2:3: there is no key x\n    Remove it.\na.yaml:2:3: there is no key y\n    Remove it.\n\n' +
        '2 problems in the configuration.',
    );
  });

  it('shows the stack of what was not foreseen', () => {
    expect(reportFailure(new TypeError('oops'))).toBe(1);
    expect(told()).toContain('TypeError: oops\n    at ');
  });
});
