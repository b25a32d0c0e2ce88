import type { Connection } from '../../agent/connection/connection.ts';
import { ASSET_CHUNK, type AssetPacket, decodeAsset, encodeAsset } from '../../agent/wire/asset.ts';
import type { Dialect } from '../../agent/wire/dialect.ts';
import { encodeInteraction } from '../../agent/wire/interaction.ts';
import { announceBody } from '../../agent/wire/place-requests.ts';
import type { AssetStage } from './asset-stage.ts';

/** An agent that has announced itself, notes packets of assets, and sends those the test tells it to. */
export class PlainAssetAgent {
  readonly heard: AssetPacket[] = [];
  readonly connection: Connection;
  readonly #stage: AssetStage;
  readonly #dialect: Dialect;

  static async join(stage: AssetStage, displayName: string): Promise<PlainAssetAgent> {
    const { dialect, network } = stage;
    const { signal } = new AbortController();
    const dialled = network.dial({ host: 'place', port: 21_337 }, dialect.channels.count, signal);
    const agent = new PlainAssetAgent(await stage.soon(dialled), stage);
    const body = announceBody(dialect, { displayName }, {});
    const request = { kind: 'request', from: '', to: 'place', requestId: '1', body } as const;
    const packet = encodeInteraction(request, dialect);
    if (packet.ok) agent.connection.send(dialect.channels.interactions, packet.value, true);
    await stage.time.advance(50);
    return agent;
  }

  private constructor(connection: Connection, stage: AssetStage) {
    this.connection = connection;
    this.#stage = stage;
    this.#dialect = stage.dialect;
    connection.open({
      packet: (channel, data) => {
        if (channel !== this.#dialect.channels.assets) return;
        const packet = decodeAsset(data);
        if (!packet.ok) throw new Error(`${packet.code}: ${packet.detail}`);
        this.heard.push(packet.value);
      },
      closed: () => {},
    });
  }

  say(packet: AssetPacket): void {
    const bytes = encodeAsset(packet);
    if (!bytes.ok) throw new Error(bytes.detail);
    this.#send(bytes.value);
  }

  /** Any range, also one that no agent should ask for. */
  ask(id: string, start: number, length: number): void {
    const header = Buffer.from(JSON.stringify({ id, range: [start, length] }));
    this.#send(Uint8Array.from([0, 1, header.length >> 8, header.length & 255, ...header]));
  }

  refuse(id: string): void {
    this.say({ kind: 'failure', id, code: 1, reason: 'not here' });
  }

  /** The part of `content` that begins at `start`; beyond its end, as if it were longer. */
  give(id: string, start: number, content: Uint8Array): void {
    const body = content.subarray(start, start + ASSET_CHUNK);
    this.say({ kind: 'data', id, start, total: content.length, body });
  }

  /** Gives the place all it asks for of one asset, once somebody has begun to want that. */
  async serve(id: string, content: Uint8Array, want: () => void): Promise<void> {
    let seen = this.heard.length;
    want();
    for (let quiet = 0; quiet < 5; quiet++) {
      await this.#stage.time.advance(20);
      for (; seen < this.heard.length; seen++) {
        const packet = this.heard[seen];
        if (packet?.kind === 'request' && packet.id === id) this.give(id, packet.range!.start, content);
        quiet = 0;
      }
    }
  }

  #send(bytes: Uint8Array): void {
    const { assets } = this.#dialect.channels;
    if (assets !== undefined) this.connection.send(assets, bytes, true);
  }
}
