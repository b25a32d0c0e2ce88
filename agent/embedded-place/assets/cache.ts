import { createHash } from 'node:crypto';
import { ASSET_CHUNK } from '../../wire/asset.ts';

/** What an asset costs beyond its bytes: many small ones are not free. */
const OVERHEAD = 1024;

/** The content of one asset, whole or on its way. Memory is taken as it arrives, whatever length it is said to have. */
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
    return OVERHEAD + Math.min(Math.ceil(length / ASSET_CHUNK) * ASSET_CHUNK, this.total);
  }

  append(bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length; ) {
      const at = this.#length % ASSET_CHUNK;
      const block = at === 0 ? this.#grow() : this.#blocks.at(-1)!;
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

  #grow(): Uint8Array {
    const block = new Uint8Array(Math.min(ASSET_CHUNK, this.total - this.#length));
    this.#blocks.push(block);
    return block;
  }
}

/** Assets in memory, whole ones and those on their way, within a capacity; the least recently used goes first. */
export class AssetCache {
  readonly #capacity: number;
  /** Whole ones, in the order of use. */
  readonly #assets = new Map<string, AssetContent>();
  readonly #growing = new Set<AssetContent>();
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

  /** Something on its way, which ends with `keep` or `drop`. Undefined where it can never have room. */
  begin(total: number): AssetContent | undefined {
    const asset = new AssetContent(total);
    if (asset.cost(total) > this.#capacity) return undefined;
    this.#growing.add(asset);
    this.#used += asset.cost(0);
    return asset;
  }

  /** False where there is no room for more. */
  append(asset: AssetContent, bytes: Uint8Array): boolean {
    const more = asset.cost(asset.length + bytes.length) - asset.cost(asset.length);
    for (const [id, whole] of this.#assets) {
      if (this.#used + more <= this.#capacity) break;
      this.#assets.delete(id);
      this.#used -= whole.cost(whole.length);
    }
    if (this.#used + more > this.#capacity) return false;
    this.#used += more;
    asset.append(bytes);
    return true;
  }

  keep(id: string, asset: AssetContent): void {
    this.#growing.delete(asset);
    this.#assets.set(id, asset);
  }

  drop(asset: AssetContent): void {
    if (this.#growing.delete(asset)) this.#used -= asset.cost(asset.length);
  }
}
