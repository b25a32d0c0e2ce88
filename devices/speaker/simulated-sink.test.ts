import { describe, expect, it } from 'vitest';
import { VirtualTime } from '../../agent/time/virtual-time.ts';
import { periodSamples } from './pcm-sink.ts';
import { SimulatedSink } from './simulated-sink.ts';

function started() {
  const time = new VirtualTime(1000);
  const sink = new SimulatedSink(time);
  const asked: number[] = [];
  const state = { speaking: true };
  sink.start({
    next() {
      asked.push(time.now());
      return state.speaking ? new Int16Array(periodSamples) : undefined;
    },
    fault: () => undefined,
    recovered: () => undefined,
  });
  return { time, sink, asked, state };
}

describe('SimulatedSink', () => {
  it('asks for a period every 20 ms', async () => {
    const { time, sink, asked } = started();
    await time.advance(1000);
    expect(asked).toEqual(Array.from({ length: 50 }, (_, n) => 1020 + n * 20));
    expect(sink.counters).toEqual({ played: 50, silent: 0, underruns: 0, opened: 1 });
  });

  it('rests after three seconds of silence until there is sound again', async () => {
    const { time, sink, asked, state } = started();
    state.speaking = false;
    await time.advance(3100);
    expect(time.pending).toBe(0);
    const before = asked.length;
    await time.advance(5000);
    expect(asked).toHaveLength(before);
    sink.wake();
    sink.wake();
    await time.advance(100);
    expect(asked).toHaveLength(before + 5);
    expect(sink.counters.opened).toBe(2);
  });

  it('asks for nothing once stopped', async () => {
    const { time, sink, asked } = started();
    await sink.stop();
    sink.wake();
    await time.advance(1000);
    expect(asked).toEqual([]);
    expect(time.pending).toBe(0);
  });
});
