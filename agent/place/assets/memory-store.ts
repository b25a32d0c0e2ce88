import { AlloError } from '../../errors.ts';
import { Shelf } from './shelf.ts';
import { type AssetSource, bytesSource } from './source.ts';
import type { AssetDraft, AssetStore } from './store.ts';

/** Keeps assets in memory, up to so many bytes. */
export class MemoryAssetStore implements AssetStore {
  readonly #shelf: Shelf;
  readonly #assets = new Map<string, AssetSource>();

  constructor(capacity: number) {
    this.#shelf = new Shelf(capacity);
  }

  async get(id: string): Promise<AssetSource | undefined> {
    const asset = this.#assets.get(id);
    if (asset) this.#shelf.put(id, asset.size);
    return asset;
  }

  async draft(id: string, size: number): Promise<AssetDraft> {
    const room = this.#shelf.reserve(size);
    if (!room)
      throw new AlloError('ALLO_E_ASSET_STORE', `no room for ${size} of ${this.#shelf.capacity} bytes`);
    const bytes = new Uint8Array(size);
    let length = 0;
    return {
      write: async (part) => {
        room.arrived(part.length);
        this.#evict();
        bytes.set(part, length);
        length += part.length;
      },
      commit: async () => {
        room.release();
        const asset: AssetSource = size === 0 ? nothing(id) : bytesSource(bytes);
        this.#assets.set(id, asset);
        this.#shelf.put(id, size);
        this.#evict();
        return asset;
      },
      discard: async () => room.release(),
    };
  }

  #evict(): void {
    for (const id of this.#shelf.overflow()) this.#assets.delete(id);
  }
}

function nothing(id: string): AssetSource {
  return { id, size: 0, read: async () => new Uint8Array(0) };
}
