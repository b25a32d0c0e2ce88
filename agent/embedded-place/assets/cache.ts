import { createHash } from 'node:crypto';
import { ASSET_CHUNK } from '../../wire/asset.ts';
import type { Owner } from '../world.ts';

/** What an asset costs beyond its bytes: many small ones are not free. */
const OVERHEAD = 1024;

/** The smallest block that memory is taken in. */
const SMALLEST_BLOCK = 1024;

/** Part of the cache that one agent may have on its way, unless it is a single asset. */
const SHARE = 3 / 4;

/**
 * The content of one asset, whole or on its way. Memory is taken as it arrives, at most twice that, whatever length it
 * is said to have.
 */
export class AssetContent {
  /** Bytes once it is whole. */
  readonly total: number;
  readonly #blocks: Uint8Array[] = [];
  #length = 0;

  constructor(total: number) {
    this.total = total;
  }

  /** Bytes that have arrived. */
  get length(): number {
    return this.#length;
  }

  /** What it costs to have so many of its bytes. */
  cost(length: number): number {
    const tail = length % ASSET_CHUNK;
    return OVERHEAD + length - tail + (tail === 0 ? 0 : this.#blockSize(length - tail, tail));
  }

  append(bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length; ) {
      const at = this.#length % ASSET_CHUNK;
      const block = this.#room(at, bytes.length - done);
      const part = bytes.subarray(done, done + block.length - at);
      block.set(part, at);
      done += part.length;
      this.#length += part.length;
    }
  }

  /** From `start` on, at most `length` bytes. */
  slice(start: number, length: number): Uint8Array {
    const end = Math.min(start + length, this.#length);
    const first = Math.floor(start / ASSET_CHUNK);
    const at = start % ASSET_CHUNK;
    const block = this.#blocks[first];
    if (block && at + end - start <= block.length) return block.subarray(at, at + end - start);
    const bytes = new Uint8Array(Math.max(0, end - start));
    for (let done = 0; done < bytes.length; ) {
      const position = start + done;
      const from = this.#blocks[Math.floor(position / ASSET_CHUNK)]!.subarray(position % ASSET_CHUNK);
      bytes.set(from.subarray(0, bytes.length - done), done);
      done += from.length;
    }
    return bytes;
  }

  /** SHA-256 of what has arrived, hexadecimal. */
  digest(): string {
    const hash = createHash('sha256');
    for (let at = 0; at < this.#length; at += ASSET_CHUNK) hash.update(this.slice(at, ASSET_CHUNK));
    return hash.digest('hex');
  }

  /** The last block, of which `at` bytes are there, with room for as many more as belong into it. */
  #room(at: number, more: number): Uint8Array {
    const last = at === 0 ? undefined : this.#blocks.pop()!;
    const size = this.#blockSize(this.#length - at, Math.min(at + more, ASSET_CHUNK));
    const block = last && last.length >= size ? last : new Uint8Array(size);
    if (last && block !== last) block.set(last);
    this.#blocks.push(block);
    return block;
  }

  /** Bytes of the block that begins at `start` and holds `length`: a power of two, or all that will ever be in it. */
  #blockSize(start: number, length: number): number {
    const size = Math.max(SMALLEST_BLOCK, 2 ** Math.ceil(Math.log2(length)));
    return Math.min(size, this.total - start);
  }
}

/** Assets in memory, whole ones and those on their way, within a capacity; the least recently used goes first. */
export class AssetCache {
  readonly #capacity: number;
  /** Whole ones, in the order of use. */
  readonly #assets = new Map<string, AssetContent>();
  /** Whose each is that is on its way, */
  readonly #growing = new Map<AssetContent, Owner>();
  /** and what all of one agent cost. */
  readonly #costs = new Map<Owner, number>();
  #used = 0;

  /** @param capacity bytes. */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get(id: string): AssetContent | undefined {
    const asset = this.#assets.get(id);
    if (!asset) return undefined;
    this.#assets.delete(id);
    this.#assets.set(id, asset);
    return asset;
  }

  /** Something on its way from `source`, which ends with `keep` or `drop`. Undefined where it can never have room. */
  begin(total: number, source: Owner): AssetContent | undefined {
    const asset = new AssetContent(total);
    if (asset.cost(total) > this.#capacity) return undefined;
    this.#growing.set(asset, source);
    this.#take(source, asset.cost(0));
    return asset;
  }

  /** `greedy`: its source has too much on its way. `full`: there is no room for more. */
  append(asset: AssetContent, bytes: Uint8Array): 'taken' | 'greedy' | 'full' {
    const source = this.#growing.get(asset)!;
    const whole = asset.cost(asset.length + bytes.length);
    const more = whole - asset.cost(asset.length);
    const all = this.#costs.get(source)! + more;
    if (all > whole && all > this.#capacity * SHARE) return 'greedy';
    for (const [id, whole] of this.#assets) {
      if (this.#used + more <= this.#capacity) break;
      this.#assets.delete(id);
      this.#used -= whole.cost(whole.length);
    }
    if (this.#used + more > this.#capacity) return 'full';
    this.#take(source, more);
    asset.append(bytes);
    return 'taken';
  }

  keep(id: string, asset: AssetContent): void {
    this.drop(asset);
    this.#assets.set(id, asset);
    this.#used += asset.cost(asset.length);
  }

  drop(asset: AssetContent): void {
    const source = this.#growing.get(asset);
    if (source === undefined) return;
    this.#growing.delete(asset);
    this.#take(source, -asset.cost(asset.length));
  }

  #take(source: Owner, bytes: number): void {
    this.#used += bytes;
    const cost = (this.#costs.get(source) ?? 0) + bytes;
    if (cost === 0) this.#costs.delete(source);
    else this.#costs.set(source, cost);
  }
}
