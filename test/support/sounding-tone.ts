import { sampleRate } from '../../devices/sound/pcm.ts';
import { eventually } from './eventually.ts';
import { describeTone, pureTenths } from './virtual-microphone-signal.ts';

/** How often is listened, ms: all of it each time. */
const every = 200;

/**
 * Waits until `heard`, which goes on, holds `seconds` of the tone at `hz`, and resolves with them; what a busy machine
 * breaks is left out. Rejects when they never come.
 */
export function soundingTone(heard: () => Int16Array, hz: number, seconds: number): Promise<Int16Array> {
  const length = seconds * sampleRate;
  const listen = () => {
    const tone = pureTenths(heard(), hz);
    return tone.length >= length ? tone.subarray(0, length) : undefined;
  };
  const tell = () => {
    const latest = describeTone(heard().subarray(-5 * sampleRate), hz);
    return `no ${seconds} s of the tone; its share of each tenth, and dBFS: ${latest}`;
  };
  return eventually(listen, tell, every);
}
