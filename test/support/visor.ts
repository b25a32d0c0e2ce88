import type { Connection, Dial } from '../../agent/connection/connection.ts';
import type { Time } from '../../agent/time/time.ts';
import type { Dialect } from '../../agent/wire/dialect.ts';
import type { Body } from '../../agent/wire/interaction.ts';
import { isObject, type Json, type JsonObject } from '../../agent/wire/json.ts';
import { PlainAgent } from './plain-agent.ts';

/** How often a visor looks where its hand points, ms. */
const frame = 50;
/** While nothing is held down it says so no oftener, ms. */
const restingEvery = 100;

/**
 * A packet of interactions, as it was on the wire, without the end that the dialect gives it; `close`: the visor ends
 * its connection, with the code in `text`.
 */
export type Overheard = (dir: 'c2s' | 's2c' | 'close', text: string) => void;

export interface VisorOptions {
  readonly name: string;
  readonly time: Time;
  readonly dial: Dial;
  readonly port: number;
  readonly dialect: Dialect;
  readonly overheard?: Overheard;
}

/** A request of the visor's, and what came back. */
export interface Asked {
  /** Id of the entity that was asked. */
  readonly to: string;
  readonly body: Body;
  answer?: Body;
}

/**
 * Somebody with a headset, as far as an appliance can tell: an avatar with a hand, which says where it points ten
 * times a second and with every frame while its trigger is held, says when it leaves, pokes what it points at when the
 * trigger goes down, asks for the focus with that, and tells what it poked when the trigger comes up, wherever it
 * points by then.
 */
export class Visor {
  readonly name: string;
  readonly agent: PlainAgent;
  readonly asked: Asked[] = [];
  readonly #time: Time;
  #hand = '';
  #aim: string | undefined;
  #trigger = false;
  #highlighted: string | undefined;
  #selected: string | undefined;
  #focus: string | undefined;
  #pointedAt = Number.NEGATIVE_INFINITY;
  #cancel = () => {};

  /** Connects; `announce` joins. */
  static async connect(options: VisorOptions): Promise<Visor> {
    const { dial, port, dialect, overheard = () => {} } = options;
    const listening: Dial = async (...to) => overhear(await dial(...to), dialect, overheard);
    return new Visor(options, await PlainAgent.connect(listening, port, dialect));
  }

  private constructor({ name, time }: VisorOptions, agent: PlainAgent) {
    this.name = name;
    this.agent = agent;
    this.#time = time;
  }

  async announce(): Promise<void> {
    const body = { text: { string: this.name }, transform: at(0, 0, 1) };
    const hand = { intent: { actuate_pose: 'hand/right' }, transform: at(0.2, 1.4, 0.5) };
    await this.agent.announce({ ...body, children: [hand] }, this.name);
    this.agent.intend({});
  }

  /** Begins to look where the hand points; false while the place has not shown the hand. */
  open(): boolean {
    this.#hand = this.handId ?? '';
    if (this.#hand !== '') this.#look();
    return this.#hand !== '';
  }

  /** The entity that points and pokes. */
  get handId(): string | undefined {
    return this.entities().find(
      ({ components }) => 'intent' in components && this.#isParent(components, this.agent.avatarId),
    )?.id;
  }

  /** Where the hand points from the next frame on; undefined: at nothing. */
  aim(entity: string | undefined): void {
    this.#aim = entity;
  }

  trigger(down: boolean): void {
    this.#trigger = down;
  }

  leave(): void {
    this.#cancel();
    this.agent.connection.close(1001);
  }

  entities(): { readonly id: string; readonly components: JsonObject }[] {
    return Object.entries(this.agent.world).flatMap(([id, entity]) => {
      const components = isObject(entity) ? entity.components : undefined;
      return isObject(components) ? [{ id, components }] : [];
    });
  }

  /** The entity that stands for a property, `thing.name`. */
  row(key: string): string | undefined {
    return this.entities().find(({ components: { property } }) => {
      return isObject(property) && `${property.thing}.${property.name}` === key;
    })?.id;
  }

  /** What a row looks like, whatever is written on it. */
  look(row: string): string {
    const parts = this.entities().filter(({ components }) => this.#isParent(components, row));
    const shown = parts.map(({ components: { transform, material } }) => json({ transform, material }));
    return [json(this.agent.components(row)?.transform), ...shown.sort()].join(' ');
  }

  /** What is written on it. */
  says(row: string): Json | undefined {
    const text = this.agent.components(row)?.text;
    return isObject(text) ? text.string : undefined;
  }

  #look(): void {
    this.#cancel = this.#time.after(frame, () => this.#look());
    const previous = this.#highlighted;
    this.#highlighted = this.#aim;
    if (previous !== undefined && previous !== this.#aim) this.#say(previous, ['point-exit']);
    if (this.#aim !== undefined) this.#point(this.#aim);
    if (this.#selected !== undefined && !this.#trigger) {
      void this.#ask(this.#selected, ['poke', false], this.#hand);
      this.#selected = undefined;
    }
  }

  #point(entity: string): void {
    const now = this.#time.now();
    if (this.#trigger || now - this.#pointedAt > restingEvery) {
      this.#pointedAt = now;
      this.#say(entity, ['point', [0.2, 1.4, 0.5], [0.05, 1.3, -0.98]]);
    }
    if (!this.#trigger || this.#selected !== undefined) return;
    this.#selected = entity;
    void this.#ask(entity, ['poke', true], this.#hand);
    if (this.#focus === entity) return;
    if (this.#focus !== undefined) this.#say(this.#focus, ['defocus'], this.agent.avatarId);
    void this.#ask(entity, ['focus'], this.agent.avatarId).then(([, outcome]) => {
      if (outcome === 'ok') this.#focus = entity;
    });
  }

  #say(to: string, body: Body, from = this.#hand): void {
    this.agent.say({ kind: 'one-way', from, to, requestId: '', body });
  }

  async #ask(to: string, body: Body, from: string): Promise<Body> {
    const asked: Asked = { to, body };
    this.asked.push(asked);
    const answer = await this.agent.request(to, body, from);
    asked.answer = answer;
    return answer;
  }

  #isParent({ relationships }: JsonObject, id: string): boolean {
    return isObject(relationships) && relationships.parent === id;
  }
}

function overhear(connection: Connection, dialect: Dialect, overheard: Overheard): Connection {
  const { interactions } = dialect.channels;
  const text = (data: Uint8Array) => new TextDecoder().decode(data).trimEnd();
  return {
    channelCount: connection.channelCount,
    remote: connection.remote,
    get queued() {
      return connection.queued;
    },
    open: ({ packet, closed }, timely) =>
      connection.open(
        {
          packet: (channel, data) => {
            if (channel === interactions) overheard('s2c', text(data));
            packet(channel, data);
          },
          closed,
        },
        timely,
      ),
    send: (channel, data, reliable) => {
      if (channel === interactions) overheard('c2s', text(data));
      return connection.send(channel, data, reliable);
    },
    close: (code) => {
      overheard('close', String(code));
      connection.close(code);
    },
  };
}

/** A `transform` at so many metres. */
function at(x: number, y: number, z: number): JsonObject {
  return { matrix: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, x, y, z, 1] };
}

/** With its members in order, for a merge patch may change it. */
function json(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    isObject(part as Json) ? Object.fromEntries(Object.entries(part as JsonObject).sort()) : part,
  );
}
