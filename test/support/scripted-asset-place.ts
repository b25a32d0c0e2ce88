import { Counters } from '../../agent/counters.ts';
import type { AssetPlace } from '../../agent/place/assets/asset-place.ts';
import { Assets } from '../../agent/place/assets/assets.ts';
import { MemoryAssetStore } from '../../agent/place/assets/memory-store.ts';
import type { AssetStore } from '../../agent/place/assets/store.ts';
import type { SessionCounters } from '../../agent/place/counters.ts';
import { VirtualTime } from '../../agent/time/virtual-time.ts';
import type { AssetData, AssetPacket, AssetRequest } from '../../agent/wire/asset.ts';
import { dialects } from '../../agent/wire/dialect.ts';

/** Assets of a session, in a place that says what the test makes it say. */
export class ScriptedAssetPlace implements AssetPlace {
  readonly manners = dialects.v4.assets;
  readonly time = new VirtualTime(1_000);
  readonly counters: SessionCounters = new Counters();
  readonly assets: Assets;
  /** What the session sent. */
  readonly sent: AssetPacket[] = [];
  readonly failures: unknown[] = [];
  queued = 0;
  /** Whether the link lets no data out. */
  refusesData = false;

  constructor(store: AssetStore = new MemoryAssetStore(1 << 24)) {
    this.assets = new Assets(this.time, store, this.counters, (error) => void this.failures.push(error));
    this.assets.enter(this);
    this.assets.settle();
  }

  send(packet: AssetPacket): 'sent' | 'refused' {
    if (this.refusesData && packet.kind === 'data') return 'refused';
    this.sent.push(packet);
    return 'sent';
  }

  ask(id: string, start: number, length: number): void {
    this.assets.receive({ kind: 'request', id, range: { start, length } });
  }

  data(id: string, start: number, body: Uint8Array, total: number): void {
    this.assets.receive({ kind: 'data', id, start, body, total });
  }

  /** The part of an asset that was asked for last. */
  answer(content: Uint8Array): void {
    const { id, range } = this.requests.at(-1)!;
    const { start, length } = range!;
    this.data(id, start, content.subarray(start, start + length), content.length);
  }

  get requests(): AssetRequest[] {
    return this.sent.filter((packet) => packet.kind === 'request');
  }

  /** `[start, length]` of everything that was asked for. */
  get asked(): (readonly [number, number])[] {
    return this.requests.map(({ range }) => [range!.start, range!.length] as const);
  }

  get delivered(): AssetData[] {
    return this.sent.filter((packet) => packet.kind === 'data');
  }
}
