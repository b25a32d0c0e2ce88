import { beforeEach, describe, expect, it } from 'vitest';
import { VirtualTime } from '../../../agent/time/virtual-time.ts';
import type { InputRequest, LineAddress } from '../backend.ts';
import { SimulatedGpio } from './backend.ts';

const button: LineAddress = { line: 'GPIO27' };
const anInput: InputRequest = {
  address: button,
  consumer: 'allo-agent button',
  activeLow: false,
  direction: 'in',
  bias: 'as-is',
  debounceMs: 0,
};

describe('simulated GPIO', () => {
  let gpio: SimulatedGpio;
  let time: VirtualTime;
  let edges: [boolean, number][];
  const events = {
    edge: (on: boolean, timeMs: number) => edges.push([on, timeMs]),
    lost: () => {},
  };
  beforeEach(() => {
    gpio = new SimulatedGpio();
    time = new VirtualTime();
    edges = [];
  });

  it('says that it is simulated', () => {
    expect(gpio.simulated).toBe(true);
  });

  it('pulls an input that nothing drives', async () => {
    const line = await gpio.request({ ...anInput, bias: 'pull-up' }, events, time);
    expect(line.read()).toBe(true);
    gpio.drive(button, false);
    expect(edges).toEqual([[false, 0]]);
    line.release();
    expect((await gpio.request({ ...anInput, bias: 'pull-up' }, events, time)).read()).toBe(false);
  });

  it('tells no edge where the level stays', async () => {
    await gpio.request(anInput, events, time);
    gpio.drive(button, false);
    gpio.drive(button, true);
    gpio.drive(button, true);
    expect(edges).toEqual([[true, 0]]);
  });

  it('debounces: a level counts once it has held', async () => {
    const line = await gpio.request({ ...anInput, debounceMs: 20 }, events, time);
    gpio.drive(button, true);
    await time.advance(15);
    gpio.drive(button, false);
    await time.advance(5);
    gpio.drive(button, true);
    await time.advance(19);
    expect(edges).toEqual([]);
    await time.advance(1);
    expect(edges).toEqual([[true, 40]]);
    gpio.drive(button, false);
    line.release();
    expect(time.pending).toBe(0);
  });

  it('tells listeners of every change, whoever made it', async () => {
    const seen: [string | number, boolean][] = [];
    const end = gpio.listen(({ line }, high) => seen.push([line, high]));
    const lamp = await gpio.request(
      {
        address: { chip: 'relays', line: 3 },
        consumer: 'allo-agent lamp',
        activeLow: true,
        direction: 'out',
        initial: 'off',
      },
      events,
      time,
    );
    lamp.write(true);
    gpio.drive(button, true);
    end();
    gpio.drive(button, false);
    expect(seen).toEqual([
      [3, true],
      [3, false],
      ['GPIO27', true],
    ]);
    expect(lamp.where).toBe('line 3 on relays');
  });

  it('gives a line to one holder, and describes it', async () => {
    const line = await gpio.request(anInput, events, time);
    await expect(gpio.request(anInput, events, time)).rejects.toMatchObject({
      code: 'ALLO_E_GPIO_BUSY',
      message: 'GPIO27 on simulated GPIO is held by "allo-agent button"',
    });
    expect(await gpio.chips()).toEqual([
      {
        name: 'simulated GPIO',
        label: 'simulated GPIO',
        lines: [{ offset: 0, name: 'GPIO27', used: true, consumer: 'allo-agent button', direction: 'in' }],
      },
    ]);
    line.release();
    await gpio.request(anInput, events, time);
  });
});
