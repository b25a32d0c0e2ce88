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
    expect(new Handover(directory).takeUp()).toBe(false);
    expect(new Handover(directory).pending).toBe(false);
  });

  it('goes from the daemon that stops to the one that starts', () => {
    const old = new Handover(directory);
    expect(old.takeUp()).toBe(false);
    upgrade();
    expect(old.pending).toBe(true);
    expect(new Handover(directory).takeUp()).toBe(true);
  });

  it('happens once: the stop after it is an ordinary one', () => {
    upgrade();
    const daemon = new Handover(directory);
    expect(daemon.takeUp()).toBe(true);
    expect(daemon.pending).toBe(false);
    expect(daemon.takeUp()).toBe(false);
    expect(readdirSync(directory)).toEqual([]);
  });
});
