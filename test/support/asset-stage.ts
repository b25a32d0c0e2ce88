import { MemoryNetwork } from '../../agent/connection/memory-network.ts';
import { EmbeddedPlace } from '../../agent/embedded-place/embedded-place.ts';
import type { Limits } from '../../agent/embedded-place/limits.ts';
import { PlaceSession, type PlaceSessionOptions } from '../../agent/place/session.ts';
import { VirtualTime } from '../../agent/time/virtual-time.ts';
import type { Dialect } from '../../agent/wire/dialect.ts';

const ADDRESS = { host: 'place', port: 21_337 };

/** An embedded place of some dialect in virtual time, and sessions that join it. */
export class AssetStage {
  readonly time = new VirtualTime(1_000);
  readonly network = new MemoryNetwork(this.time);
  readonly dialect: Dialect;
  place!: EmbeddedPlace;

  private constructor(dialect: Dialect) {
    this.dialect = dialect;
  }

  static async open(dialect: Dialect, limits: Partial<Limits> = {}): Promise<AssetStage> {
    const stage = new AssetStage(dialect);
    await stage.openPlace(limits);
    return stage;
  }

  async openPlace(limits: Partial<Limits> = {}): Promise<void> {
    const { time, dialect } = this;
    const place = new EmbeddedPlace({ name: 'Greenhouse', time, dialect, limits });
    this.place = place;
    await this.network.listen(ADDRESS, place.channels, (connection) => place.accept(connection));
  }

  /** The place vanishes without a word. */
  kill(): void {
    this.network.kill(ADDRESS.port);
  }

  /** A session that has joined. */
  async join(displayName: string, options: Partial<PlaceSessionOptions> = {}): Promise<PlaceSession> {
    const session = new PlaceSession({
      address: ADDRESS,
      dialect: this.dialect,
      identity: { displayName },
      avatar: {},
      dial: this.network.dial,
      time: this.time,
      random: () => 0.5,
      ...options,
    });
    session.start();
    await this.until(() => session.status.state === 'joined');
    return session;
  }

  /** Lets time pass until something is so. */
  async until(isSo: () => boolean, within = 60_000): Promise<void> {
    for (let passed = 0; !isSo(); passed += 5) {
      if (passed > within) throw new Error(`not so after ${within} ms`);
      await this.time.advance(5);
    }
  }

  /** Lets time pass until a promise has settled, and gives what it came to. */
  async soon<T>(promise: Promise<T>, within = 60_000): Promise<T> {
    let settled = false;
    const done = () => {
      settled = true;
    };
    promise.then(done, done);
    await this.until(() => settled, within);
    return promise;
  }
}

/** `length` bytes in which no part is like another. */
export function noise(length: number, seed = 1): Uint8Array {
  const words = new Uint32Array(Math.ceil(length / 4));
  let state = seed;
  for (let i = 0; i < words.length; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    words[i] = state;
  }
  return new Uint8Array(words.buffer, 0, length);
}
