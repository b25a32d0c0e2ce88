import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSecret } from './key.ts';
import { readKeyFile } from './key-file.ts';

const bytes = fc.uint8Array({ minLength: 16, maxLength: 64 }).map((array) => Buffer.from(array));

/** Base64 that happens to be nothing but hexadecimal digits is read as these. */
const looksLikeHex = (text: string) => /^(?:[\da-f]{2})+$/i.test(text);

function exported(text: string): Buffer | string {
  const secret = parseSecret(text);
  return typeof secret === 'string' ? secret : secret.export();
}

describe('a key in text', () => {
  it('is base64, in either alphabet, with padding or not, or hexadecimal digits', () => {
    fc.assert(
      fc.property(bytes, (key) => {
        for (const form of ['hex', 'base64', 'base64url'] as const) {
          const text = key.toString(form);
          for (const line of [text, `${text}\n`, text.replaceAll('=', '')])
            if (form === 'hex' || !looksLikeHex(line)) expect(exported(line)).toEqual(key);
        }
        expect(exported(key.toString('hex').toUpperCase())).toEqual(key);
      }),
    );
  });

  it.each([
    ['', 'is empty'],
    ['héllo', 'neither base64'],
    [randomBytes(15).toString('hex'), 'a key of 120 bits'],
    [randomBytes(1025).toString('hex'), 'more than 1024 bytes'],
    ['abcd\nabcd', 'more than one line'],
  ])('%j is none, and the reason does not show it', (text, why) => {
    const reason = parseSecret(text);
    expect(reason).toContain(why);
    if (text.length > 8) expect(reason).not.toContain(text.slice(0, 8));
  });
});

describe('a key file', () => {
  it('is never waited for, whatever it is', () => {
    const folder = mkdtempSync(join(tmpdir(), 'allo-key-'));
    const fifo = join(folder, 'fifo');
    execFileSync('mkfifo', ['-m', '600', fifo]);
    expect(readKeyFile(fifo)).toMatchObject({ fault: 'is no file' });
    rmSync(folder, { recursive: true });
    expect(readKeyFile('/dev/zero', 'zero')).toMatchObject({ fault: 'is no file' });
    expect(readKeyFile('/dev/null/key')).toMatchObject({ fault: 'does not exist' });
  });
});
