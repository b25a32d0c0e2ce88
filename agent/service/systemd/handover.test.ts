import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Handover } from './handover.ts';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'allo-handover-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

/** What the package's installation does. */
const upgrade = () => mkdirSync(join(directory, 'keep-outputs'));

describe('the handover of outputs', () => {
  it('is none where nothing is upgraded', () => {
    new Handover(directory).takeUp();
    expect(new Handover(directory).pending).toBe(false);
  });

  it('is seen by the daemon that stops', () => {
    const old = new Handover(directory);
    old.takeUp();
    upgrade();
    expect(old.pending).toBe(true);
  });

  it('happens once: the stop after it is an ordinary one', () => {
    upgrade();
    const daemon = new Handover(directory);
    daemon.takeUp();
    expect(daemon.pending).toBe(false);
    daemon.takeUp();
    expect(readdirSync(directory)).toEqual([]);
  });
});
