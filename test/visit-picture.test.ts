import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parsePlaceUrl } from '../agent/connection/place-url.ts';
import { PlaceSession } from '../agent/place/session.ts';
import { dialects } from '../agent/wire/dialect.ts';
import { thermometer } from './support/scripted-thing.ts';
import { VisitStage } from './support/visit-stage.ts';

let stage: VisitStage;
let folder: string;
let file: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'allo-picture-'));
  file = join(folder, 'panel.svg');
  stage = await VisitStage.open();
});
afterEach(async () => {
  await stage.close();
  rmSync(folder, { recursive: true });
});

/** Runs `visit URL --picture ...`, for which files are written in real time. */
async function picture(...args: string[]): Promise<string[]> {
  const { lines, done } = stage.start('--picture', ...args);
  let over = false;
  const end = () => {
    over = true;
  };
  done.then(end, end);
  await expect.poll(() => stage.time.advance(20).then(() => over), { interval: 5 }).toBe(true);
  await done;
  return lines;
}

describe('visit --picture', () => {
  it('draws the only appliance there is, and says how large', async () => {
    const [line] = await picture(file);
    expect(line).toMatch(/^Greenhouse, \d+ × \d+ pixels, in .*panel\.svg$/);
    const svg = readFileSync(file, 'utf8');
    expect(svg).toMatch(/^<svg .*<\/svg>\n$/s);
    expect(svg).toContain('<title>Greenhouse</title>');
    expect(readdirSync(folder)).toEqual(['panel.svg']);
  });

  it('writes PNG where the file is called so', async () => {
    const png = join(folder, 'panel.PNG');
    const [line] = await picture(png, '--json');
    const { name, width, height, whole, left_out } = JSON.parse(line!) as Record<string, unknown>;
    expect({ name, whole, left_out }).toEqual({ name: 'Greenhouse', whole: true, left_out: {} });
    const bytes = readFileSync(png);
    expect(bytes.subarray(0, 8)).toEqual(Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'));
    expect([bytes.readUInt32BE(16), bytes.readUInt32BE(20)]).toEqual([width, height]);
  });

  it('wants to know whom, where there are several', async () => {
    await stage.startAppliance('Cellar', [thermometer('cellar', () => stage.time.now())]);
    await stage.time.advance(500);
    await expect(picture(file)).rejects.toMatchObject({
      code: 'ALLO_E_VISIT_AMBIGUOUS',
      message: 'there are 2 appliances here: name one with --of; there is Cellar, Greenhouse',
    });
    expect((await picture(file, '--of', 'Cellar'))[0]).toMatch(/^Cellar, /);
  });

  it('says who is there, where nobody is called so', async () => {
    await expect(picture(file, '--of', 'Attic')).rejects.toMatchObject({
      code: 'ALLO_E_VISIT_UNKNOWN',
      message: expect.stringContaining('Greenhouse'),
    });
  });

  it('draws whoever else is named, if there is anything to draw', async () => {
    await join3d({ text: { string: 'Alice', height: 0.1 } });
    expect((await picture(file, '--of', 'Alice'))[0]).toMatch(/^Alice, /);
    await join3d({ text: { string: 'Bob' }, geometry: { type: 'hardcoded-model', name: 'head' } });
    await expect(picture(file, '--of', 'Bob')).rejects.toMatchObject({
      code: 'ALLO_E_VISIT_PICTURE',
      message: 'Bob has nothing to draw, but 1 thing that makes no sense, 1 3D model',
    });
  });

  it('draws all of what is still being spawned', async () => {
    await grow('Alice', 5);
    const [line] = await picture(file, '--of', 'Alice');
    expect(line).toMatch(/^Alice, \d+ × \d+ pixels, in \S*panel\.svg$/);
    expect(readFileSync(file, 'utf8').match(/<path fill=/g)).toHaveLength(5);
  });

  it('waits ten seconds, and says so where that was not enough', async () => {
    await grow('Alice', 100);
    const asked = stage.time.now();
    const [[line], [json]] = await Promise.all([
      picture(file, '--of', 'Alice'),
      picture(join(folder, 'other.svg'), '--of', 'Alice', '--json'),
    ]);
    expect(stage.time.now() - asked).toBeGreaterThan(10_000);
    expect(line).toMatch(/; more of it was still being added$/);
    expect(JSON.parse(json!)).toMatchObject({ whole: false });
  });

  it('draws nothing where it is interrupted before all of it is there', async () => {
    await grow('Alice', 100);
    const { done, interrupt } = stage.start('--picture', file, '--of', 'Alice');
    await stage.visitorToJoin();
    await stage.time.advance(3_000);
    interrupt();
    await expect(stage.settled(done)).rejects.toMatchObject({ code: 'ALLO_E_VISIT_SILENT' });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('tells of places without an appliance who is there', async () => {
    await stage.stopAppliances();
    await join3d({ text: { string: 'Alice', height: 0.1 } });
    await expect(picture(file)).rejects.toMatchObject({
      code: 'ALLO_E_VISIT_UNKNOWN',
      message: expect.stringContaining('Alice'),
    });
    expect(existsSync(file)).toBe(false);
  });

  it('fails where the file cannot be written', async () => {
    await expect(picture(join(folder, 'none', 'panel.svg'))).rejects.toMatchObject({
      code: 'ALLO_E_VISIT_FILE',
    });
  });

  it.each([
    ['another kind of file', ['--picture', 'panel.jpg']],
    ['--of without it', ['--of', 'Greenhouse']],
    ['an end in time', ['--picture', 'panel.png', '--for', '3']],
  ])('is not understood with %s', async (_, args) => {
    await expect(stage.start(...args).done).rejects.toMatchObject({ name: 'CommanderError' });
  });
});

it.each(Object.values(dialects))('a picture is drawn in $name places', async (dialect) => {
  await stage.close();
  stage = await VisitStage.open(dialect);
  expect((await picture(file))[0]).toMatch(/^Greenhouse, /);
});

/** Somebody who is made of so many triangles, of which one more is there now and then. */
async function grow(name: string, triangles: number): Promise<void> {
  const { entities } = await join3d({ text: { string: name, height: 0.1 } });
  const vertices = [
    [0, 0, 0],
    [1, 0, 0],
    [0, 1, 0],
  ];
  const geometry = { type: 'inline', vertices, triangles: [[0, 1, 2]] };
  const add = (n: number) => {
    entities.declare(`triangle ${n}`, { geometry });
    if (n + 1 < triangles) stage.time.after(n === 0 ? 900 : 1_500, () => add(n + 1));
  };
  add(0);
}

/** Somebody who is no appliance. */
async function join3d(
  avatar: ConstructorParameters<typeof PlaceSession>[0]['avatar'],
): Promise<PlaceSession> {
  const session = new PlaceSession({
    address: parsePlaceUrl('alloplace://garden'),
    dialect: dialects.documented,
    identity: { displayName: 'somebody' },
    avatar,
    dial: stage.network.dial,
    time: stage.time,
  });
  stage.sessions.push(session);
  session.start();
  await stage.time.advance(500);
  return session;
}
