import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseConfig } from '../../agent/config/load.ts';
import { Card, overlay } from './card.ts';

let card: Card;
beforeEach(() => {
  card = new Card();
});
afterEach(() => card.remove());

const config = 'etc/allo-agent/config.yaml';
const takeOver = () => card.run('take-over-config');
const shipped = readFileSync(join(overlay, 'boot/firmware/allo-agent.yaml'), 'utf8');

describe('allo-agent.yaml on the boot partition', () => {
  it('as it comes can be used', () => {
    expect(parseConfig(shipped, 'allo-agent.yaml').things).toHaveLength(1);
  });

  it('can be used with every example in it', () => {
    const full = shipped.replace(/^( *)# ( *)((- id|[a-z_]+):.*)$/gm, '$1$2$3');
    const parsed = parseConfig(full, 'allo-agent.yaml');
    expect(parsed.things.map(({ id }) => id)).toEqual(['board', 'lamp', 'door']);
    expect(parsed).toMatchObject({ display_name: 'Greenhouse', microphone: {}, speaker: {}, access: {} });
  });

  it('is taken over where it is good', async () => {
    card.write('boot/allo-agent.yaml', 'good\n');
    expect(await takeOver()).toMatchObject({ status: 0 });
    expect(card.read(config)).toBe('good\n');
  });

  it('is looked at again only where it changed, so what an administrator writes on the Pi stays', async () => {
    card.write('boot/allo-agent.yaml', 'good\n');
    await takeOver();
    card.write(config, 'better\n');
    rmSync(card.path('checked'));
    expect(await takeOver()).toMatchObject({ status: 0, stderr: '' });
    expect(card.read(config)).toBe('better\n');
    expect(card.read('checked')).toBeUndefined();
    card.write('boot/allo-agent.yaml', 'best\n');
    await takeOver();
    expect(card.read(config)).toBe('best\n');
  });

  it('with problems is not, at every start until they are mended', async () => {
    card.write('boot/allo-agent.yaml', 'good\n');
    await takeOver();
    card.write('boot/allo-agent.yaml', 'wrong\n');
    for (let start = 0; start < 2; start++) {
      card.powerOff();
      expect((await takeOver()).status).toBe(1);
      expect(card.read('run/config.problems')).toMatch(/^allo-agent.yaml:3:1: wrong\n {4}Mend it.\n/);
      expect(card.read(config)).toBe('good\n');
    }
    card.write('boot/allo-agent.yaml', 'mended\n');
    expect((await takeOver()).status).toBe(0);
    expect(card.read('run/config.problems')).toBeUndefined();
  });

  it('reaches the card before it takes the place of the old', async () => {
    card.write('boot/allo-agent.yaml', 'good\n');
    await takeOver();
    const calls = card.read('calls')!.split('\n');
    const target = card.path(config);
    expect(calls.slice(0, 2)).toEqual([`sync ${target}.new`, `mv -fT ${target}.new ${target}`]);
  });

  it('of any size is read to a limit', async () => {
    card.write('boot/allo-agent.yaml', Buffer.alloc(30_000_000, '#'));
    await takeOver();
    expect(Number(card.read('checked'))).toBe(1024 * 1024 + 1);
  });

  it.each([
    ['is missing', () => {}, 'allo-agent.yaml: is missing'],
    ['is a folder', () => card.write('boot/allo-agent.yaml/x', ''), 'allo-agent.yaml: cannot be read'],
    [
      'is missing with its partition',
      () => rmSync(card.path('boot'), { recursive: true }),
      'boot partition: is missing',
    ],
    [
      'has a name that Windows gave it',
      () => card.write('boot/allo-agent.yaml.txt', ''),
      'allo-agent.yaml.txt: is not read',
    ],
  ])('that %s leaves the old one', async (_what, make, problem) => {
    card.write(config, 'old\n');
    make();
    const { status, stderr } = await takeOver();
    expect(status).toBe(1);
    expect(stderr).toContain(problem);
    expect(card.read(config)).toBe('old\n');
  });
});
