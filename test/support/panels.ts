import { input, measure, output, type PanelProperty, PanelThing, wave } from './panel-things.ts';

type Now = () => number;

const percent = { minimum: 0, maximum: 100 };

/** The least there is: one output. */
export function onePropertyPanel(now: Now): PanelThing[] {
  return [thing(now, 'gpio', 'Grow light', output(true))];
}

/** A greenhouse as people have it. */
export function sixPropertyPanel(now: Now): PanelThing[] {
  return [
    thing(now, 'gpio', 'Grow light', output(true)),
    thing(now, 'gpio', 'Fan', output(false)),
    thing(now, 'gpio', 'Door', input(false)),
    thing(now, 'serial', 'Soil moisture', measure('Moisture', '%', wave(47, 9, 2_400), percent)),
    thing(
      now,
      'iio',
      'Weather',
      measure('Temperature', '°C', wave(21.4, 2.3, 500)),
      measure('Humidity', '%', wave(63, 8, 900), percent),
    ),
  ];
}

/** Everything at once: long names, large and small numbers, what does not work, letters that visors do not have. */
export function twentyPropertyPanel(now: Now): PanelThing[] {
  const missing = {
    code: 'ALLO_E_SENSOR_MISSING',
    reason: 'there is no sensor 28-0316a2793eff on the bus',
  } as const;
  const cellar = { id: 'cellar', title: 'Cellar', driver: 'w1', now, fault: missing };
  return [
    thing(
      now,
      'microphone',
      'Microphone',
      measure('Level', 'dBFS', wave(-30, 22, 70), { minimum: -90, maximum: 0 }),
      { ...output(false), name: 'muted', title: 'Muted' },
    ),
    thing(now, 'gpio', 'Grow light over the tomatoes at the far end of the second bench', output(true)),
    thing(now, 'gpio', 'Pump', output(false)),
    thing(now, 'gpio', 'Lüftung Süd', output(true)),
    thing(now, 'gpio', 'Door', input(true)),
    thing(now, 'gpio', 'Frost', input(false)),
    thing(
      now,
      'iio',
      'Weather',
      measure('Temperature', '°C', wave(-3.5, 6, 700)),
      measure('Humidity', '%', wave(63, 8, 900), percent),
      measure('Pressure', 'hPa', wave(1013, 4, 3_000)),
      measure('Illuminance', 'lx', wave(52_000, 48_000, 1_100)),
    ),
    thing(
      now,
      'serial',
      'Soil',
      measure('Moisture', '%', wave(47, 9, 2_400), percent),
      measure('Conductivity', 'µS/cm', wave(840, 60, 450)),
      measure('Nitrate, measured by the probe under the third row', 'mg/kg', wave(0.0042, 0.002, 320)),
    ),
    thing(
      now,
      'serial',
      'Tank',
      measure('Level', '%', (seconds) => (seconds < 300 ? 88 : 31), percent),
      { ...measure('Set point', '%', () => 80, percent), writable: true },
      { ...text('Label', 'rain water – 2026 Άνοιξη'), writable: true },
    ),
    thing(now, 'thermal', 'This board', measure('Temperature', '°C', wave(58, 7, 200))),
    thing(now, 'serial', 'Meter', {
      ...measure('Energy', 'Wh', (seconds) => 1_204_331 + 3 * seconds),
      type: 'integer',
    }),
    new PanelThing(cellar, [measure('Temperature', '°C', () => 0)]),
  ];
}

function thing(now: Now, driver: string, title: string, ...properties: PanelProperty[]): PanelThing {
  const id = title.toLowerCase().replace(/\W+/g, '_');
  return new PanelThing({ id, title, driver, now }, properties);
}

function text(title: string, value: string): PanelProperty {
  return { name: title.toLowerCase(), title, type: 'string', writable: false, course: () => value };
}
