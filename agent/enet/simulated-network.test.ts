import { describe, expect, it } from 'vitest';
import { type NetworkFaults, SimulatedNetwork } from './simulated-network.ts';
import { SimulatedTime } from './simulated-time.ts';

/** When each of `count` numbered datagrams, sent one a millisecond, arrives. */
function arrivals(faults: Partial<NetworkFaults>, seed = 1, count = 1000) {
  const time = new SimulatedTime();
  const network = new SimulatedNetwork(time, { seed, faults });
  const [one, other] = [network.socket(), network.socket()];
  const arrived: { at: number; number: number; intact: boolean }[] = [];
  other.onMessage = ([high = 0, low = 0, ...rest], from) => {
    expect(from).toEqual(one.address);
    arrived.push({ at: time.now(), number: high * 256 + low, intact: rest.every((byte) => byte === 0) });
  };
  for (let n = 0; n < count; n++)
    time.after(n, () => one.send(Uint8Array.of(n >> 8, n & 255, 0, 0, 0, 0), other.address));
  time.run(10_000);
  return arrived;
}

describe('SimulatedNetwork', () => {
  it('delivers everything, in order, after its delay, unless told otherwise', () => {
    const arrived = arrivals({ delay: 7 });
    expect(arrived.map(({ number }) => number)).toEqual(Array.from({ length: 1000 }, (_, n) => n));
    expect(arrived[10]!.at).toBeCloseTo(17);
  });

  it('repeats itself exactly with the same seed', () => {
    const faults = { loss: 0.1, duplication: 0.1, reordering: 0.1, corruption: 0.1, jitter: 5 };
    expect(arrivals(faults, 4)).toEqual(arrivals(faults, 4));
    expect(arrivals(faults, 4)).not.toEqual(arrivals(faults, 5));
  });

  it('loses and duplicates as often as told', () => {
    expect(Math.abs(arrivals({ loss: 0.2 }).length - 800)).toBeLessThan(50);
    expect(Math.abs(arrivals({ duplication: 0.2 }).length - 1200)).toBeLessThan(50);
    expect(arrivals({ loss: 1 })).toEqual([]);
  });

  it('keeps the order under jitter, and breaks it when reordering', () => {
    const sorted = (numbers: number[]) => numbers.every((number, n) => n === 0 || number > numbers[n - 1]!);
    expect(sorted(arrivals({ jitter: 20 }).map(({ number }) => number))).toBe(true);
    expect(sorted(arrivals({ reordering: 0.1 }).map(({ number }) => number))).toBe(false);
  });

  it('damages copies, not what was sent', () => {
    const damaged = arrivals({ corruption: 0.3 }).filter(({ intact }) => !intact).length;
    expect(damaged).toBeGreaterThan(150);
    expect(damaged).toBeLessThan(320);
  });

  it('knows closed sockets and taken addresses', async () => {
    const network = new SimulatedNetwork(new SimulatedTime());
    const socket = network.socket('10.1.1.1', 5);
    expect(() => network.socket('10.1.1.1', 5)).toThrow(
      expect.objectContaining({ code: 'ALLO_E_ENET_BIND' }),
    );
    await socket.close();
    expect(network.socket('10.1.1.1', 5).address.port).toBe(5);
  });
});

describe('SimulatedTime', () => {
  it('fires what is due in order, each at its own time', () => {
    const time = new SimulatedTime(100);
    const fired: string[] = [];
    const note = (name: string) => () => void fired.push(`${name} ${time.now()}`);
    time.after(20, note('late'));
    time.after(5, note('first'));
    const cancel = time.after(6, note('cancelled'));
    time.after(5, () => time.after(0, note('then')));
    cancel();
    cancel();
    time.run(19);
    expect(fired).toEqual(['first 105', 'then 105']);
    expect([time.now(), time.pending]).toEqual([119, 1]);
    time.run(1);
    expect(fired.at(-1)).toBe('late 120');
    expect(time.pending).toBe(0);
  });
});
