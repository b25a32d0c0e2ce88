import { LevelMeter } from '../../../devices/sound/level.ts';
import { openOpus } from '../../audio/open-opus.ts';
import type { OpusDecoder } from '../../audio/opus.ts';
import type { Json } from '../../wire/json.ts';
import { Observation } from '../visit/observation.ts';
import { Recording } from '../visit/recording.ts';
import type { SeenProperty } from '../visit/survey.ts';
import type { Visitor } from '../visit/visitor.ts';
import type { Row } from './view.ts';

/** Numbers kept of each property, for its curve. */
const kept = 64;

/** A second visitor, who sees, hears and switches only what any visitor of the place could. */
export class Audience {
  readings = 0;
  /** Properties readings were received of. */
  readonly heardOf = new Map<string, { value: Json; quality: string }>();
  readonly #visitor: Visitor;
  readonly #meter = new LevelMeter();
  readonly #recording: Recording;
  readonly #observation: Observation;
  readonly #curves = new Map<string, number[]>();
  readonly #leave: () => void;

  private constructor(visitor: Visitor, decoder: OpusDecoder) {
    this.#visitor = visitor;
    this.#recording = new Recording(decoder, {
      write: (samples) => {
        this.#meter.add(samples);
        return true;
      },
      skip: () => true,
    });
    const following = visitor.session.tracks.follow((carriers) => carriers.values(), {
      packet: (payload, at) => this.#recording.add(payload, at),
    });
    this.#leave = following.stop;
    this.#observation = new Observation(visitor, () => true, {
      reading: (property, { value, quality }) => this.#hear(property, value, quality),
      refused: () => {},
    });
  }

  static async enter(visitor: Visitor): Promise<Audience> {
    const { binding } = await openOpus();
    const audience = new Audience(visitor, await binding.createDecoder());
    await audience.#observation.start();
    return audience;
  }

  leave(): void {
    this.#observation.stop();
    this.#leave();
    this.#recording.close();
  }

  /** Packets decoded, and the mean level of all the sound so far, dBFS. */
  get sound(): { packets: number; seconds: number; level: number } {
    const { counters, seconds, level } = this.#recording;
    return { packets: counters.packets, seconds, level };
  }

  /** Level since the last call, dBFS. */
  takeLevel(): number {
    return this.#meter.take();
  }

  /** Asks the appliance, through the place, to switch an output over. Resolves with what it says it is now. */
  async switchOver(property: SeenProperty): Promise<boolean> {
    const on = this.#valueOf(property) !== true;
    await this.#visitor.ask(property.entityId, ['write_property', on]);
    return on;
  }

  /** What can be switched, in the order of the keys 1 to 9. */
  get switches(): SeenProperty[] {
    return this.#visitor.survey.properties
      .filter(({ writable, type }) => writable && type === 'boolean')
      .slice(0, 9);
  }

  get rows(): Row[] {
    const switches = this.switches.map(({ key }) => key);
    return this.#visitor.survey.properties.map((property) => {
      const { key, unit, simulated } = property;
      const index = switches.indexOf(key);
      const value = this.#valueOf(property);
      return {
        title: key,
        value: typeof value === 'object' ? undefined : value,
        unit,
        quality: this.heardOf.get(key)?.quality ?? property.quality ?? 'good',
        note: simulated ? 'simulated' : '',
        key: index < 0 ? undefined : String(index + 1),
        curve: this.#curves.get(key) ?? [],
      };
    });
  }

  /** As last told; before that, as the entity showed it when we came. */
  #valueOf({ key, value }: SeenProperty): Json | undefined {
    return this.heardOf.get(key)?.value ?? value;
  }

  #hear({ key }: SeenProperty, value: Json, quality: string): void {
    this.readings++;
    this.heardOf.set(key, { value, quality });
    if (typeof value !== 'number') return;
    const curve = this.#curves.get(key) ?? [];
    curve.push(value);
    this.#curves.set(key, curve.slice(-kept));
  }
}
