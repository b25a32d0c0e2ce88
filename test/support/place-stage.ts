import { MemoryNetwork } from '../../agent/connection/memory-network.ts';
import { type AgentInfo, EmbeddedPlace } from '../../agent/embedded-place/embedded-place.ts';
import type { Limits } from '../../agent/embedded-place/limits.ts';
import { VirtualTime } from '../../agent/time/virtual-time.ts';
import { type Dialect, dialects } from '../../agent/wire/dialect.ts';
import type { Body } from '../../agent/wire/interaction.ts';
import type { JsonObject } from '../../agent/wire/json.ts';
import { PlainAgent } from './plain-agent.ts';

const address = { host: 'place', port: 21_337 };

/** An embedded place in virtual time, and agents to people it with. */
export class PlaceStage {
  readonly time = new VirtualTime(1_000);
  readonly network = new MemoryNetwork(this.time);
  readonly place: EmbeddedPlace;
  /** Who came and went. */
  readonly log: string[] = [];

  readonly dialect: Dialect;

  private constructor(limits: Partial<Limits>, dialect: Dialect) {
    this.dialect = dialect;
    const line = (what: string, { displayName }: AgentInfo) => this.log.push(`${displayName} ${what}`);
    this.place = new EmbeddedPlace({
      name: 'Greenhouse',
      time: this.time,
      limits,
      dialect,
      events: {
        joined: (agent) => line('joined', agent),
        left: (agent, { by, code }) => line(`left: ${by} ${code}`, agent),
        turnedAway: (_remote, why) => this.log.push(`turned away: ${why}`),
        lethal: (_remote, what) => this.log.push(`lethal: ${what}`),
      },
    });
  }

  static async open(
    limits: Partial<Limits> = {},
    dialect: Dialect = dialects.documented,
  ): Promise<PlaceStage> {
    const stage = new PlaceStage(limits, dialect);
    await stage.network.listen(address, stage.place.channels, (c) => stage.place.accept(c));
    return stage;
  }

  /** Lets time pass until a promise has settled. */
  async soon<T>(promise: Promise<T>): Promise<T> {
    let settled = false;
    const done = () => {
      settled = true;
    };
    promise.then(done, done);
    for (let i = 0; i < 1_000 && !settled; i++) await this.time.advance(5);
    if (!settled) throw new Error('still waiting after 5 s');
    return promise;
  }

  /** An agent that has not announced itself. */
  connect(): Promise<PlainAgent> {
    return this.soon(PlainAgent.connect(this.network.dial, address.port, this.dialect));
  }

  /** An agent in the place, with the newest state. */
  async join(displayName: string, avatar: JsonObject = {}): Promise<PlainAgent> {
    const agent = await this.connect();
    await this.soon(agent.announce(avatar, displayName));
    await this.time.advance(200);
    return agent;
  }

  /** The answer to a request; what it did is in everybody's state then. */
  async ask(agent: PlainAgent, to: string, body: Body, from?: string): Promise<Body> {
    const answer = await this.soon(agent.request(to, body, from));
    await this.time.advance(200);
    return answer;
  }
}
