import { ASSET_CHUNK, type AssetPacket } from '../wire/asset.ts';
import { forbid } from '../wire/never-sent.ts';
import type { Rejected } from '../wire/rejection.ts';

/** Assets whose lengths are remembered; of more, the oldest are forgotten. */
const MOST_ASSETS = 1 << 12;

/** How long assets are, by what was heard and said in one connection, and what may be said of them therefore. */
export class AssetLengths {
  readonly #totals = new Map<string, number>();

  judge(packet: AssetPacket): Rejected | undefined {
    const total = this.#totals.get(packet.id);
    if (packet.kind === 'request' && packet.range) {
      const { start, length } = packet.range;
      if (length > ASSET_CHUNK) return forbid('asset-range', `a range of ${length} bytes is too long`);
      if (start > 0 && !(total !== undefined && start < total))
        return forbid('asset-range', `offset ${start} of an asset of ${total ?? 'unknown'} bytes`);
    }
    if (packet.kind === 'data' && total !== undefined && total !== packet.total)
      return forbid('asset-length', `it was ${total} bytes long, and would be ${packet.total}`);
    return undefined;
  }

  /** It was sent, or heard. */
  note(packet: AssetPacket): void {
    if (packet.kind !== 'data') return;
    this.#totals.delete(packet.id);
    this.#totals.set(packet.id, packet.total);
    if (this.#totals.size <= MOST_ASSETS) return;
    const [oldest] = this.#totals.keys();
    this.#totals.delete(oldest!);
  }
}
