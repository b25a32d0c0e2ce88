import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { dialects } from '../agent/wire/dialect.ts';
import type { PanelThing } from './support/panel-things.ts';
import { onePropertyPanel, sixPropertyPanel, twentyPropertyPanel } from './support/panels.ts';
import { expectApproved } from './support/picture-comparison.ts';
import { VisitStage } from './support/visit-stage.ts';

/** How far back the readings go that are told, and how far they are apart, seconds. */
const past = 600;
const every = 10;

/** Curves are drawn anew at most so often, ms. */
const redrawn = 30_000;

let stage: VisitStage;
let folder: string;

// Loaded here, it is there at once when it is asked for: the moment of each picture is the same every time.
beforeAll(async () => {
  await import('../agent/cli/visit/picture/take.ts');
});
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'allo-picture-'));
  stage = await VisitStage.open(dialects.documented, 2 * past * 1_000);
});
afterEach(async () => {
  await stage.close();
  rmSync(folder, { recursive: true });
});

describe('the panel of an appliance', () => {
  it.each([
    ['one', onePropertyPanel, 'Grow light', 'test/fixtures/pictures/one.png'],
    ['six', sixPropertyPanel, 'Glasshouse', 'docs/panel.png'],
    [
      'twenty',
      twentyPropertyPanel,
      'Glasshouse of the Botanical Garden, Upper Terrace',
      'test/fixtures/pictures/twenty.png',
    ],
  ] as const)('looks as approved, with %s of its properties', async (_, thingsOf, name, path) => {
    const things = thingsOf(() => stage.time.now());
    await live(name, things);
    expectApproved(path, await pictureOf(name));
  });
});

/** Ten minutes of readings, told in a few seconds: a place kept open for so long takes far longer than drawing. */
async function live(name: string, things: readonly PanelThing[]): Promise<void> {
  await stage.startAppliance(name, things);
  await stage.time.advance(1_000);
  for (let seconds = 0; seconds <= past; seconds += every) {
    for (const thing of things) thing.sayAll(seconds, stage.time.now() - (past - seconds) * 1_000);
    await stage.time.advance(100);
  }
  await stage.time.advance(redrawn);
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
  await expect.poll(() => stage.time.advance(10).then(() => over)).toBe(true);
  await done;
  return readFileSync(path);
}
