import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { probeFeatures } from './features.ts';

const folder = mkdtempSync(join(tmpdir(), 'allo-features-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Each package replaced by a file of this content, or left out. */
async function probe(content: string | undefined) {
  const path = join(folder, 'package.cjs');
  if (content !== undefined) writeFileSync(path, content);
  const features = await probeFeatures(() => (content === undefined ? undefined : path));
  return features.filter(({ name }) => !['arecord', 'aplay'].includes(name));
}

describe('probeFeatures', () => {
  it('says what happens without a package that is missing, and how to get it', async () => {
    const features = await probe(undefined);
    expect(features.map(({ name, state }) => [name, state])).toEqual([
      ['koffi', 'missing'],
      ['onoff', 'missing'],
      ['alsa-capture', 'missing'],
      ['libopus', 'missing'],
    ]);
    for (const { detail, mend } of features)
      expect([detail, mend]).toEqual([expect.stringMatching(/\w/), expect.stringContaining('apt install')]);
  });

  it('tells a package that loads, even one that would never let its process end', async () => {
    const features = await probe(
      'exports.load = () => {}; setInterval(() => {}, 1000); process.on("exit", () => { for (;;); });',
    );
    expect(features.map(({ state }) => state)).toEqual(['ok', 'ok', 'ok', 'ok']);
  });

  it('tells a library that is missing, though what it is called through is there', async () => {
    const features = await probe('exports.load = () => { throw new Error("libopus.so.0: no such file"); };');
    expect(features.map(({ name, state }) => [name, state])).toEqual([
      ['koffi', 'ok'],
      ['onoff', 'ok'],
      ['alsa-capture', 'ok'],
      ['libopus', 'missing'],
    ]);
  });

  it('tells why a package does not load', async () => {
    const [feature] = await probe('throw new Error("Could not locate the bindings file");');
    expect(feature).toMatchObject({
      state: 'broken',
      detail: expect.stringMatching(/^Could not locate the bindings file; /),
    });
  });

  it('survives a package that crashes', async () => {
    const [feature] = await probe('process.abort();');
    expect(feature).toMatchObject({ state: 'broken', detail: expect.stringMatching(/^it does not load; /) });
  });
});
