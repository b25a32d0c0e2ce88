import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { systemTime } from '../../agent/time/system-time.ts';
import { Recorder } from '../../test/devices/recorder.ts';
import { thermalDriver } from './driver.ts';
import { thermalSchema } from './schema.ts';

describe('the thermal driver', () => {
  let root: string;
  let driver: ReturnType<typeof thermalDriver>;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'thermal-'));
    driver = thermalDriver(root);
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const addZone = (number: number, type: string, temp: string) => {
    const folder = join(root, `thermal_zone${number}`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'type'), `${type}\n`);
    writeFileSync(join(folder, 'temp'), `${temp}\n`);
  };
  const configure = (config: object = {}) =>
    thermalSchema.parse({ id: 'board', driver: 'thermal', ...config });
  /** What a thing reports right after its start. */
  const first = async (config: object = {}) => {
    const events = new Recorder();
    const thing = driver.create(configure(config), systemTime);
    await thing.start(events);
    await thing.stop();
    return events;
  };

  it('reads thousandths of a degree', async () => {
    addZone(0, 'cpu-thermal', '48312');
    expect((await first()).log).toEqual(['temperature = 48.312 good']);
    addZone(0, 'cpu-thermal', '-5000');
    expect((await first()).log).toEqual(['temperature = -5 good']);
  });

  it('prefers the processor, and takes any zone by its type or its name', async () => {
    addZone(0, 'acpitz', '20000');
    addZone(10, 'battery', '30000');
    addZone(2, 'x86_pkg_temp', '40000');
    expect((await first()).log).toEqual(['temperature = 40 good']);
    expect((await first({ zone: 'battery' })).log).toEqual(['temperature = 30 good']);
    expect((await first({ zone: 'thermal_zone0' })).log).toEqual(['temperature = 20 good']);
  });

  it('says what there is instead of a zone that is missing', async () => {
    addZone(0, 'acpitz', '20000');
    addZone(1, 'battery', '30000');
    expect((await first({ zone: 'gpu' })).faults).toEqual([
      {
        code: 'ALLO_E_SENSOR_MISSING',
        reason: 'there is no thermal zone gpu; there is thermal_zone0 (acpitz), thermal_zone1 (battery)',
      },
    ]);
  });

  it('says so where there is no zone, and finds one that appears', async () => {
    const events = new Recorder();
    const thing = driver.create(configure({ interval: '100ms' }), systemTime);
    await thing.start(events);
    expect(events.log).toEqual(['temperature = null fault', 'fault ALLO_E_SENSOR_MISSING']);
    addZone(0, 'cpu-thermal', '50000');
    await expect.poll(() => events.log.slice(2, 4)).toEqual(['recovered', 'temperature = 50 good']);
    await thing.stop();
  });

  it('takes nothing for a temperature that is none', async () => {
    addZone(0, 'cpu-thermal', 'hot');
    expect((await first()).faults).toEqual([
      {
        code: 'ALLO_E_SENSOR_READ',
        reason: `${root}/thermal_zone0/temp says "hot", which is no temperature`,
      },
    ]);
  });

  it('probes with the present temperature, or with what to do', async () => {
    addZone(0, 'cpu-thermal', '48312');
    expect(await driver.probe(configure())).toEqual({
      ok: true,
      detail: 'thermal_zone0 (cpu-thermal), 48.3 °C',
    });
    const missing = await driver.probe(configure({ zone: 'gpu' }));
    expect(missing).toMatchObject({ ok: false });
    expect(missing.mend).toContain('discover');
  });

  it('discovers zones with a configuration that works', async () => {
    addZone(0, 'acpitz', '20000');
    addZone(1, 'acpitz', '21000');
    addZone(2, 'cpu-thermal', '48000');
    const zones = await driver.discover();
    expect(zones.map(({ name, detail }) => [name, detail])).toEqual([
      ['thermal_zone0', 'acpitz'],
      ['thermal_zone1', 'acpitz'],
      ['cpu-thermal', 'thermal_zone2'],
    ]);
    for (const { config } of zones) {
      const [thing] = parse(`things:\n${config}`).things;
      expect(await driver.probe(thermalSchema.parse(thing))).toMatchObject({ ok: true });
    }
  });

  it('discovers nothing where the kernel has no thermal framework', async () => {
    expect(await thermalDriver(join(root, 'none')).discover()).toEqual([]);
  });
});
