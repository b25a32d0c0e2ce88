import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { PanelThing } from './support/panel-things.ts';
import { onePropertyPanel, sixPropertyPanel, twentyPropertyPanel } from './support/panels.ts';
import { expectApproved } from './support/picture-comparison.ts';
import { VisitStage } from './support/visit-stage.ts';

/** How long the appliance has been there when it is pictured, and how often its things say something, seconds. */
const presence = 600;
const every = 10;

let stage: VisitStage;
let folder: string;

// Loaded here, it is there at once when it is asked for: the moment of each picture is the same every time.
beforeAll(async () => {
  await import('../agent/cli/visit/picture/take.ts');
});
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'allo-picture-'));
  stage = await VisitStage.open();
});
afterEach(async () => {
  await stage.close();
  rmSync(folder, { recursive: true });
});

describe('the panel of an appliance', () => {
  it.each([
    ['one', onePropertyPanel, 'Grow light'],
    ['six', sixPropertyPanel, 'Glasshouse'],
    ['twenty', twentyPropertyPanel, 'Glasshouse of the Botanical Garden, Upper Terrace'],
  ] as const)('looks as approved, with %s of its properties', async (count, things, name) => {
    await live(
      name,
      things(() => stage.time.now()),
    );
    expectApproved(`test/fixtures/pictures/${count}.png`, await pictureOf(name));
  });
});

async function live(name: string, things: readonly PanelThing[]): Promise<void> {
  await stage.startAppliance(name, things);
  await stage.time.advance(1_000);
  for (let seconds = 0; seconds <= presence; seconds += every) {
    for (const thing of things) thing.sayAll(seconds);
    await stage.time.advance(every * 1_000);
  }
}

async function pictureOf(name: string): Promise<Uint8Array> {
  const path = join(folder, 'panel.png');
  const { done } = stage.start('--picture', path, '--of', name);
  // Time enough to join and to look.
  await stage.time.advance(500);
  // What draws takes real time, and leaving takes that of the place.
  let over = false;
  const end = () => {
    over = true;
  };
  done.then(end, end);
  await expect.poll(() => stage.time.advance(10).then(() => over), { timeout: 15_000 }).toBe(true);
  await done;
  return readFileSync(path);
}
