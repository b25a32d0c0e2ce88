import { beforeEach, describe, expect, it } from 'vitest';
import { VirtualTime } from '../../../agent/time/virtual-time.ts';
import { SimulatedKernel } from '../../../test/gpio/simulated-kernel.ts';
import type { DeviceError } from '../../errors.ts';
import type { InputRequest, LineEvents, OutputRequest } from '../backend.ts';
import { CharacterDeviceBackend } from './backend.ts';
import { flags, requests } from './uapi.ts';

const anInput: InputRequest = {
  address: { line: 'GPIO27' },
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

class Recorder implements LineEvents {
  readonly edges: [on: boolean, timeMs: number][] = [];
  readonly losses: DeviceError[] = [];
  edge(on: boolean, timeMs: number): void {
    this.edges.push([on, timeMs]);
  }
  lost(error: DeviceError): void {
    this.losses.push(error);
  }
}

/** Two turns: one for the kernel to say that a line is ready, one for what that sets off. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => setImmediate(resolve));
}

describe('the chardev backend, on a simulated kernel', () => {
  let kernel: SimulatedKernel;
  let backend: CharacterDeviceBackend;
  let events: Recorder;
  const time = new VirtualTime(5000);
  beforeEach(() => {
    kernel = new SimulatedKernel();
    kernel.addChip(
      'pinctrl-bcm2711',
      Array.from({ length: 58 }, (_, offset) => `GPIO${offset}`),
    );
    kernel.addChip('raspberrypi-exp-gpio', ['BT_ON', 'WL_ON']);
    backend = new CharacterDeviceBackend(() => kernel);
    events = new Recorder();
  });

  it('describes every chip and line, and who holds it', async () => {
    kernel.prepare('WL_ON', { output: true, consumer: 'wifi' });
    const [soc, expander] = await backend.chips();
    expect(soc).toMatchObject({ name: 'gpiochip0', label: 'pinctrl-bcm2711' });
    expect(soc?.lines).toHaveLength(58);
    expect(expander?.lines).toEqual([
      { offset: 0, name: 'BT_ON', used: false, consumer: '', direction: 'in' },
      { offset: 1, name: 'WL_ON', used: true, consumer: 'wifi', direction: 'out' },
    ]);
    expect(kernel.openDescriptors).toBe(0);
  });

  describe('an output', () => {
    it.each([
      { activeLow: false, initial: 'on', high: true },
      { activeLow: false, initial: 'off', high: false },
      { activeLow: true, initial: 'on', high: false },
      { activeLow: true, initial: 'off', high: true },
    ] as const)('starts $initial in the request itself (active_low $activeLow)', async (row) => {
      const line = await backend.request({ ...anOutput, ...row }, events, time);
      expect(kernel.driven).toEqual([{ offset: 17, high: row.high }]);
      expect(line.read()).toBe(row.initial === 'on');
      expect(line.where).toBe('GPIO17 on pinctrl-bcm2711');
    });

    it.each([
      { activeLow: false, high: true },
      { activeLow: false, high: false },
      { activeLow: true, high: true },
      { activeLow: true, high: false },
    ])(
      'keeps the level it already drives: high $high, active_low $activeLow',
      async ({ activeLow, high }) => {
        kernel.prepare('GPIO17', { output: true, high });
        const line = await backend.request({ ...anOutput, activeLow, initial: 'keep' }, events, time);
        expect(kernel.driven).toEqual([{ offset: 17, high }]);
        expect(line.read()).toBe(high !== activeLow);
        expect(kernel.configurationOf('GPIO17').flags & flags.output).toBe(flags.output);
      },
    );

    it('starts off where it was no output and so has no level to keep', async () => {
      kernel.prepare('GPIO17', { output: false, high: true });
      const line = await backend.request({ ...anOutput, initial: 'keep' }, events, time);
      expect(kernel.driven).toEqual([{ offset: 17, high: false }]);
      expect(line.read()).toBe(false);
    });

    it('is switched', async () => {
      const line = await backend.request(anOutput, events, time);
      line.write(true);
      expect(kernel.isHigh('GPIO17')).toBe(true);
      line.write(false);
      expect(kernel.isHigh('GPIO17')).toBe(false);
    });

    it('says so when the kernel does not take the level', async () => {
      const line = await backend.request(anOutput, events, time);
      kernel.failNext(requests.setValues, 'EIO');
      expect(() => line.write(true)).toThrow(
        expect.objectContaining({
          code: 'ALLO_E_GPIO_IO',
          message: 'cannot switch GPIO17 on pinctrl-bcm2711 on: i/o error (EIO)',
        }),
      );
    });

    it('is lost when its chip goes', async () => {
      await backend.request(anOutput, events, time);
      kernel.unplug('pinctrl-bcm2711');
      expect(events.losses).toMatchObject([
        { code: 'ALLO_E_GPIO_IO', message: 'lost GPIO17 on pinctrl-bcm2711: no such device (ENODEV)' },
      ]);
      expect(kernel.openDescriptors).toBe(0);
    });

    it('leaks nothing when keeping its level fails half way', async () => {
      kernel.prepare('GPIO17', { output: true });
      kernel.failNext(requests.setConfig, 'EIO');
      await expect(backend.request({ ...anOutput, initial: 'keep' }, events, time)).rejects.toMatchObject({
        code: 'ALLO_E_GPIO_IO',
      });
      expect(kernel.openDescriptors).toBe(0);
    });
  });

  describe('an input', () => {
    it('asks for bias, both edges, polarity and debounce, and says who asks', async () => {
      const request = { ...anInput, activeLow: true, bias: 'pull-up', debounceMs: 20 } as const;
      await backend.request(request, events, time);
      expect(kernel.configurationOf('GPIO27')).toEqual({
        flags: flags.input | flags.activeLow | flags.edgeRising | flags.edgeFalling | flags.biasPullUp,
        consumer: 'allo-agent door',
        debounceUs: 20_000,
      });
    });

    it('tells each edge at the time the kernel saw it', async () => {
      await backend.request(anInput, events, time);
      kernel.pull('GPIO27', true, 6_000_250_000n);
      kernel.pull('GPIO27', false, 6_001_000_000n);
      await settle();
      expect(events.edges).toEqual([
        [true, 6000.25],
        [false, 6001],
      ]);
    });

    it('is on while low when active_low', async () => {
      const line = await backend.request({ ...anInput, activeLow: true }, events, time);
      expect(line.read()).toBe(true);
      kernel.pull('GPIO27', true, 6_000_000_000n);
      await settle();
      expect(events.edges).toEqual([[false, 6000]]);
      expect(line.read()).toBe(false);
    });

    it('counts edges that overflowed the buffer of the kernel, and ends in the right level', async () => {
      const line = await backend.request(anInput, events, time);
      for (let edge = 1; edge <= 301; edge++)
        kernel.pull('GPIO27', edge % 2 === 1, BigInt(edge) * 1_000_000n);
      await settle();
      expect(line.missedEdges).toBe(301 - 256);
      expect(events.edges).toHaveLength(256);
      expect(events.edges.at(-1)).toEqual([true, 301]);
    });

    it('reads the level after a gap, and takes no edge that the level contains twice', async () => {
      const line = await backend.request(anInput, events, time);
      for (let edge = 1; edge <= 300; edge++)
        kernel.pull('GPIO27', edge % 2 === 1, BigInt(edge) * 1_000_000n);
      // Changes after the fetch and before the level is read: as a line that bounces on would.
      const fetched = events.edge.bind(events);
      events.edge = (on, timeMs) => {
        fetched(on, timeMs);
        if (timeMs === 300) kernel.pull('GPIO27', true, 4_999_000_000n);
      };
      await settle();
      await settle();
      expect(line.missedEdges).toBe(300 - 256);
      expect(events.edges.slice(-2)).toEqual([
        [false, 300],
        [true, 5000],
      ]);
    });

    it('hears nothing once released, and nothing of what had arrived', async () => {
      const line = await backend.request(anInput, events, time);
      kernel.pull('GPIO27', true, 6_000_000_000n);
      line.release();
      line.release();
      await settle();
      expect(events.edges).toEqual([]);
      expect(kernel.openDescriptors).toBe(0);
    });

    it('can be released by whom it tells of an edge', async () => {
      const line = await backend.request(anInput, { ...events, lost: () => {}, edge: () => release() }, time);
      let edges = 0;
      const release = () => {
        edges++;
        line.release();
      };
      kernel.pull('GPIO27', true, 1n);
      kernel.pull('GPIO27', false, 2n);
      await settle();
      expect(edges).toBe(1);
      expect(kernel.openDescriptors).toBe(0);
    });
  });

  describe('refuses with a reason', () => {
    const refusal = (request: InputRequest | OutputRequest) =>
      backend.request(request, events, time).then(
        () => undefined,
        (error: unknown) => error,
      );

    it('a line that somebody holds, by name', async () => {
      kernel.prepare('GPIO17', { consumer: 'gpio-keys' });
      expect(await refusal(anOutput)).toMatchObject({
        code: 'ALLO_E_GPIO_BUSY',
        message: 'GPIO17 on pinctrl-bcm2711 is held by "gpio-keys"',
      });
    });

    it('a line that somebody holds without a name', async () => {
      kernel.prepare('GPIO17', { consumer: '' });
      expect(await refusal(anOutput)).toMatchObject({
        code: 'ALLO_E_GPIO_BUSY',
        message: 'GPIO17 on pinctrl-bcm2711 is held by something that does not say its name',
      });
    });

    it('a line that is not there', async () => {
      expect(await refusal({ ...anOutput, address: { line: 'GPIO99' } })).toMatchObject({
        code: 'ALLO_E_GPIO_LINE',
        message:
          'there is no GPIO line GPIO99; there is pinctrl-bcm2711 with lines 0 to 57: GPIO0 to GPIO57; ' +
          'raspberrypi-exp-gpio with lines 0 to 1: BT_ON, WL_ON',
      });
    });

    it('a user without permission', async () => {
      kernel.failNextOpen('EACCES');
      const error = (await refusal(anOutput)) as DeviceError;
      expect(error).toMatchObject({
        code: 'ALLO_E_GPIO_PERMISSION',
        message: 'cannot use /dev/gpiochip0: permission denied (EACCES)',
      });
      expect(error.mend).toContain('gpio');
    });

    it('edges on a line that cannot interrupt', async () => {
      kernel.failNext(requests.getLine, 'ENXIO');
      expect(await refusal(anInput)).toMatchObject({
        code: 'ALLO_E_GPIO_UNSUPPORTED',
        message: 'the kernel refuses GPIO27 on pinctrl-bcm2711: no such device or address (ENXIO)',
      });
    });

    it('a kernel before Linux 5.10', async () => {
      kernel.failNext(requests.getLineInfo, 'ENOTTY');
      const error = (await refusal(anOutput)) as DeviceError;
      expect(error.code).toBe('ALLO_E_GPIO_UNSUPPORTED');
      expect(error.mend).toContain('Linux 5.10');
    });

    it('a machine without GPIO', async () => {
      backend = new CharacterDeviceBackend(() => new SimulatedKernel());
      expect(await refusal(anOutput)).toMatchObject({ code: 'ALLO_E_GPIO_NONE' });
    });

    it('and leaves nothing open', async () => {
      kernel.prepare('GPIO17', { consumer: 'x' });
      await refusal(anOutput);
      expect(kernel.openDescriptors).toBe(0);
    });
  });
});
