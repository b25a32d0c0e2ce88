import type { Cancel } from '../../time/time.ts';
import type { AssetRange } from '../../wire/asset.ts';
import type { Owner } from '../world.ts';
import type { AssetContent } from './cache.ts';

/** An asset the place does not have, but wants. */
export class Pull {
  readonly id: string;
  /** Who waits for it, and what they asked for. */
  readonly recipients = new Map<Owner, AssetRange>();
  /** Who was asked and has not said no. */
  readonly candidates = new Set<Owner>();
  /** Who it comes from: the first that had it. */
  source: Owner | undefined;
  content: AssetContent | undefined;
  /** Who it came from wrongly, or too slowly; it is not taken from them again. */
  readonly unfit = new Set<Owner>();
  /** How much has to be there before more time is given. */
  due = 0;
  /** Ends the wait for the next part. */
  cancel: Cancel = () => {};

  constructor(id: string) {
    this.id = id;
  }
}
