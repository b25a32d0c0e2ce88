import { describe, expect, test } from 'vitest';
import { VirtualTime } from '../../agent/time/virtual-time.ts';
import { Recorder } from '../../test/devices/recorder.ts';
import { describeThing } from '../../test/devices/thing-contract.ts';
import { DeviceError } from '../errors.ts';
import type { OpenPort, PortEvents } from './port.ts';
import { serialSchema } from './schema.ts';
import { SerialThing } from './serial-thing.ts';

/** A port that a test plugs, unplugs and speaks through. */
class ScriptedPort {
  plugged = true;
  openings = 0;
  closings = 0;
  /** What the device says when the port is opened. */
  greeting = '';
  #events: PortEvents | undefined;

  readonly open: OpenPort = async (_, events) => {
    this.openings++;
    await Promise.resolve();
    if (!this.plugged) throw new DeviceError('ALLO_E_SERIAL_MISSING', '/dev/ttyUSB0 is not there');
    this.#events = events;
    this.says(this.greeting);
    return {
      close: async () => {
        this.closings++;
      },
    };
  };

  says(text: string): void {
    this.#events?.data(Buffer.from(text));
  }

  unplug(): void {
    this.plugged = false;
    this.#events?.lost(new DeviceError('ALLO_E_SERIAL_LOST', '/dev/ttyUSB0 was unplugged'));
  }
}

function bench(config: object = {}) {
  const time = new VirtualTime(1_000);
  const port = new ScriptedPort();
  const recorder = new Recorder();
  const thing = new SerialThing(
    serialSchema.parse({
      id: 'soil',
      driver: 'serial',
      path: '/dev/ttyUSB0',
      format: 'json',
      properties: { moisture: { unit: '%', min: 0, max: 100 }, wet: { type: 'boolean' } },
      ...config,
    }),
    port.open,
    time,
  );
  return { time, port, recorder, thing, start: () => thing.start(recorder) };
}

describeThing('a serial thing', {
  hasHardware: true,
  make() {
    const { thing, port, time } = bench();
    port.greeting = '{"moisture": 41.5, "wet": true}\n';
    const hardware = {
      remove: () => port.unplug(),
      restore: () => {
        port.plugged = true;
      },
    };
    return { thing, time, hardware, noticesWithinMs: 5_000 };
  },
});

describe('a serial thing', () => {
  test('describes what it was configured with, and nothing of it can be written', async () => {
    const { thing, start } = bench({ title: 'Soil probe' });
    expect(thing.title).toBe('Soil probe');
    expect(thing.properties).toEqual([
      {
        name: 'moisture',
        title: 'Moisture',
        type: 'number',
        unit: '%',
        writable: false,
        minimum: 0,
        maximum: 100,
      },
      { name: 'wet', title: 'Wet', type: 'boolean', writable: false },
    ]);
    await start();
    await expect(thing.write('moisture')).rejects.toThrow('soil.moisture cannot be written');
    await expect(thing.write('oops')).rejects.toMatchObject({ code: 'ALLO_E_DEVICE_PROPERTY' });
    await expect(thing.invoke('mute')).rejects.toMatchObject({ code: 'ALLO_E_DEVICE_ACTION' });
  });

  test('makes a reading of each value, at the time it arrived', async () => {
    const { thing, port, recorder, time, start } = bench();
    await start();
    await time.advance(500);
    port.says('{"moisture": 41.5, "wet": true}\n{"moisture"');
    expect(recorder.take()).toEqual(['moisture = 41.5 good', 'wet = true good']);
    expect(await thing.read('moisture')).toEqual({ value: 41.5, time: 1_500, quality: 'good' });
    port.says(': 42}\n');
    expect(recorder.take()).toEqual(['moisture = 42 good']);
  });

  test('has no reading before the first line', async () => {
    const { thing, start } = bench();
    await expect(thing.read('moisture')).rejects.toMatchObject({ code: 'ALLO_E_DEVICE_STOPPED' });
    await start();
    await expect(thing.read('moisture')).rejects.toMatchObject({ code: 'ALLO_E_SERIAL_SILENT' });
    await expect(thing.read('oops')).rejects.toThrow('soil has no property oops, only moisture, wet');
  });
});

describe('unplugged', () => {
  test('it turns its readings to fault with the last value, and comes back by itself', async () => {
    const { port, recorder, time, start } = bench();
    await start();
    port.says('{"moisture": 41.5}\n');
    recorder.take();
    port.unplug();
    expect(recorder.take()).toEqual([
      'moisture = 41.5 fault',
      'wet = null fault',
      'fault ALLO_E_SERIAL_LOST',
    ]);
    await time.advance(20_000);
    expect(recorder.take()).toEqual([]);
    expect(port.closings).toBe(1);

    port.plugged = true;
    await time.advance(5_000);
    expect(recorder.take()).toEqual(['recovered']);
    port.says('{"moisture": 40}\n');
    expect(recorder.take()).toEqual(['moisture = 40 good']);
  });

  test('it never joins what was cut off with what follows', async () => {
    const { thing, port, recorder, time, start } = bench({ format: 'csv', properties: { moisture: {} } });
    await start();
    port.says('10\n20\n1');
    expect(recorder.take()).toEqual(['moisture = 20 good']);
    port.unplug();
    port.plugged = true;
    await time.advance(5_000);
    recorder.take();
    port.says('2\n30\n');
    expect(recorder.take()).toEqual(['moisture = 30 good']);
    expect(thing.counters.malformed).toBe(0);
  });

  test('it is looked for less and less often, at least every five seconds', async () => {
    const { port, recorder, time, start } = bench();
    port.plugged = false;
    await start();
    expect(recorder.take()).toEqual([
      'moisture = null fault',
      'wet = null fault',
      'fault ALLO_E_SERIAL_MISSING',
    ]);
    await time.advance(500 + 1_000 + 2_000 + 4_000);
    expect(port.openings).toBe(5);
    await time.advance(60_000);
    expect(port.openings).toBe(17);
    expect(recorder.take()).toEqual([]);
  });

  test('a port that fails as soon as it opens is not opened ever faster', async () => {
    const { port, time, start } = bench();
    await start();
    for (let i = 0; i < 10; i++) {
      port.unplug();
      port.plugged = true;
      await time.advance(5_000);
    }
    expect(port.openings).toBe(11);
  });

  test('a read tells the fault', async () => {
    const { thing, port, start } = bench();
    port.plugged = false;
    await start();
    expect(await thing.read('moisture')).toEqual({ value: null, time: 1_000, quality: 'fault' });
  });
});

describe('what it cannot use', () => {
  test('is text without end, which would be kept thousands of times', async () => {
    const { thing, port, recorder, start } = bench({ properties: { note: { type: 'string' } } });
    await start();
    port.says(`{"note": "${'x'.repeat(256)}"}\n{"note": "${'y'.repeat(257)}"}\n`);
    expect(recorder.readings.map(({ reading }) => reading.value)).toEqual(['x'.repeat(256)]);
    expect(thing.counters.wrongValues).toBe(1);
  });

  test('is counted, and no fault while something good arrives', async () => {
    const { thing, port, recorder, time, start } = bench();
    await start();
    for (let second = 0; second < 20; second++) {
      port.says('garbage\n{"moisture": "wet"}\n{"moisture": 101}\n{"moisture": 1e999}\n{"wet": true}\n');
      await time.advance(1_000);
    }
    expect(recorder.faults).toEqual([]);
    expect(thing.counters).toEqual({ lines: 100, tooLong: 0, malformed: 20, wrongValues: 60 });
  });

  test('is a fault that names it once nothing else has arrived for five seconds', async () => {
    const { port, recorder, time, start } = bench();
    await start();
    port.says('{"moisture": 50}\n');
    recorder.take();
    for (let second = 0; second < 8; second++) {
      port.says('{"moisture": "dry"}\n');
      await time.advance(1_000);
    }
    expect(recorder.take()).toEqual(['moisture = 50 fault', 'wet = null fault', 'fault ALLO_E_SERIAL_LINES']);
    expect(recorder.faults[0]?.reason).toBe(
      'nothing from /dev/ttyUSB0 is understood: "dry" for soil.moisture is no number',
    );
    port.says('{"moisture": 51}\n');
    expect(recorder.take()).toEqual(['recovered', 'moisture = 51 good']);
  });

  test('is shown without its control characters, and not at full length', async () => {
    const { port, recorder, time, start } = bench();
    await start();
    port.says(`\u0000\u001b[31m${'x'.repeat(200)}\n`);
    await time.advance(6_000);
    port.says(`\u0000\u001b[31m${'x'.repeat(200)}\n`);
    expect(recorder.faults[0]?.reason).toBe(
      `nothing from /dev/ttyUSB0 is understood: "··[31m${'x'.repeat(54)}..." is not a JSON object`,
    );
  });

  test('is dropped where a line is longer than 4 KiB, over all openings', async () => {
    const { thing, port, recorder, time, start } = bench();
    await start();
    port.says(`${'x'.repeat(5_000)}\n`);
    port.unplug();
    port.plugged = true;
    await time.advance(5_000);
    port.says(`${'x'.repeat(5_000)}\n{"moisture": 1}\n`);
    expect(thing.counters.tooLong).toBe(2);
    expect(recorder.log.at(-1)).toBe('moisture = 1 good');
  });
});

describe('with stale_after', () => {
  test('a value turns stale when no new one arrives, and good with the next', async () => {
    const { thing, port, recorder, time, start } = bench({ stale_after: '10s' });
    await start();
    port.says('{"moisture": 41.5}\n');
    await time.advance(9_000);
    port.says('{"moisture": 41.5}\n');
    await time.advance(9_999);
    expect(recorder.take()).toEqual(['moisture = 41.5 good', 'moisture = 41.5 good']);
    await time.advance(1);
    expect(recorder.take()).toEqual(['moisture = 41.5 stale']);
    expect((await thing.read('moisture')).quality).toBe('stale');
    await time.advance(60_000);
    port.says('{"moisture": 40}\n');
    expect(recorder.take()).toEqual(['moisture = 40 good']);
  });

  test('each property has its own time', async () => {
    const { port, recorder, time, start } = bench({
      stale_after: '10s',
      properties: { moisture: {}, wet: { type: 'boolean', stale_after: '2s' } },
    });
    await start();
    port.says('{"moisture": 41.5, "wet": true}\n');
    recorder.take();
    await time.advance(2_000);
    expect(recorder.take()).toEqual(['wet = true stale']);
    await time.advance(8_000);
    expect(recorder.take()).toEqual(['moisture = 41.5 stale']);
  });

  test('a fault stays one', async () => {
    const { port, recorder, time, start } = bench({ stale_after: '10s' });
    await start();
    port.says('{"moisture": 41.5}\n');
    port.unplug();
    recorder.take();
    await time.advance(60_000);
    expect(recorder.take()).toEqual([]);
  });
});

describe('stopped', () => {
  test('it closes the port, says nothing more and sets no timer', async () => {
    const { thing, port, recorder, time, start } = bench({ stale_after: '10s' });
    await start();
    port.says('{"moisture": 41.5}\n');
    await thing.stop();
    await thing.stop();
    recorder.take();
    port.says('{"moisture": 1}\n');
    port.unplug();
    await time.advance(60_000);
    expect(port.closings).toBe(1);
    expect(port.openings).toBe(1);
    expect(recorder.take()).toEqual([]);
    expect(time.pending).toBe(0);
  });

  test('while a lost port waits, it is not opened again', async () => {
    const { thing, port, time, start } = bench();
    port.plugged = false;
    await start();
    await thing.stop();
    await time.advance(60_000);
    expect(port.openings).toBe(1);
  });

  test('while the port opens, it is closed once it has', async () => {
    const { thing, port, recorder, start } = bench();
    const starting = start();
    await thing.stop();
    await starting;
    expect(port.closings).toBe(1);
    expect(recorder.log).toEqual([]);
  });

  test('it can be started again', async () => {
    const { thing, port, recorder, start } = bench();
    await start();
    await thing.stop();
    await start();
    port.says('{"moisture": 2}\n');
    expect(recorder.log).toEqual(['moisture = 2 good']);
  });
});
