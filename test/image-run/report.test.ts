import { describe, expect, it } from 'vitest';
import { checkNames } from './checks.ts';
import { type Report, renderDocument, renderTable } from './report.ts';

const report: Report = {
  facts: { image: 'allo-agent-0.1.0-arm64.img' },
  findings: {
    joins: { outcome: 'passed', figures: 'joined after 93 s', at: '2026-01-02T03:04:05.678Z' },
    edge: { outcome: 'failed', figures: 'median 300 ms\nlast words | of it', at: '2026-01-02T03:05:05.678Z' },
  },
};

describe('the report', () => {
  it('has a row for every check, also for those that were not run', () => {
    const rows = renderDocument(report)
      .split('\n')
      .filter((line) => line.startsWith('| `'));
    expect(rows).toHaveLength(checkNames.length);
    expect(rows[0]).toBe(
      '| `boot` | The unit becomes active by itself and joins the place of the edited allo-agent.yaml | passed | joined after 93 s | 2026-01-02 03:04 |',
    );
    expect(rows.filter((row) => row.includes('**not run**'))).toHaveLength(checkNames.length - 2);
  });

  it('keeps what is many lines or has bars in one cell', () => {
    expect(renderDocument(report)).toContain('| **failed** | median 300 ms; last words \\| of it |');
  });

  it('shows the same on a terminal', () => {
    const table = renderTable(report);
    expect(table).toContain('✓  boot      The unit becomes active');
    expect(table).toContain('✗  edge      Every edge');
    expect(table.match(/not run/g)).toHaveLength(checkNames.length - 2);
  });
});
