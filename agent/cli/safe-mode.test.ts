import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../config/load.ts';
import type { Log } from '../service/log.ts';
import { StartRecord } from '../service/systemd/start-record.ts';
import { safeModeOf, thingsThatAreOn, withoutDevices } from './safe-mode.ts';

const config = parseConfig(
  `
place: { url: "alloplace://garden" }
display_name: Greenhouse
microphone: { backend: simulated }
things:
  - { id: lamp, driver: gpio, backend: simulated, line: GPIO17, direction: out, on_start: off, on_stop: off }
  - { id: door, driver: gpio, backend: simulated, line: GPIO27, direction: in }
  - { id: board, driver: thermal }
`,
  'config.yaml',
);

describe('a configuration for safe mode', () => {
  it('joins the same place without devices and sound, and says so by its name', () => {
    const { things, microphone, speaker, display_name, place } = withoutDevices(config, new Set());
    expect({ things, microphone, speaker }).toEqual({ things: [] });
    expect({ display_name, place }).toEqual({ display_name: 'Greenhouse (safe mode)', place: config.place });
  });

  it('keeps what is on, so that its rules hold', () => {
    const outputs = new Map([
      ['lamp.on', { onSince: 1 }],
      ['door.on', { offSince: 2 }],
    ]);
    const held = thingsThatAreOn({ outputs, asFound: false });
    expect(withoutDevices(config, held).things).toEqual([config.things[0]]);
  });

  it.each([{ pulseFrom: 1 }, { lostSince: 1 }, { onSince: 0 }])('takes %j for on', (record) => {
    expect(thingsThatAreOn({ outputs: new Map([['lamp.on', record]]), asFound: false })).toEqual(
      new Set(['lamp']),
    );
  });
});

describe('safe mode', () => {
  const silent = { warn: () => {}, error: () => {} } as unknown as Log;

  it('comes with the sixth start within ten minutes, and lets go of outputs where it goes badly itself', () => {
    const folder = mkdtempSync(join(tmpdir(), 'safe-mode-'));
    const starts = new StartRecord(folder);
    const seen = Array.from({ length: 10 }, (_, n) => safeModeOf(starts, n * 1_000, silent)?.holdsOutputs);
    expect(seen).toEqual([...Array(5).fill(undefined), true, true, true, false, false]);
    starts.clear();
    expect(safeModeOf(starts, 11_000, silent)).toBeUndefined();
    rmSync(folder, { recursive: true });
  });
});
