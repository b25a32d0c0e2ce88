import { type SeenProperty, type Survey, survey } from '../../agent/cli/visit/survey.ts';
import { dialEnet } from '../../agent/connection/enet.ts';
import { parsePlaceUrl } from '../../agent/connection/place-url.ts';
import { PlaceSession } from '../../agent/place/session.ts';
import { systemTime } from '../../agent/time/system-time.ts';
import { dialects } from '../../agent/wire/dialect.ts';
import { applianceName, propertyKeys } from './bench.ts';

/** Another visitor of the place, who only looks and listens, and tells when something came about. */
export class Witness {
  readonly session: PlaceSession;
  /** When a packet of each track was heard last, ms. */
  readonly heard = new Map<number, number>();
  readonly #waiting = new Set<() => void>();

  constructor(url: string) {
    this.session = new PlaceSession({
      address: parsePlaceUrl(url),
      dialect: dialects.documented,
      identity: { displayName: 'witness' },
      avatar: {},
      dial: dialEnet,
      time: systemTime,
    });
    const look = () => {
      for (const check of this.#waiting) check();
    };
    this.session.world.observe({ entityAdded: look, entityChanged: look, entityRemoved: look });
    this.session.observe({ status: look });
    this.session.tracks.onPacket((track, _payload, at) => {
      this.heard.set(track, at);
      look();
    });
    this.session.start();
  }

  get survey(): Survey {
    return survey(this.session.world.entities);
  }

  property(key: string): SeenProperty | undefined {
    return this.survey.properties.find((property) => property.key === key);
  }

  /** Resolves once `check` is true of the place; it is asked at every change and every packet of a track. */
  until(check: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (!check()) return;
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
      look();
    });
  }

  /** Whether the appliance is all there: every property with a good value, stamped just now, and its track sounds. */
  get seesWholeAppliance(): boolean {
    const { properties, tracks } = this.survey;
    const now = this.session.clock.placeTime(systemTime.now());
    const there = properties.filter(
      ({ value, quality, time }) =>
        value !== undefined &&
        quality === 'good' &&
        time !== undefined &&
        now !== undefined &&
        time <= now + 0.1,
    );
    const track = tracks.find(({ root }) => root.name === applianceName);
    return there.map(({ key }) => key).join() === propertyKeys.join() && this.heard.has(track?.id ?? 0);
  }

  /** Whether anything of the appliance is in the place. */
  get seesAnything(): boolean {
    const { properties, roots } = this.survey;
    return properties.length > 0 || roots.some(({ name }) => name === applianceName);
  }

  leave(): Promise<void> {
    return this.session.stop();
  }
}
