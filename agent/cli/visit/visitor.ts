import { parsePlaceUrl } from '../../connection/place-url.ts';
import { AlloError } from '../../errors.ts';
import type { AssetStore } from '../../place/assets/store.ts';
import { PlaceSession } from '../../place/session.ts';
import type { Time } from '../../time/time.ts';
import type { Body } from '../../wire/interaction.ts';
import type { Json } from '../../wire/json.ts';
import { failureReason, isFailure } from '../../wire/place-requests.ts';
import { aborted } from '../interruption.ts';
import { Acquaintances } from './acquaintances.ts';
import type { VisitContext } from './context.ts';
import type { ToldReading } from './reading.ts';
import { type SeenProperty, type Survey, survey } from './survey.ts';

/** Somebody may have joined at the same moment: what is not there at first is waited for so long, ms. */
const patience = 1_000;

/** An agent without a body who looks around in a place and asks appliances for things. */
export class Visitor {
  readonly session: PlaceSession;
  readonly time: Time;
  /** Aborts when the visit is to end. */
  readonly signal: AbortSignal;
  readonly #timeout: number;
  readonly #acquaintances: Acquaintances;
  /** Rejects when the visit is interrupted. */
  readonly #interrupted: Promise<never>;

  private constructor(session: PlaceSession, { time, signal }: VisitContext, timeout: number) {
    this.session = session;
    this.time = time;
    this.signal = signal;
    this.#timeout = timeout;
    this.#acquaintances = new Acquaintances(session);
    this.#interrupted = aborted(signal).then(() =>
      Promise.reject(new AlloError('ALLO_E_VISIT_SILENT', 'interrupted before the answer came')),
    );
    this.#interrupted.catch(() => {});
  }

  /**
   * Joins and waits to see the world; `timeout` in ms, for this and for every answer. Rejects with the reason why
   * it could not join, or ALLO_E_VISIT_SILENT.
   */
  static async arrive(
    context: VisitContext,
    timeout: number,
    assetStore = context.assetStore,
  ): Promise<Visitor> {
    const session = new PlaceSession({
      address: parsePlaceUrl(context.url),
      dialect: context.dialect ?? 'auto',
      ...(context.memory && { memory: context.memory }),
      identity: { displayName: 'visitor' },
      avatar: { transform: { matrix: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1] } },
      dial: context.dial,
      time: context.time,
      ...(assetStore && { assetStore }),
    });
    const visitor = new Visitor(session, context, timeout);
    session.start();
    try {
      await visitor.until('the place did not let the visitor see it', timeout, (seen) => {
        const { state, error } = session.status;
        if (state === 'waiting' && error) throw error;
        if (state === 'joined' && session.world.revision !== undefined) seen(undefined);
      });
    } catch (error) {
      const unanswered = session.status.state === 'joining' && !context.signal.aborted;
      await session.stop();
      if (!unanswered) throw error;
      const seconds = timeout / 1000;
      throw new AlloError('ALLO_E_PLACE_UNREACHABLE', `${context.url} did not answer within ${seconds} s`);
    }
    return visitor;
  }

  /** What there is in the place now. */
  get survey(): Survey {
    const { entities } = this.session.world;
    return survey(entities, this.#acquaintances.properties(entities));
  }

  /** Takes in what an appliance told of a property that nothing in the world shows; the property with it. */
  learn(property: SeenProperty, reading: ToldReading): SeenProperty {
    return this.#acquaintances.learn(property, reading);
  }

  /** How long ago a moment of the place's clock was, seconds; undefined while that clock is not known. */
  age(placeTime: number | undefined): number | undefined {
    const now = this.session.clock.placeTime(this.time.now());
    return now === undefined || placeTime === undefined ? undefined : now - placeTime;
  }

  leave(): Promise<void> {
    return this.session.stop();
  }

  /**
   * Asks everyone who is here what they offer, in places where nothing in the world tells: where agents have no
   * entities but their avatar. Nobody is asked twice. Rejects when the visit is interrupted.
   */
  meetEveryone(): Promise<void> {
    return Promise.race([this.#acquaintances.meetEveryone(patience), this.#interrupted]);
  }

  /** What `look` finds in the place. While it throws, it is given another look whenever the world changes. */
  async find<T>(look: (survey: Survey) => T): Promise<T> {
    await this.meetEveryone();
    let problem: unknown;
    const found = this.until('', patience, (seen: (found: T) => void) => {
      let result: T;
      try {
        result = look(this.survey);
      } catch (error) {
        problem = error;
        return;
      }
      seen(result);
    });
    return found.catch((error: unknown) => Promise.reject(this.signal.aborted ? error : problem));
  }

  /**
   * Asks an entity, and resolves with what follows `[name, "ok"` in its answer.
   * Rejects with ALLO_E_VISIT_REFUSED, or as `PlaceSession.request` does.
   */
  async ask(entityId: string, body: Body): Promise<readonly Json[]> {
    const asked = this.session.request(entityId, body, { timeout: this.#timeout });
    const answer = await Promise.race([asked, this.#interrupted]);
    if (isFailure(answer) || answer[1] !== 'ok')
      throw new AlloError('ALLO_E_VISIT_REFUSED', failureReason(answer));
    return answer.slice(2);
  }

  /**
   * Calls `check` at once and after every change of world or session, until it calls what it is given. Rejects
   * with what `check` throws, after `timeout` ms, and when the visit is interrupted.
   */
  async until<T>(problem: string, timeout: number, check: (seen: (value: T) => void) => void): Promise<T> {
    const undo: (() => void)[] = [];
    const seen = new Promise<T>((resolve, reject) => {
      const look = () => {
        try {
          check(resolve);
        } catch (error) {
          reject(error as Error);
        }
      };
      const late = new AlloError('ALLO_E_VISIT_SILENT', `${problem} within ${timeout / 1000} s`);
      const changed = { entityAdded: look, entityChanged: look, entityRemoved: look };
      undo.push(this.session.world.observe(changed), this.session.observe({ status: look }));
      undo.push(this.time.after(timeout, () => reject(late)));
      look();
    });
    try {
      return await Promise.race([seen, this.#interrupted]);
    } finally {
      for (const stop of undo) stop();
    }
  }
}

/** A visit from joining to leaving, whatever happens in between. `assetStore`: other than that of the context. */
export async function visit(
  context: VisitContext,
  { timeout }: { timeout: number },
  work: (visitor: Visitor) => Promise<void>,
  assetStore?: AssetStore,
): Promise<void> {
  const visitor = await Visitor.arrive(context, timeout, assetStore);
  try {
    await work(visitor);
  } finally {
    await visitor.leave();
  }
}
