import { setTimeout as delay } from 'node:timers/promises';
import { sampleRate } from '../../devices/sound/pcm.ts';
import { guard } from './eventually.ts';
import { timed } from './lateness.ts';
import { describeTone, pureTenths } from './virtual-microphone-signal.ts';

/** How often is listened, ms: to all of it each time. */
const every = 200;

/**
 * Waits until `heard`, which goes on, holds `seconds` of the tone at `hz`, and resolves with them; what a busy machine
 * breaks is left out. Of one that runs us only now and then it is as large a part of them, and a tenth of a second at
 * least. Rejects when they never come.
 */
export async function soundingTone(
  heard: () => Int16Array,
  hz: number,
  seconds: number,
): Promise<Int16Array> {
  let [passed, stalled] = [0, 0];
  while (passed < guard) {
    const { took, late } = await timed(() => delay(every));
    passed += took;
    stalled += late;
    const wanted = Math.max(0.1, seconds * (1 - stalled / passed)) * sampleRate;
    const tone = pureTenths(heard(), hz);
    if (tone.length >= wanted) return tone.subarray(0, seconds * sampleRate);
  }
  const latest = describeTone(heard().subarray(-5 * sampleRate), hz);
  throw new Error(`no ${seconds} s of the tone; its share of each tenth, and dBFS: ${latest}`);
}
