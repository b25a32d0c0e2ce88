import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { dropReasons, enetErrors } from '../../agent/enet/index.ts';

const page = readFileSync(new URL('../../docs/enet.md', import.meta.url), 'utf8');
const rows = (pattern: RegExp) => page.split('\n').filter((line) => pattern.test(line));

describe('the page about ENet', () => {
  it('has every counter, as the code describes it', () => {
    expect(rows(/^\| `[a-z-]+` \| (A|An|The) /)).toEqual(
      Object.entries(dropReasons).map(([reason, meaning]) => `| \`${reason}\` | ${meaning} |`),
    );
  });

  it('has every error, with meaning and mend', () => {
    expect(rows(/^\| `ALLO_E_/)).toEqual(
      Object.entries(enetErrors).map(([code, { meaning, mend }]) => `| \`${code}\` | ${meaning} ${mend} |`),
    );
  });
});
