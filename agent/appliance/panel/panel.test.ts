import { beforeEach, describe, expect, it } from 'vitest';
import type { PropertyDescription, Quality, Thing, Value } from '../../../devices/thing.ts';
import { WatchedEntities } from '../../../test/support/watched-entities.ts';
import { AVATAR } from '../../place/own-entities.ts';
import { VirtualTime } from '../../time/virtual-time.ts';
import type { Components } from '../../wire/place-requests.ts';
import { MemoryHistory } from '../history/memory-history.ts';
import { Property } from '../property.ts';
import { quietEvery } from './coalescer.ts';
import type { Condition } from './condition.ts';
import { ink, surface } from './palette.ts';
import { Panel } from './panel.ts';

const most = 64 * 1024;
const minute = 60_000;

let time: VirtualTime;
let entities: WatchedEntities;
let condition: Condition;
let deadline: number | undefined;
let spawns: boolean;
let panel: Panel;
let properties: Property[];

beforeEach(() => {
  time = new VirtualTime(10 * minute);
  condition = { placeName: 'Garden', clockErrorMs: 0.3, faults: new Map() };
  deadline = undefined;
  spawns = true;
  show(output('light'), number('soil', 'Moisture', '%'));
});

const output = (id: string) => described(id, { name: 'on', title: 'On', type: 'boolean', writable: true });
const number = (id: string, title: string, unit: string, bounds: Partial<PropertyDescription> = {}) =>
  described(id, { name: title.toLowerCase(), title, type: 'number', unit, writable: false, ...bounds });
const muted: PropertyDescription = { name: 'muted', title: 'Muted', type: 'boolean', writable: true };

function described(id: string, ...all: PropertyDescription[]): Thing {
  const driver = id === 'microphone' ? 'microphone' : 'gpio';
  const about = { id, title: id.charAt(0).toUpperCase() + id.slice(1), driver, simulated: false };
  return { ...about, properties: all, actions: [] } as Partial<Thing> as Thing;
}

function show(...things: Thing[]): void {
  entities = new WatchedEntities(time);
  properties = things.flatMap((thing) => thing.properties.map((one) => new Property(thing, one)));
  panel = new Panel({
    entities,
    time,
    properties,
    condition: () => condition,
    faultOf: (thing) => condition.faults.get(thing)?.reason,
    offAt: (key) => (key.endsWith('.on') ? deadline : undefined),
    spawns: () => spawns,
  });
  panel.declare();
  entities.changes = [];
}

let seq = 0;
function read(property: Property, value: Value | null, quality: Quality = 'good', at = time.now()): void {
  panel.read(property, property.take({ value, time: at, quality }, ++seq), { time: at / 1e3 });
}

const light = () => properties[0]!;
const soil = () => properties[1]!;
const made = (key: string): Components => entities.get(key)?.components ?? {};
const shown = (key: string) => (made(key).text as { string: string } | undefined)?.string;
const colour = (key: string) => (made(key).material as { color: number[] } | undefined)?.color;
const place = (key: string) => (made(key).transform as { matrix: number[] }).matrix.slice(12, 15);
const settle = () => time.advance(3_000);

describe('a row', () => {
  it('says what it is, what it reads, and what programs want to know, in one update', async () => {
    read(soil(), 41.26);
    await settle();
    expect(shown('soil.moisture/title')).toBe('Soil');
    expect(shown('soil.moisture/note')).toBe('moisture');
    expect(shown('soil.moisture')).toBe('41.3 %');
    expect(made('soil.moisture').property).toMatchObject({ thing: 'soil', value: 41.26, quality: 'good' });
    entities.changes = [];
    read(soil(), 42);
    await settle();
    expect(entities.changes.map(({ key }) => key)).toEqual(['soil.moisture']);
  });

  it('lights its lamp, and its word, while an output is on, and tells when it goes off', async () => {
    read(light(), true);
    deadline = time.now() + 12 * minute;
    panel.refresh();
    await settle();
    expect([shown('light.on'), colour('light.on')]).toEqual(['on', [...ink.on]]);
    expect(shown('light.on/note')).toBe('output · off in 12 min');
    read(light(), false);
    await settle();
    expect([shown('light.on'), colour('light.on')]).toEqual(['off', [...ink.off]]);
  });

  it('shows by words and colour what is stale, and what is at fault', async () => {
    read(soil(), 41, 'stale');
    await settle();
    expect([shown('soil.moisture/note'), colour('soil.moisture')]).toEqual([
      'moisture · stale',
      [...ink.stale],
    ]);
    condition = { ...condition, faults: new Map([['soil', { reason: '/dev/ttyUSB0 is unplugged' }]]) };
    read(soil(), 41, 'fault');
    panel.refresh();
    await settle();
    expect(shown('soil.moisture/note')).toMatch(/is unplugged$/);
    expect(colour('soil.moisture')).toEqual([...ink.fault]);
    expect(colour('soil.moisture/plate')).toEqual([...surface.fault]);
    expect(shown('trouble')).toBe('soil: /dev/ttyUSB0 is unplugged');
    expect(colour('trouble')).toEqual([...ink.fault]);
  });

  it('uses the room of its curve for words while there is no curve', async () => {
    const reason = 'there is no sensor 28-0316a2793eff on the bus';
    condition = { ...condition, faults: new Map([['cellar', { reason }]]) };
    show(number('cellar', 'Temperature', '°C'));
    await panel.start(new MemoryHistory());
    const [cellar] = properties as [Property];
    read(cellar, null, 'fault');
    await time.advance(20_000);
    expect(made('cellar.temperature/curve')).toEqual({});
    const alone = made('cellar.temperature/note');
    expect(shown('cellar.temperature/note')).toBe(reason);
    read(cellar, 12, 'good');
    await time.advance(10_000);
    read(cellar, null, 'fault');
    await time.advance(10_000);
    expect(made('cellar.temperature/curve').geometry).toBeDefined();
    expect(shown('cellar.temperature/note')).toMatch(/^there is no .*\.\.\.$/);
    expect(made('cellar.temperature/note').transform).not.toEqual(alone.transform);
    panel.stop();
  });

  it('says how old an old reading is', async () => {
    await panel.start(new MemoryHistory());
    read(soil(), 41);
    await time.advance(2.5 * minute);
    expect(shown('soil.moisture/note')).toBe('moisture · 2 min ago');
    panel.stop();
  });

  it('does not say so of what is set here: that is as it is set', async () => {
    await panel.start(new MemoryHistory());
    read(light(), true);
    await time.advance(2.5 * minute);
    expect(shown('light.on/note')).toBe('output');
    panel.stop();
  });

  it('never cuts the digits of a number', async () => {
    show(number('dust', 'Dust', 'particles of a millionth of a metre'));
    read(properties[0]!, 680_954_349);
    await settle();
    expect(shown('dust.dust')).toMatch(/^6\.81e8 part.*\.\.\.$/);
  });

  it('tells on air from muted, and from a microphone that does not work', async () => {
    show(described('microphone', muted));
    const [sound] = properties as [Property];
    read(sound, false);
    await settle();
    expect([shown('microphone.muted'), colour('microphone.muted')]).toEqual(['on air', [...ink.onAir]]);
    condition = { ...condition, faults: new Map([['microphone', { reason: 'it is busy' }]]) };
    panel.refresh();
    await settle();
    expect([shown('microphone.muted'), shown('microphone.muted/note')]).toEqual(['fault', 'it is busy']);
    expect(colour('microphone.muted')).toEqual([...ink.fault]);
    expect(colour('microphone.muted/plate')).toEqual([...surface.fault]);
    read(sound, true);
    await settle();
    expect([shown('microphone.muted'), colour('microphone.muted')]).toEqual(['muted', [...ink.off]]);
    expect(shown('microphone.muted/note')).toBe('nobody hears it');
  });

  it('has a lamp where something is on or off, and nowhere else', () => {
    expect(made('light.on').geometry).toBeDefined();
    expect(made('soil.moisture').geometry).toBeUndefined();
  });

  it('fills a level meter by as many steps as can be seen', async () => {
    show(number('microphone', 'Level', 'dBFS', { minimum: -90, maximum: 0 }));
    const [level] = properties as [Property];
    const meters = new Set<string>();
    for (let value = -90; value <= 0; value += 0.5) {
      read(level, value);
      await time.advance(1_000);
      meters.add(JSON.stringify(made('microphone.level').geometry));
    }
    expect(meters.size).toBe(25);
  });
});

describe('a row that is touched', () => {
  const rest = { pointed: false, pressed: false };

  it('is highlighted and goes back while it is pressed, at once', async () => {
    panel.touched('light.on', { ...rest, pointed: true });
    await time.advance(30);
    expect(colour('light.on/plate')).toEqual([...surface.pointed]);
    panel.touched('light.on', { pointed: true, pressed: true });
    await time.advance(30);
    expect(place('light.on')[2]).toBe(-0.003);
    expect(colour('light.on/plate')).toEqual([...surface.pointed]);
    await time.advance(1_000);
    panel.touched('light.on', rest);
    await time.advance(30);
    expect(place('light.on')[2]).toBe(0);
    expect(colour('light.on/plate')).toEqual([...surface.row]);
  });

  it('shows a refusal instead of its own text for as long as it is there', async () => {
    read(light(), true);
    await settle();
    panel.touched('light.on', { ...rest, refusal: 'the light was switched a moment ago: wait 12 s' });
    await time.advance(30);
    expect(shown('light.on')).toMatch(/^the light was switched a moment ago: wait 12 s$/);
    expect(colour('light.on')).toEqual([...ink.fault]);
    expect(place('light.on/title')[2]).toBeLessThan(-0.01);
    await time.advance(3_000);
    panel.touched('light.on', rest);
    await settle();
    expect([shown('light.on'), place('light.on/title')[2]]).toEqual(['on', 0]);
  });

  it('is nothing to a key that has no row', () => {
    expect(() => panel.touched('nobody.on', { pointed: true, pressed: true })).not.toThrow();
  });
});

describe('what goes to the place', () => {
  it('is nothing where readings say the same, but for what programs read, which follows within ten seconds', async () => {
    read(soil(), 41.26);
    await settle();
    entities.changes = [];
    for (let n = 0; n < 30; n++) {
      read(soil(), 41.26 + (n % 2) * 0.01);
      await time.advance(1_000);
    }
    expect(entities.changes.length).toBeLessThanOrEqual(3);
    await time.advance(quietEvery);
    expect(made('soil.moisture').property).toMatchObject({
      value: soil().latest?.value,
      time: soil().latest!.time / 1e3,
    });
  });

  it('of sixty properties that change ten times a second is at most ten updates a second, of less than 4 kB', async () => {
    show(...Array.from({ length: 60 }, (_, n) => number(`probe_${n}`, 'Temperature', '°C')));
    await panel.start(new MemoryHistory());
    for (let n = 0; n < 100; n++) {
      for (const [index, property] of properties.entries()) read(property, index + 7 * Math.sin(n + index));
      await time.advance(100);
    }
    const { changes } = entities;
    for (const { at } of changes) {
      const second = changes.filter((other) => other.at >= at && other.at < at + 1_000);
      expect(second.length).toBeLessThanOrEqual(10);
      expect(second.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThan(8_000);
    }
    const bytes = changes.reduce((sum, change) => sum + change.bytes, 0);
    expect(bytes / 10).toBeLessThan(4_000);
    panel.stop();
  });

  it.each([1, 6, 20, 24, 25, 60, 81, 150])(
    'is at most 64 KiB of geometry for %i numbers, with all their curves',
    async (count) => {
      show(...Array.from({ length: count }, (_, n) => number(`probe_${n}`, 'Temperature', '°C')));
      const history = new MemoryHistory();
      for (const { key } of properties)
        for (let n = 0; n < 200; n++)
          history.add(key, {
            value: 20 + 9 * ((n * 7919) % 13),
            time: n * 3_000,
            quality: 'good',
            seq: n + 1,
          });
      await panel.start(history);
      await time.advance(2 * minute);
      const geometry = [...entities.all()].map(
        ({ components }) => JSON.stringify(components.geometry ?? '').length,
      );
      expect(geometry.reduce((sum, bytes) => sum + bytes)).toBeLessThanOrEqual(most);
      const curves = [...entities.all()].filter(({ key }) => key.endsWith('/curve')).length;
      expect(curves).toBe(count <= 60 ? count : 0);
      panel.stop();
    },
  );

  it('says as one text, first its name, what a place has no entities for', async () => {
    spawns = false;
    read(soil(), 41.26);
    read(light(), true);
    await settle();
    expect(shown(AVATAR)).toBe('Greenhouse\nLight: on\nSoil: 41.3 %');
    panel.touched('light.on', { pointed: false, pressed: false, refusal: 'not now' });
    await settle();
    expect(shown(AVATAR)).toBe('Greenhouse\nLight: not now\nSoil: 41.3 %');
    expect(new Set(entities.changes.map(({ key }) => key))).toEqual(new Set([AVATAR]));
  });

  it('says there, too, when an output goes off, and never calls a broken microphone on air', async () => {
    spawns = false;
    show(output('pump'), described('microphone', muted), number('soil', 'Moisture', '%'));
    const [pump, sound, soil] = properties as [Property, Property, Property];
    read(pump, true);
    read(sound, false);
    read(soil, 41, 'stale');
    await settle();
    expect(shown(AVATAR)).toBe('Greenhouse\nPump: on\nMicrophone: on air\nSoil: 41.0 % (stale)');
    condition = { ...condition, faults: new Map([['microphone', { reason: 'it is busy' }]]) };
    deadline = time.now() + 12 * minute;
    read(soil, null, 'fault');
    panel.refresh();
    await settle();
    expect(shown(AVATAR)?.split('\n').slice(1)).toEqual([
      'Pump: on (off in 12 min)',
      'Microphone: fault',
      'Soil: fault',
      'microphone: it is busy',
    ]);
  });

  it('is the rows again after another place that takes entities was joined', async () => {
    spawns = false;
    read(soil(), 41.26);
    await settle();
    spawns = true;
    panel.refresh();
    await settle();
    expect([shown(AVATAR), shown('soil.moisture')]).toEqual(['Greenhouse', '41.3 %']);
  });
});

describe('the panel', () => {
  it('is about the place the avatar was given, with its name on it', () => {
    const { y, height } = panel.layout.frame;
    const [x, nameAt, z] = place(AVATAR) as [number, number, number];
    expect([x, z]).toEqual([0, -1.5]);
    expect(nameAt + y).toBeCloseTo(1.2);
    expect(nameAt).toBeLessThan(1.2 + height / 2);
    expect(shown(AVATAR)).toBe('Greenhouse');
  });

  it('is grabbed by its frame, behind which no row ever is', () => {
    const front = ({ transform, collider }: Components) =>
      (transform as { matrix: number[] }).matrix[14]! + (collider as { depth: number }).depth / 2;
    expect(made('frame').grabbable).toEqual({ actuate_on: '$parent' });
    expect(made('light.on').grabbable).toBeUndefined();
    panel.touched('light.on', { pointed: true, pressed: true });
    expect(front(made('light.on'))).toBeGreaterThan(front(made('frame')));
  });

  it('says where it is, and how well the time there is known', async () => {
    expect(shown('status')).toBe('Garden · clock ±0.5 ms');
    condition = { ...condition, safeMode: '3 starts went badly' };
    panel.refresh();
    await settle();
    expect(shown('trouble')).toBe('safe mode: 3 starts went badly');
  });

  it('shows the last ten minutes as the history has them', async () => {
    const history = new MemoryHistory();
    for (let n = 0; n < 40; n++)
      history.add('soil.moisture', { value: n % 9, time: n * 15_000, quality: 'good', seq: n + 1 });
    await panel.start(history);
    await time.advance(6_000);
    const { vertices } = made('soil.moisture/curve').geometry as { vertices: number[][] };
    expect(vertices.length).toBeGreaterThan(10);
    panel.stop();
  });
});
