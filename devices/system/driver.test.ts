import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { freemem, loadavg, tmpdir, totalmem, uptime } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemTime } from '../../agent/time/system-time.ts';
import { Recorder } from '../../test/devices/recorder.ts';
import { systemDriver } from './driver.ts';
import { systemSchema } from './schema.ts';

const config = systemSchema.parse({ id: 'machine', driver: 'system' });

async function first(driver: ReturnType<typeof systemDriver>): Promise<Recorder> {
  const events = new Recorder();
  const thing = driver.create(config, systemTime);
  await thing.start(events);
  await thing.stop();
  return events;
}

describe('the system driver, on the kernel of this machine', () => {
  it('agrees with what Node.js says', async () => {
    const { readings, faults } = await first(systemDriver());
    expect(faults).toEqual([]);
    const value = (name: string) =>
      readings.find(({ property }) => property === name)?.reading.value as number;
    // The load of one minute moves by a few per cent of the number of tasks within the second this may take.
    expect(Math.abs(value('load') - loadavg()[0]!)).toBeLessThan(5);
    expect(Math.abs(value('uptime') - uptime())).toBeLessThan(10);
    expect(Math.abs(value('memory_used') - (1 - freemem() / totalmem()) * 100)).toBeLessThan(20);
  });

  it('is found in good order', async () => {
    expect(await systemDriver().probe(config)).toMatchObject({ ok: true });
    expect(await systemDriver().discover()).toMatchObject([
      { config: '  - id: machine\n    driver: system' },
    ]);
  });
});

describe('the system driver, on files', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'proc-'));
    writeFileSync(join(root, 'loadavg'), '0.52 0.58 0.59 3/511 29384\n');
    writeFileSync(
      join(root, 'meminfo'),
      'MemTotal:        1000000 kB\nMemFree:          200000 kB\nMemAvailable:     623400 kB\n',
    );
    writeFileSync(join(root, 'uptime'), '350735.47 234388.90\n');
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it('counts as used what is not available', async () => {
    expect((await first(systemDriver(root))).log).toEqual([
      'load = 0.52 good',
      'memory_used = 37.7 good',
      'uptime = 350735.47 good',
    ]);
  });

  it.each([
    ['loadavg', 'none\n'],
    ['meminfo', 'MemTotal: 0\n'],
    ['uptime', ''],
  ])('is in fault when %s is not as expected', async (file, text) => {
    writeFileSync(join(root, file), text);
    const { faults } = await first(systemDriver(root));
    expect(faults).toEqual([{ code: 'ALLO_E_SENSOR_READ', reason: `${root}/${file} is not as expected` }]);
  });

  it('names the file that it cannot read', async () => {
    rmSync(join(root, 'uptime'));
    const { faults } = await first(systemDriver(root));
    expect(faults[0]?.reason).toContain(`cannot read ${root}/uptime: ENOENT`);
    expect(await systemDriver(root).probe(config)).toMatchObject({ ok: false, mend: expect.any(String) });
  });
});
