import { describe, expect, it } from 'vitest';
import { parseConfig } from '../config/load.ts';
import type { DiscoverReport, Found } from './discover-report.ts';
import { startingConfig } from './starting-config.ts';

const place = 'alloplace://garden.example';

function line(name: string): Found {
  const config = `  - id: ${name.toLowerCase()}\n    driver: gpio\n    line: ${name}\n    direction: in\n`;
  return { kind: 'GPIO line', driver: 'gpio', section: 'things', name, detail: 'free', config };
}
const board: Found = {
  kind: 'temperature',
  driver: 'thermal',
  section: 'things',
  name: 'cpu-thermal',
  detail: '48 °C',
  config: '  - id: cpu\n    driver: thermal\n',
};
const port: Found = {
  kind: 'serial port',
  driver: 'serial',
  section: 'things',
  name: '/dev/ttyUSB0',
  detail: '',
  config:
    '  - id: ttyusb0\n    driver: serial\n    path: /dev/ttyUSB0\n    format: json\n    properties:\n      value: {}\n',
};
const microphone: Found = {
  kind: 'capture PCM',
  driver: 'microphone',
  section: 'microphone',
  name: 'default',
  detail: '',
  config: 'device: "default"',
};
const all = [line('GPIO2'), line('GPIO17'), line('GPIO27'), board, port, microphone];

const of = (...found: Found[]) =>
  startingConfig({ found, nothing: [], failed: [] } satisfies DiscoverReport, place);
const read = (text: string) => parseConfig(text, 'config.yaml');
/** As if somebody had taken the `#` from these lines, from the one that begins so to the next that is not like it. */
const uncommented = (text: string, from: RegExp, lines: number) => {
  const all = text.split('\n');
  const first = all.findIndex((one) => from.test(one));
  return all.map((one, i) => (i >= first && i < first + lines ? one.replace('# ', '') : one)).join('\n');
};

describe('a configuration to begin with', () => {
  it('names the place, and turns on nothing but the sensors of the machine itself', () => {
    const { place: where, things, microphone: sound, speaker } = read(of(...all));
    expect(where.url).toBe(place);
    expect(things.map(({ id }) => id)).toEqual(['cpu']);
    expect([sound, speaker]).toEqual([undefined, undefined]);
  });

  it('is right on a machine where nothing was found', () => {
    expect(read(of()).things).toEqual([]);
  });

  it('holds an output and an input that only wait for their # to be taken away', () => {
    const text = of(...all);
    expect(text).toContain('# Free GPIO lines: GPIO2, GPIO17, GPIO27.');
    const lamp = read(uncommented(text, /# - id: lamp/, 5)).things.find(({ id }) => id === 'lamp');
    expect(lamp).toMatchObject({ line: 'GPIO17', direction: 'out', on_start: 'keep', on_stop: 'off' });
    const door = read(uncommented(text, /# - id: door/, 5)).things.find(({ id }) => id === 'door');
    expect(door).toMatchObject({ line: 'GPIO27', direction: 'in', bias: 'pull-up' });
  });

  it('holds what else was found in the same way', () => {
    const text = of(...all);
    const serial = read(uncommented(text, /# - id: ttyusb0/, 6)).things.find(({ id }) => id === 'ttyusb0');
    expect(serial).toMatchObject({ driver: 'serial', path: '/dev/ttyUSB0' });
    expect(read(uncommented(text, /^# microphone:/, 3)).microphone?.device).toBe('default');
  });
});
