import { setTimeout as pause } from 'node:timers/promises';
import { type Peer, UdpHost } from '../../agent/enet/index.ts';
import { contents } from '../c-peer/contents.ts';

/** A client of ours that measures as peer.c's `measure` does. */
export class OurClient {
  readonly #host: UdpHost;
  readonly #peer: Peer;

  private constructor(host: UdpHost, peer: Peer) {
    this.#host = host;
    this.#peer = peer;
  }

  static async connect(port: number): Promise<OurClient> {
    const host = await UdpHost.open({ address: '127.0.0.1' });
    return new OurClient(host, await host.connect('127.0.0.1', port, { channels: 4, data: 0 }));
  }

  /** Round trips, in milliseconds, of as many messages as there are gaps: the least time between two sends. */
  async measure(options: {
    channel: number;
    size: number;
    gaps: readonly number[];
    seed: number;
  }): Promise<number[]> {
    const { channel, size, gaps, seed } = options;
    const times: number[] = [];
    for (const [i, gap] of gaps.entries()) {
      const message = contents(size, seed + i);
      const elapsed = pause(gap);
      times.push(await this.#roundTrip(channel, message));
      await elapsed;
    }
    return times;
  }

  #roundTrip(channel: number, message: Uint8Array): Promise<number> {
    return new Promise((resolve) => {
      this.#peer.onPacket = () => resolve(performance.now() - sent);
      const sent = performance.now();
      this.#peer.send(channel, message, 'reliable');
    });
  }

  close(): Promise<void> {
    return this.#host.close();
  }
}
