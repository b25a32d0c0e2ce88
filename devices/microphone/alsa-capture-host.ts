/**
 * A process around the npm package `alsa-capture` 0.3: raw PCM to standard output, one line a matter to standard
 * error (`alsa-capture: overrun`, `alsa-capture: open: Device or resource busy`).
 * Run as `node alsa-capture-host.js PCM PERIOD_SAMPLES` with a pipe as standard input; ends when that closes.
 *
 * What the package does wrong is kept in here: it hangs in `exit` while it captures, so this process only ever
 * ends by a signal; after any error it emits its old buffer as if it were new sound, so those are thrown away.
 */
import { writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Socket } from 'node:net';
import { Pacing } from '../sound/pacing.ts';
import { bytesPerSample, sampleRate } from '../sound/pcm.ts';

interface AlsaCapture {
  on(event: 'audio', listener: (data: Uint8Array) => void): this;
  on(event: 'overrun', listener: () => void): this;
  on(event: 'error', listener: (error: Error) => void): this;
  on(event: 'rateDeviating' | 'readError' | 'shortRead', listener: (value: string) => void): this;
}
type AlsaCaptureClass = new (options: {
  device: string;
  channels: number;
  format: string;
  rate: number;
  periodSize: number;
}) => AlsaCapture;

/**
 * The package asks for a rate in a direction it never set, and on some builds is given one 1 Hz off. Quartzes
 * differ by more; what is further off is another rate.
 */
const rateTolerance = 0.001;
/** Sound kept for a daemon that does not read, bytes: half a second. */
const longestQueue = sampleRate * bytesPerSample * 0.5;

const [device = 'default', period = '960'] = process.argv.slice(2);
const out = new Socket({ fd: 1, readable: false, writable: true });
out.on('error', end);
process.stdin.on('end', end).on('error', end).resume();

function end(): never {
  process.kill(process.pid, 'SIGKILL');
  // The signal is on its way; nothing may run meanwhile.
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}

function say(matter: string): void {
  try {
    writeSync(2, `alsa-capture: ${matter}\n`);
  } catch {
    // Nobody listens any more; the end of standard input ends this process.
  }
}

function fail(matter: string): never {
  say(matter);
  end();
}

function load(): AlsaCaptureClass {
  try {
    return createRequire(import.meta.url)('alsa-capture');
  } catch (error) {
    fail(`install: ${error instanceof Error ? error.message.split('\n', 1)[0] : error}`);
  }
}

const pacing = new Pacing(performance.now());
/** Bytes of the next chunk that are new sound: none after an overrun, some after a short read. */
let fresh = Number.POSITIVE_INFINITY;

const AlsaCapture = load();
const options = { device, channels: 1, format: 'S16_LE', rate: sampleRate, periodSize: Number(period) };
new AlsaCapture(options)
  .on('audio', (data) => {
    const sound = data.subarray(0, Math.min(fresh, data.length));
    fresh = Number.POSITIVE_INFINITY;
    if (!pacing.admit(sound.length / bytesPerSample, performance.now())) fail('flood: not paced by a clock');
    if (out.writableLength > longestQueue) say('overrun');
    else out.write(sound);
  })
  .on('overrun', () => {
    fresh = 0;
    say('overrun');
  })
  .on('shortRead', (samples) => {
    fresh = Number(samples) * bytesPerSample;
  })
  .on('readError', (reason) => fail(`lost: ${reason}`))
  .on('rateDeviating', (rate) => {
    if (Math.abs(Number(rate) / sampleRate - 1) > rateTolerance) fail(`format: ${rate} Hz`);
  })
  .on('error', (error) => {
    const reason = error.message.trim();
    const [, hardware] = /^Unable to set HW parameters: (.*)/.exec(reason) ?? [];
    if (hardware) fail(`format: ${hardware}`);
    fail(`open: ${reason.replace(/^Unable to open PCM device: /, '')}`);
  });
