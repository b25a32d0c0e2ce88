import type { SendFragment } from './protocol.ts';
import { MAXIMUM_FRAGMENT_COUNT } from './protocol.ts';

/** Whether a fragment makes sense by itself. */
export function fragmentIsSound(fragment: SendFragment): boolean {
  const { fragmentCount, fragmentNumber, fragmentOffset, totalLength, payload } = fragment;
  return (
    payload.length > 0 &&
    fragmentCount <= MAXIMUM_FRAGMENT_COUNT &&
    fragmentNumber < fragmentCount &&
    totalLength >= fragmentCount &&
    fragmentOffset < totalLength &&
    payload.length <= totalLength - fragmentOffset
  );
}

/** A packet growing from its fragments, in one buffer. */
export class Reassembly {
  readonly data: Uint8Array;
  readonly fragmentCount: number;
  readonly #arrived: Uint32Array;
  #missing: number;

  constructor(totalLength: number, fragmentCount: number) {
    // Zeroed: a hostile sender may leave holes, and must not be handed somebody's memory.
    this.data = new Uint8Array(totalLength);
    this.fragmentCount = fragmentCount;
    this.#arrived = new Uint32Array((fragmentCount + 31) >>> 5);
    this.#missing = fragmentCount;
  }

  get complete(): boolean {
    return this.#missing === 0;
  }

  /** Whether a fragment says the same of the whole packet as the first one did. */
  matches(fragment: SendFragment): boolean {
    return fragment.totalLength === this.data.length && fragment.fragmentCount === this.fragmentCount;
  }

  /** False where this fragment was here before. It must be sound and match. */
  add({ fragmentNumber, fragmentOffset, payload }: SendFragment): boolean {
    const bit = 1 << (fragmentNumber & 31);
    if (this.#arrived[fragmentNumber >>> 5]! & bit) return false;
    this.#arrived[fragmentNumber >>> 5]! |= bit;
    this.data.set(payload, fragmentOffset);
    this.#missing--;
    return true;
  }
}
