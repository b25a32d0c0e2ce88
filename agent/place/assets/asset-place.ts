import { AlloError } from '../../errors.ts';
import type { AssetPacket } from '../../wire/asset.ts';
import type { AssetManners } from '../../wire/dialect.ts';
import type { Sent } from '../link.ts';

/** What assets need of the stay in a place. */
export interface AssetPlace {
  /** How it deals with assets; undefined where it knows none. */
  readonly manners: AssetManners | undefined;
  /** Bytes on their way to the place, of everything that is sent there. */
  readonly queued: number;
  send(packet: AssetPacket): Sent;
}

export function unsupported(): AlloError {
  return new AlloError('ALLO_E_ASSET_UNSUPPORTED', 'this place knows no assets');
}
