import { homedir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { cacheDirectory, stateDirectory } from './directories.ts';

describe('the cache directory', () => {
  it.each([
    [
      'what systemd says',
      { CACHE_DIRECTORY: '/var/cache/allo-agent', XDG_CACHE_HOME: '/x' },
      '/var/cache/allo-agent',
    ],
    ['the first that systemd says', { CACHE_DIRECTORY: '/var/cache/a:/var/cache/b' }, '/var/cache/a'],
    ["under the user's caches", { XDG_CACHE_HOME: '/home/pi/caches' }, '/home/pi/caches/allo-agent'],
    [
      'as usual where a path is relative',
      { CACHE_DIRECTORY: 'a', XDG_CACHE_HOME: 'b' },
      `${homedir()}/.cache/allo-agent`,
    ],
    ['as usual where nothing is said', {}, `${homedir()}/.cache/allo-agent`],
  ])('is %s', (_what, environment, directory) => expect(cacheDirectory(environment)).toBe(directory));
});

describe('the state directory', () => {
  it.each([
    [
      'what systemd says',
      { STATE_DIRECTORY: '/var/lib/allo-agent', XDG_STATE_HOME: '/x' },
      '/var/lib/allo-agent',
    ],
    ["under the user's states", { XDG_STATE_HOME: '/home/pi/states' }, '/home/pi/states/allo-agent'],
    ['as usual where nothing is said', {}, `${homedir()}/.local/state/allo-agent`],
  ])('is %s', (_what, environment, directory) => expect(stateDirectory(environment)).toBe(directory));
});
