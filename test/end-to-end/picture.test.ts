import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { DialectName } from '../../agent/wire/dialect.ts';
import { Garden } from './garden.ts';

/** What `visit --picture --json` prints. */
interface Told {
  readonly name: string;
  readonly width: number;
  readonly height: number;
}

describe('visit --picture, over UDP', () => {
  it.concurrent.each<DialectName>(['documented', 'v1', 'v3', 'v4'])(
    'draws an appliance in a place of %s',
    async (kind) => {
      const garden = await Garden.open(kind);
      try {
        const config = `place: { url: "${garden.url}" }\n`;
        const appliance = await garden.startAppliance('Shed', config, { XDG_STATE_HOME: garden.folder });
        await appliance.until(/"msg":"joined"/);
        const path = join(garden.folder, 'shed.png');
        const [told] = await garden.visit<Told>('--picture', path, '--of', 'Shed');
        expect(told).toMatchObject({ name: 'Shed' });
        const png = await readFile(path);
        expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([told!.width, told!.height]);
      } finally {
        await garden.close();
      }
    },
  );
});
