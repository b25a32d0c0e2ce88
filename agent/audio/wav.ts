import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { bytesPerSample, sampleRate } from '../../devices/sound/pcm.ts';

const headerBytes = 44;
/** Sizes in the header are 32 bits wide. */
const largestData = 2 ** 32 - headerBytes;

/**
 * Writes mono PCM of 48 kHz and 16 bits to a WAV file. The header is brought up to date with every write, so
 * that the file is whole at any moment, even if the process is killed.
 */
export class WavWriter {
  readonly #file: number;
  #dataBytes = 0;

  /** Creates the file, or empties it. Throws what `fs.openSync` throws. */
  constructor(path: string) {
    this.#file = openSync(path, 'w');
    this.#writeHeader();
  }

  /** Length of the sound so far, seconds. */
  get seconds(): number {
    return this.#dataBytes / bytesPerSample / sampleRate;
  }

  /** Appends samples; false where they are more than WAV allows. Throws what `fs.writeSync` throws. */
  write(samples: Int16Array): boolean {
    if (this.#dataBytes + samples.byteLength > largestData) return false;
    const bytes = new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
    let written = 0;
    while (written < bytes.length) {
      const position = headerBytes + this.#dataBytes + written;
      written += writeSync(this.#file, bytes, written, bytes.length - written, position);
    }
    this.#dataBytes += bytes.length;
    this.#writeHeader();
    return true;
  }

  /**
   * Appends so many samples of silence: a hole in the file, which takes no time and, on most disks, no room. False where
   * they are more than WAV allows. Throws what `fs.ftruncateSync` throws.
   */
  skip(samples: number): boolean {
    const bytes = samples * bytesPerSample;
    if (this.#dataBytes + bytes > largestData) return false;
    ftruncateSync(this.#file, headerBytes + this.#dataBytes + bytes);
    this.#dataBytes += bytes;
    this.#writeHeader();
    return true;
  }

  close(): void {
    closeSync(this.#file);
  }

  /**
   *      0  "RIFF"   4  size of what follows   8  "WAVE"
   *     12  "fmt "  16  16   20  1 (PCM)  22  channels  24  rate  28  bytes/s  32  bytes/frame  34  bits/sample
   *     36  "data"  40  size of the samples
   */
  #writeHeader(): void {
    const header = Buffer.alloc(headerBytes);
    header.write('RIFF', 0, 'latin1');
    header.writeUInt32LE(headerBytes - 8 + this.#dataBytes, 4);
    header.write('WAVEfmt ', 8, 'latin1');
    header.writeUInt32LE(16, 16);
    header.writeUInt16LE(1, 20);
    header.writeUInt16LE(1, 22);
    header.writeUInt32LE(sampleRate, 24);
    header.writeUInt32LE(sampleRate * bytesPerSample, 28);
    header.writeUInt16LE(bytesPerSample, 32);
    header.writeUInt16LE(bytesPerSample * 8, 34);
    header.write('data', 36, 'latin1');
    header.writeUInt32LE(this.#dataBytes, 40);
    writeSync(this.#file, header, 0, headerBytes, 0);
  }
}
