import { expect, onTestFinished } from 'vitest';
import type { PcmFrame, PcmSource } from '../../devices/microphone/pcm.ts';
import type { Fault } from '../../devices/thing.ts';
import { concatenate } from '../support/virtual-microphone.ts';

/** Keeps what a source of PCM tells during one test, and stops the source after it. */
export class SourceRecorder {
  readonly frames: PcmFrame[] = [];
  readonly faults: Fault[] = [];
  recoveries = 0;
  readonly source: PcmSource;
  #length = 0;

  constructor(source: PcmSource) {
    this.source = source;
    this.start();
    onTestFinished(() => source.stop());
  }

  start(): void {
    this.source.start({
      frame: (frame) => {
        this.frames.push(frame);
        this.#length += frame.samples.length;
      },
      fault: (fault) => void this.faults.push(fault),
      recovered: () => void this.recoveries++,
    });
  }

  /** All samples so far. */
  get sound(): Int16Array {
    return concatenate(this.frames.map(({ samples }) => samples));
  }

  /** Resolves once `holds`; fails the test when it never does. */
  async until(holds: () => boolean): Promise<void> {
    await expect.poll(holds, { interval: 10 }).toBe(true);
  }

  /** The next `ms` of sound. */
  async next(ms: number): Promise<Int16Array> {
    const begin = this.#length;
    await this.until(() => this.#length >= begin + ms * 48);
    return this.sound.subarray(begin, begin + ms * 48);
  }

  async nextFault(): Promise<Fault> {
    const before = this.faults.length;
    await this.until(() => this.faults.length > before);
    return this.faults.at(-1) as Fault;
  }
}
