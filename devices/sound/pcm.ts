/** Samples a second of all audio here: what places carry. One channel, signed 16 bit, little endian. */
export const sampleRate = 48_000;
export const samplesPerMs = sampleRate / 1000;
export const bytesPerSample = 2;
