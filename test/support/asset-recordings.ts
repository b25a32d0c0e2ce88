import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A packet of an asset, exchanged with a real place. */
export interface AssetRecording {
  readonly place: string;
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly header: {
    readonly id: string;
    readonly range?: readonly [number, number];
    readonly error_code?: number;
    readonly error_reason?: string;
  };
}

interface Line {
  readonly dir?: string;
  readonly hex?: string;
  readonly len: number;
  readonly hlen?: number;
  readonly header: string;
  readonly example_of?: string;
}

/** Long bodies were not recorded to their end: what is missing is filled with zeros. */
export const recordings: readonly AssetRecording[] = ['v3', 'v4', 'alloplace'].flatMap((place) => {
  const path = fileURLToPath(new URL(`../fixtures/places/golden-${place}.jsonl`, import.meta.url));
  const lines = readFileSync(path, 'utf8').trim().split('\n');
  return lines
    .map((line) => JSON.parse(line) as Line)
    .filter(({ hlen }) => hlen !== undefined)
    .map(({ dir, hex = '', len, header, example_of }) => {
      const bytes = new Uint8Array(len);
      bytes.set(Buffer.from(hex, 'hex').subarray(0, len));
      return { place, name: example_of ?? `${dir} of ${len} bytes`, bytes, header: JSON.parse(header) };
    });
});
