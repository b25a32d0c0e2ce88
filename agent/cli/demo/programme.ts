import { simulatedGpio } from '../../../devices/gpio/simulated/backend.ts';
import type { PlaceSession } from '../../place/session.ts';
import { systemTime } from '../../time/system-time.ts';
import type { SeenProperty } from '../visit/survey.ts';
import type { Visitor } from '../visit/visitor.ts';
import type { Audience } from './audience.ts';
import { lampLine } from './stage.ts';
import type { Verification } from './verification.ts';
import type { Scene } from './view.ts';

/** Louder than this, sound is no silence, dBFS. */
const audible = -50;
/** Sound that must have been heard before it counts, seconds. */
const soundNeeded = 2;
/** Readings that must have been heard before they count. */
const readingsNeeded = 10;
const lampProperty = 'grow_light.on';

export interface ProgrammeOptions {
  readonly visitor: Visitor;
  readonly audience: Audience;
  /** The agent's own: its clock is shown. */
  readonly session: PlaceSession;
  readonly verification: Verification;
  readonly tell: (line: string) => void;
}

/** What the demo does by itself, and what it saw of it. */
export class Programme {
  readonly #options: ProgrammeOptions;
  #writing = false;

  constructor(options: ProgrammeOptions) {
    this.#options = options;
  }

  /** Looks for what has happened since; makes the one write that is to be seen. */
  advance(): void {
    const { visitor, audience, session, verification } = this.#options;
    const { joined, clock, readings, audio } = verification;
    const { properties } = visitor.survey;
    const { state, placeName } = session.status;
    if (state === 'joined' && properties.length > 0)
      joined.evidence ??= `${placeName}, seen by a visitor with ${properties.length} properties`;

    const known = this.#clock();
    if (known) clock.evidence = `offset known to ±${known.bound.toFixed(3)} ms`;

    if (audience.readings >= readingsNeeded)
      readings.evidence = `${audience.readings} readings of ${audience.heardOf.size} properties`;

    const { packets, seconds, level } = audience.sound;
    if (seconds >= soundNeeded && level > audible)
      audio.evidence = `${packets} packets, ${seconds.toFixed(1)} s at ${level.toFixed(1)} dBFS`;

    const lamp = properties.find(({ key }) => key === lampProperty);
    if (lamp && !this.#writing) {
      this.#writing = true;
      void this.#proveWrite(lamp);
    }
  }

  /** Switches the output of key `number` over, through the place. */
  switchOver(number: number): void {
    const { audience, tell } = this.#options;
    const property = audience.switches[number - 1];
    if (!property) return;
    audience.switchOver(property).then(
      (on) => tell(`visitor switched ${property.key} ${on ? 'on' : 'off'}`),
      (error: Error) => tell(`visitor could not switch ${property.key}: ${error.message}`),
    );
  }

  scene(soundSource: string): Pick<Scene, 'status' | 'clock' | 'rows' | 'audio'> {
    const { audience, session } = this.#options;
    const { packets } = audience.sound;
    const dbfs = audience.takeLevel();
    return {
      status: session.status.state,
      clock: this.#clock(),
      rows: audience.rows,
      audio: { source: soundSource, packets, dbfs: dbfs > audible ? dbfs : undefined },
    };
  }

  #clock(): Scene['clock'] {
    const { clock } = this.#options.session;
    const { offset, roundTrip } = clock;
    if (offset === undefined || roundTrip === undefined) return undefined;
    return {
      offset: offset * 1e3,
      bound: clock.errorBound(systemTime.now()) * 1e3,
      roundTrip: roundTrip * 1e3,
    };
  }

  /** The level is looked at where the hardware would be, not at what the place says of it. */
  async #proveWrite(lamp: SeenProperty): Promise<void> {
    const { audience, verification, tell } = this.#options;
    const asked = systemTime.now();
    const stop = simulatedGpio.listen(({ line }, high) => {
      if (line !== lampLine) return;
      const took = (systemTime.now() - asked).toFixed(1);
      verification.write.evidence ??= `${lampProperty} → ${lampLine} ${high ? 'high' : 'low'} after ${took} ms`;
    });
    try {
      const on = await audience.switchOver(lamp);
      tell(`visitor switched ${lampProperty} ${on ? 'on' : 'off'}`);
    } catch (error) {
      tell(`visitor could not switch ${lampProperty}: ${(error as Error).message}`);
    } finally {
      stop();
    }
  }
}
