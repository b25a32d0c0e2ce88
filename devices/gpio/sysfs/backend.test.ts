import { execFileSync } from 'node:child_process';
import { constants, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemTime } from '../../../agent/time/system-time.ts';
import { DeviceError } from '../../errors.ts';
import type { InputRequest, LineEvents, OutputRequest } from '../backend.ts';
import { LinuxKernel } from '../chardev/linux-kernel.ts';
import { SysfsBackend } from './backend.ts';
import { loadOnoff, type Onoff, type OnoffGpio } from './onoff.ts';

const anInput: InputRequest = {
  address: { chip: 'pinctrl-bcm2711', line: 27 },
  consumer: 'allo-agent door',
  activeLow: false,
  direction: 'in',
  bias: 'as-is',
  debounceMs: 0,
};
const anOutput: OutputRequest = {
  address: { line: 'GPIO17' },
  consumer: 'allo-agent lamp',
  activeLow: false,
  direction: 'out',
  initial: 'off',
};

/** Plays the kernel's part of `/sys/class/gpio`: a line gets its folder once its number is exported. */
class SimulatedSysfs {
  readonly root = mkdtempSync(join(tmpdir(), 'sysfs-gpio-'));
  readonly exported: number[] = [];
  readonly unexported: number[] = [];
  readonly #stop: (() => void)[] = [];
  /** What the next line is when it is exported. */
  next = { direction: 'in', value: '0', active_low: '0' };
  edge = true;

  constructor() {
    const kernel = new LinuxKernel();
    for (const [file, numbers] of [
      ['export', this.exported],
      ['unexport', this.unexported],
    ] as const) {
      execFileSync('mkfifo', [join(this.root, file)]);
      const fd = openSync(join(this.root, file), constants.O_RDWR);
      const buffer = Buffer.alloc(16);
      const unwatch = kernel.watch(fd, () => {
        const size = kernel.read(fd, buffer);
        if (size === 0) return;
        numbers.push(Number(buffer.toString('utf8', 0, size)));
        if (file === 'export') this.showLine(numbers.at(-1)!);
        else rmSync(join(this.root, `gpio${numbers.at(-1)}`), { recursive: true, force: true });
      });
      this.#stop.push(() => {
        unwatch();
        kernel.close(fd);
      });
    }
  }

  addChip(label: string, base: number, count: number): void {
    const folder = join(this.root, `gpiochip${base}`);
    mkdirSync(folder);
    for (const [file, text] of Object.entries({ label, base, ngpio: count }))
      writeFileSync(join(folder, file), `${text}\n`);
  }

  showLine(number: number): void {
    const folder = join(this.root, `gpio${number}`);
    mkdirSync(folder);
    const files = { ...this.next, ...(this.edge ? { edge: 'none' } : {}) };
    for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), `${text}\n`);
  }

  close(): void {
    for (const stop of this.#stop) stop();
    rmSync(this.root, { recursive: true });
  }
}

/** Simulates the class that `onoff` exports; the real one opens `/sys/class/gpio` and nothing else. */
class SimulatedOnoff implements Onoff {
  readonly made: unknown[][] = [];
  /** What the kernel made of the direction, where not what was asked. */
  direction: string | undefined;
  edge = 'both';
  value: 0 | 1 = 0;
  failure: Error | undefined;
  closed = 0;
  tell: (error: Error | null, value: 0 | 1) => void = () => {};

  readonly Gpio = onoffClass(this);
}

function onoffClass(onoff: SimulatedOnoff): Onoff['Gpio'] {
  return class implements OnoffGpio {
    readonly #direction: string;
    constructor(...args: ConstructorParameters<Onoff['Gpio']>) {
      onoff.made.push(args);
      this.#direction = args[1] === 'in' ? 'in' : 'out';
    }
    readSync() {
      if (onoff.failure) throw onoff.failure;
      return onoff.value;
    }
    writeSync(value: 0 | 1) {
      if (onoff.failure) throw onoff.failure;
      onoff.value = value;
    }
    watch(callback: (error: Error | null, value: 0 | 1) => void) {
      onoff.tell = callback;
    }
    direction() {
      return onoff.direction ?? this.#direction;
    }
    edge() {
      return onoff.edge;
    }
    unexport() {
      onoff.closed++;
    }
  };
}

describe('the sysfs backend, on a simulated sysfs and onoff', () => {
  let sysfs: SimulatedSysfs;
  let onoff: SimulatedOnoff;
  let backend: SysfsBackend;
  const edges: [boolean, number][] = [];
  const losses: DeviceError[] = [];
  const events: LineEvents = {
    edge: (on, timeMs) => edges.push([on, timeMs]),
    lost: (error) => losses.push(error),
  };
  const request = (asked: InputRequest | OutputRequest) => backend.request(asked, events, systemTime);
  const refusal = (asked: InputRequest | OutputRequest) =>
    request(asked).then(
      () => undefined,
      (error: unknown) => error,
    );
  beforeEach(() => {
    edges.length = losses.length = 0;
    sysfs = new SimulatedSysfs();
    sysfs.addChip('pinctrl-bcm2711', 512, 58);
    sysfs.addChip('raspberrypi-exp-gpio', 570, 8);
    onoff = new SimulatedOnoff();
    backend = new SysfsBackend({ root: sysfs.root, load: () => onoff });
  });
  afterEach(() => sysfs.close());

  it('counts from the base of the chip, 512 and up on new kernels', async () => {
    await request(anOutput);
    expect(sysfs.exported).toEqual([529]);
    expect(onoff.made).toEqual([[529, 'low', 'none', { activeLow: false, debounceTimeout: 0 }]]);
  });

  it('takes over a line that was left exported', async () => {
    sysfs.showLine(529);
    await request(anOutput);
    expect(sysfs.exported).toEqual([]);
    expect(onoff.made).toHaveLength(1);
  });

  it('describes the chips, and names the lines of a Raspberry Pi', async () => {
    sysfs.showLine(512 + 4);
    const chips = await backend.chips();
    const soc = chips.find((chip) => chip.label === 'pinctrl-bcm2711');
    expect(soc?.lines).toHaveLength(58);
    expect(soc?.lines[4]).toMatchObject({ name: 'GPIO4', used: true, consumer: 'sysfs', direction: 'in' });
    expect(soc?.lines[28]).toMatchObject({ name: '', used: false });
    expect(chips.find((chip) => chip.label === 'raspberrypi-exp-gpio')?.lines[0]?.name).toBe('');
  });

  it.each([
    { activeLow: false, initial: 'on', written: 'high' },
    { activeLow: false, initial: 'off', written: 'low' },
    { activeLow: true, initial: 'on', written: 'low' },
    { activeLow: true, initial: 'off', written: 'high' },
  ] as const)('starts an output $initial as $written when active_low is $activeLow', async (row) => {
    await request({ ...anOutput, ...row });
    expect(onoff.made[0]?.[1]).toBe(row.written);
  });

  it.each([
    { direction: 'out', value: '1', active_low: '0', written: 'high' },
    { direction: 'out', value: '1', active_low: '1', written: 'low' },
    { direction: 'out', value: '0', active_low: '1', written: 'high' },
    { direction: 'in', value: '1', active_low: '0', written: 'low' },
  ])(
    'keeps the voltage of a line that is $direction with value $value, active_low $active_low',
    async (row) => {
      const { written, ...state } = row;
      sysfs.next = state;
      await request({ ...anOutput, initial: 'keep' });
      expect(onoff.made[0]?.[1]).toBe(written);
    },
  );

  it('reads and switches', async () => {
    const line = await request(anOutput);
    line.write(true);
    expect(onoff.value).toBe(1);
    expect(line.read()).toBe(true);
    onoff.failure = Object.assign(new Error('write'), { code: 'EIO' });
    expect(() => line.write(false)).toThrow(
      new DeviceError('ALLO_E_GPIO_IO', 'cannot switch GPIO17 on pinctrl-bcm2711 off: i/o error (EIO)'),
    );
  });

  it('tells edges until it is released', async () => {
    const line = await request({ ...anInput, debounceMs: 20 });
    expect(onoff.made[0]).toEqual([539, 'in', 'both', { activeLow: false, debounceTimeout: 20 }]);
    onoff.tell(null, 1);
    expect(edges).toEqual([[true, expect.any(Number)]]);
    line.release();
    line.release();
    onoff.tell(null, 0);
    expect(edges).toHaveLength(1);
    expect(onoff.closed).toBe(1);
  });

  it('is lost when onoff cannot read it any more', async () => {
    await request(anInput);
    onoff.tell(Object.assign(new Error('read'), { code: 'ENODEV' }), 0);
    expect(losses).toMatchObject([{ code: 'ALLO_E_GPIO_IO' }]);
    expect(onoff.closed).toBe(1);
  });

  it('notices an error that onoff hides: a direction that did not change', async () => {
    onoff.direction = 'in';
    expect(await refusal(anOutput)).toMatchObject({
      code: 'ALLO_E_GPIO_UNSUPPORTED',
      message: 'GPIO17 on pinctrl-bcm2711 stays "in" when set to "out"',
    });
    expect(onoff.closed).toBe(1);
  });

  it('refuses an input that has no interrupt, without blocking and without leaving it exported', async () => {
    sysfs.edge = false;
    expect(await refusal(anInput)).toMatchObject({
      code: 'ALLO_E_GPIO_UNSUPPORTED',
      message: 'GPIO27 on pinctrl-bcm2711 cannot tell when it changes: it has no interrupt',
    });
    await expect.poll(() => sysfs.unexported).toEqual([539]);
  });

  it('refuses bias, which sysfs cannot set', async () => {
    expect(await refusal({ ...anInput, bias: 'pull-up' })).toMatchObject({
      code: 'ALLO_E_GPIO_UNSUPPORTED',
      message:
        'sysfs cannot set bias: pull-up on GPIO27 on pinctrl-bcm2711; use backend: chardev, or fit a resistor',
    });
  });

  it('says so where the kernel has no GPIO in sysfs', async () => {
    backend = new SysfsBackend({ root: join(sysfs.root, 'none'), load: () => onoff });
    const error = (await refusal(anOutput)) as DeviceError;
    expect(error).toMatchObject({ code: 'ALLO_E_GPIO_UNSUPPORTED' });
    expect(error.message).toContain('built without GPIO in sysfs');
  });

  it('says how to get onoff where it is missing, and loads it only for a line', async () => {
    const missing = new DeviceError('ALLO_E_GPIO_BACKEND', 'not installed');
    backend = new SysfsBackend({
      root: sysfs.root,
      load: () => {
        throw missing;
      },
    });
    expect(await backend.chips()).toHaveLength(2);
    expect(await refusal(anOutput)).toBe(missing);
    expect(sysfs.exported).toEqual([]);
  });
});

describe('the package onoff', () => {
  it('loads with what is used of it, or says how to install it', () => {
    let onoff: Onoff;
    try {
      onoff = loadOnoff();
    } catch (error) {
      expect(error).toMatchObject({ code: 'ALLO_E_GPIO_BACKEND' });
      expect((error as Error).message).toContain('npm install onoff');
      return;
    }
    for (const method of ['readSync', 'writeSync', 'watch', 'direction', 'edge', 'unexport'])
      expect(onoff.Gpio.prototype).toHaveProperty(method);
    expect(readFileSync('/proc/self/maps', 'utf8')).toContain('epoll.node');
  });
});
