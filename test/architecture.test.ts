import { describe, expect, it } from 'vitest';
import { filesUnder, importsOf, loadsOf, sourceOf } from './support/source-files.ts';

/**
 * Which rooms each room may know besides itself. `agent/x` is a folder or a file; a room that is not listed has
 * no place in the house yet.
 */
const low = ['agent/time', 'agent/errors.ts', 'agent/counters.ts'];
const arrows: Readonly<Record<string, readonly string[]>> = {
  'agent/main.ts': ['agent/cli'],
  'agent/cli': [
    ...low,
    'agent/appliance',
    'agent/audio',
    'agent/config',
    'agent/connection',
    'agent/embedded-place',
    'agent/enet',
    'agent/keys',
    'agent/place',
    'agent/service',
    'agent/wire',
    'devices',
  ],
  'agent/config': [...low, 'agent/connection', 'agent/keys', 'agent/service', 'agent/wire', 'devices'],
  'agent/service': low,
  'agent/appliance': [
    ...low,
    'agent/audio',
    'agent/connection',
    'agent/keys',
    'agent/place',
    'agent/wire',
    'devices',
  ],
  'agent/embedded-place': [...low, 'agent/connection', 'agent/wire'],
  'agent/place': [...low, 'agent/connection', 'agent/wire'],
  // Of devices only what PCM is: its rate, its frames, its loudness.
  'agent/audio': [...low, 'devices'],
  'agent/connection': [...low, 'agent/enet'],
  'agent/keys': ['agent/wire'],
  'agent/wire': [],
  'agent/enet': [],
  'agent/time': [],
  'agent/errors.ts': [],
  'agent/counters.ts': [],
  devices: [],
};

const files = filesUnder('agent', 'devices');
const sources = files.filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'));

function roomOf(path: string): string {
  const [house, room] = path.split('/');
  return house === 'devices' ? 'devices' : `${house}/${room}`;
}

describe('the house', () => {
  it('has only rooms that are on the map', () => {
    expect([...new Set(sources.map(roomOf))].filter((room) => !(room in arrows))).toEqual([]);
  });

  it.each(Object.entries(arrows))('%s knows nothing of the rooms above it', (room, allowed) => {
    const wrong = sources
      .filter((path) => roomOf(path) === room)
      .flatMap((path) =>
        importsOf(path)
          .filter((imported) => /^(agent|devices|test)\//.test(imported))
          .filter((imported) => ![room, ...allowed].includes(roomOf(imported)))
          .map((imported) => `${path} imports ${imported}`),
      );
    expect(wrong).toEqual([]);
  });

  it('has no circle of files that load each other', () => {
    expect(circles(new Map(sources.map((path) => [path, loadsOf(path)])))).toEqual([]);
  });

  it('keeps every file under 400 lines', () => {
    const long = [...files, ...filesUnder('test').filter((path) => path.endsWith('.ts'))]
      .map((path) => ({ path, lines: sourceOf(path).split('\n').length - 1 }))
      .filter(({ lines }) => lines > 400);
    expect(long).toEqual([]);
  });

  it('holds TypeScript and nothing else, but for what tests compile', () => {
    expect(files.filter((path) => !/\.ts$|\.test\.c$/.test(path))).toEqual([]);
  });

  it('never loads alsa-capture into the daemon: it can hang the process for ever', () => {
    const loaders = sources.filter((path) => importsOf(path).includes('alsa-capture'));
    expect(loaders).toEqual(['devices/microphone/alsa-capture-host.ts']);
    expect(sources.filter((path) => importsOf(path).includes(loaders[0]!))).toEqual([]);
  });

  it('loads for a visit neither configuration nor drivers, which would take half of its start', () => {
    const loaded = new Set(['agent/cli/visit.ts']);
    for (const path of loaded) if (path.endsWith('.ts')) for (const next of loadsOf(path)) loaded.add(next);
    const needless = /^agent\/config\/|^devices\/(?!sound\/)|^zod$/;
    expect([...loaded].filter((path) => needless.test(path))).toEqual([]);
  });

  it('opens sockets in the ENet endpoint alone', () => {
    const openers = sources.filter((path) => importsOf(path).includes('node:dgram'));
    expect(openers.filter((path) => roomOf(path) !== 'agent/enet')).toEqual([]);
  });
});

/** Each circle once, as `a -> b -> a`. */
function circles(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const found: string[] = [];
  const finished = new Set<string>();
  const walk = (path: string, trail: readonly string[]) => {
    if (trail.includes(path)) {
      found.push([...trail.slice(trail.indexOf(path)), path].join(' -> '));
      return;
    }
    if (finished.has(path)) return;
    for (const next of graph.get(path) ?? []) if (graph.has(next)) walk(next, [...trail, path]);
    finished.add(path);
  };
  for (const path of graph.keys()) walk(path, []);
  return found;
}
