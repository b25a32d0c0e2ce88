import type { AssetSource } from './source.ts';

/** Where fetched assets are kept. Every rejection is ALLO_E_ASSET_STORE. */
export interface AssetStore {
  /** An asset it holds, its hash verified; holding it longer than others from now on. */
  get(id: string): Promise<AssetSource | undefined>;
  /** Makes room for an asset of `size` bytes, at the cost of those not used for the longest time. */
  draft(id: string, size: number): Promise<AssetDraft>;
}

/** An asset on its way in: neither found by `get` nor counted twice. Ends with `commit` or `discard`. */
export interface AssetDraft {
  /** Appends. The bytes may be used again once it resolves. */
  write(bytes: Uint8Array): Promise<void>;
  /** The whole asset is there and is what its id says. */
  commit(): Promise<AssetSource>;
  /** Leaves nothing behind; never rejects. */
  discard(): Promise<void>;
}
