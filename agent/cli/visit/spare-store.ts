import { mkdtemp, rm } from 'node:fs/promises';
import { AlloError } from '../../errors.ts';
import { DiskAssetStore } from '../../place/assets/disk-store.ts';
import type { AssetSource } from '../../place/assets/source.ts';
import type { AssetDraft, AssetStore } from '../../place/assets/store.ts';
import { LONGEST_ASSET } from '../../wire/asset.ts';

/** Room for one asset of any length, bytes. */
const room = 2 * LONGEST_ASSET;

/** A cache; where that cannot be used, a folder beside the file that is wanted, for as long as it is being fetched. */
export class SpareStore implements AssetStore {
  readonly #path: string;
  #store: AssetStore;
  #folder: string | undefined;

  /** `path`: of the file that is wanted. */
  constructor(cache: AssetStore, path: string) {
    this.#store = cache;
    this.#path = path;
  }

  get(id: string): Promise<AssetSource | undefined> {
    return this.#store.get(id);
  }

  draft(id: string, size: number): Promise<AssetDraft> {
    return this.#store.draft(id, size);
  }

  /** Uses the folder from now on. False where it does so already. Rejects with ALLO_E_VISIT_FILE. */
  async resort(): Promise<boolean> {
    if (this.#folder !== undefined) return false;
    try {
      this.#folder = await mkdtemp(`${this.#path}.`);
    } catch (error) {
      throw new AlloError('ALLO_E_VISIT_FILE', `${this.#path}: ${(error as Error).message}`, {
        cause: error,
      });
    }
    this.#store = new DiskAssetStore(this.#folder, room);
    return true;
  }

  /** Leaves nothing of the folder. */
  async close(): Promise<void> {
    if (this.#folder !== undefined) await rm(this.#folder, { recursive: true, force: true });
  }
}
