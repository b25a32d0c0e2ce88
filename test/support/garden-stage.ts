import { avatarComponents } from '../../agent/appliance/panel/avatar.ts';
import type { Connection } from '../../agent/connection/connection.ts';
import { MemoryNetwork } from '../../agent/connection/memory-network.ts';
import { EmbeddedPlace } from '../../agent/embedded-place/embedded-place.ts';
import { PlaceSession } from '../../agent/place/session.ts';
import type { Time } from '../../agent/time/time.ts';
import { VirtualTime } from '../../agent/time/virtual-time.ts';
import { dialects } from '../../agent/wire/dialect.ts';

const address = { host: 'garden', port: 21_337 };

/** A place that is killed and opened again, maybe with another clock, and sessions that join it; all in virtual time. */
export class GardenStage {
  readonly time = new VirtualTime(5_000);
  readonly network = new MemoryNetwork(this.time);
  readonly #links = new Map<string, Connection>();

  /** A place whose clock shows nought at the local moment `epoch`, ms. */
  async open(epoch = 0): Promise<void> {
    const { time } = this;
    const shifted: Time = {
      now: () => time.now() - epoch,
      after: (ms, callback) => time.after(ms, callback),
    };
    const place = new EmbeddedPlace({ name: 'Garden', time: shifted });
    await this.network.listen(address, place.channels, (connection) => place.accept(connection));
  }

  /** As with SIGKILL: nobody is told. */
  kill(): void {
    this.network.kill(address.port);
  }

  session(displayName: string): PlaceSession {
    return new PlaceSession({
      address,
      dialect: dialects.documented,
      identity: { displayName },
      avatar: avatarComponents(displayName, { position: [0, 1, 0], rotationY: 0 }),
      dial: async (...call) => {
        const link = await this.network.dial(...call);
        this.#links.set(displayName, link);
        return link;
      },
      time: this.time,
      random: () => 0.5,
    });
  }

  /** The link that who is called so has now, or had last. */
  link(displayName: string): Connection {
    const link = this.#links.get(displayName);
    if (!link) throw new Error(`${displayName} was never here`);
    return link;
  }
}
