import type { Time } from '../../time/time.ts';
import {
  ASSET_CHUNK,
  type AssetData,
  AssetFailureCode,
  type AssetPacket,
  type AssetRange,
  type AssetRequest,
  assetIdOf,
  digestIn,
  encodeAsset,
} from '../../wire/asset.ts';
import type { AssetManners, Dialect } from '../../wire/dialect.ts';
import type { ConnectedAgent } from '../connected-agent.ts';
import type { AgentFault } from '../faults.ts';
import type { Limits } from '../limits.ts';
import type { Owner } from '../world.ts';
import { AssetCache, AssetContent } from './cache.ts';
import { type AssetPart, Deliveries } from './deliveries.ts';
import { Pull } from './pull.ts';

/** The asset places hold from the beginning, to be tried with. */
const builtIn = new TextEncoder().encode('Hello World!\0');

/** Assets one agent may push at one time. */
const MOST_PUSHED = 4;

export interface AssetSurroundings {
  readonly time: Time;
  readonly dialect: Dialect;
  readonly limits: Limits;
  readonly agents: ReadonlyMap<Owner, ConnectedAgent>;
  count(agent: ConnectedAgent, fault: AgentFault): void;
}

/**
 * Assets from who has them to who wants them. What the place does not hold it asks all others for, pulls it from
 * the first that has it, keeps it in memory, and then serves who waited. When nobody is there to be asked, it says
 * nothing, as all places do.
 */
export class AssetRelay {
  readonly #place: AssetSurroundings;
  readonly #manners: AssetManners | undefined;
  readonly #cache: AssetCache;
  readonly #builtIn = new Map<string, AssetContent>();
  readonly #pulls = new Map<string, Pull>();
  readonly #deliveries = new Map<Owner, Deliveries>();

  constructor(place: AssetSurroundings) {
    this.#place = place;
    this.#manners = place.dialect.assets;
    this.#cache = new AssetCache(place.limits.assetCacheSize);
    const content = new AssetContent(builtIn.length);
    content.append(builtIn);
    this.#builtIn.set(assetIdOf(content.digest()), content);
  }

  /** True for an answer to what the place had asked. */
  receive(agent: ConnectedAgent, packet: AssetPacket): boolean {
    switch (packet.kind) {
      case 'request':
        this.#request(agent, packet);
        return false;
      case 'data':
        return this.#data(agent, packet);
      case 'failure': {
        const pull = this.#pulls.get(packet.id);
        if (!pull?.candidates.has(agent.owner)) return this.#unasked(agent);
        this.#failed(pull, agent.owner);
        return true;
      }
    }
  }

  /** An agent is gone, with what it had and what it wanted. */
  left({ owner }: ConnectedAgent): void {
    this.#deliveries.get(owner)?.stop();
    this.#deliveries.delete(owner);
    for (const pull of [...this.#pulls.values()]) {
      pull.recipients.delete(owner);
      if (pull.candidates.has(owner)) this.#failed(pull, owner);
      else if (pull.recipients.size === 0 && pull.candidates.size === 0) this.#end(pull);
    }
  }

  stop(): void {
    for (const pull of [...this.#pulls.values()]) this.#end(pull);
    for (const deliveries of this.#deliveries.values()) deliveries.stop();
  }

  #find(id: string): AssetContent | undefined {
    return this.#builtIn.get(id) ?? this.#cache.get(id);
  }

  #request(agent: ConnectedAgent, { id, range }: AssetRequest): void {
    const content = this.#find(id);
    if (!range) this.#refuse(agent, id, AssetFailureCode.malformed, 'a range is [start, length]');
    else if (!content) this.#want(agent, { id, ...range });
    else if (range.start >= content.total)
      this.#refuse(agent, id, AssetFailureCode.malformed, `the asset has ${content.total} bytes`);
    else this.#deliver(agent, { id, ...range });
  }

  #deliver(agent: ConnectedAgent, part: AssetPart): void {
    let deliveries = this.#deliveries.get(agent.owner);
    if (!deliveries) {
      deliveries = new Deliveries(agent, {
        time: this.#place.time,
        find: (id) => this.#find(id),
        missing: (who, what) => this.#want(who, what),
        send: (who, packet) => this.#send(who, packet),
      });
      this.#deliveries.set(agent.owner, deliveries);
    }
    if (!deliveries.add(part)) this.#place.count(agent, 'ALLO_E_AGENT_FLOOD');
  }

  #want(agent: ConnectedAgent, { id, start, length }: AssetPart): void {
    const wanted = [...this.#pulls.values()].filter(({ recipients }) => recipients.has(agent.owner)).length;
    if (wanted >= this.#place.limits.assetsPerAgent) {
      this.#place.count(agent, 'ALLO_E_AGENT_LIMIT');
      this.#refuse(agent, id, AssetFailureCode.notAvailable, `${wanted} assets are wanted already`);
      return;
    }
    const known = this.#pulls.get(id);
    const pull = known ?? this.#begin(id);
    pull.recipients.set(agent.owner, { start, length });
    if (known) return;
    for (const other of this.#place.agents.values())
      if (other !== agent && other.announced) pull.candidates.add(other.owner);
    this.#askAll(pull);
  }

  #begin(id: string): Pull {
    const pull = new Pull(id);
    this.#pulls.set(id, pull);
    this.#expect(pull);
    return pull;
  }

  #askAll(pull: Pull): void {
    for (const owner of [...pull.candidates])
      if (!this.#ask(pull, owner, { start: 0, length: ASSET_CHUNK })) this.#failed(pull, owner);
  }

  #ask({ id }: Pull, owner: Owner, range: AssetRange): boolean {
    const agent = this.#place.agents.get(owner);
    return agent !== undefined && this.#send(agent, { kind: 'request', id, range });
  }

  /** Whoever is to send the next part has so long from now on, in however many pieces it comes. */
  #expect(pull: Pull): void {
    pull.due = (pull.content?.length ?? 0) + (pull.source === undefined ? 0 : ASSET_CHUNK);
    pull.cancel();
    pull.cancel = this.#place.time.after(this.#place.limits.assetWithin, () => {
      if (pull.source === undefined) this.#end(pull);
      else this.#blame(pull, pull.source, 'ALLO_E_AGENT_STALLED');
    });
  }

  #data(agent: ConnectedAgent, data: AssetData): boolean {
    const pull = this.#pulls.get(data.id) ?? this.#pushed(agent, data);
    if (!pull || pull.unfit.has(agent.owner)) return this.#unasked(agent);
    if (pull.source !== undefined && pull.source !== agent.owner) return pull.candidates.has(agent.owner);
    if (data.start !== (pull.content?.length ?? 0)) return this.#unasked(agent);
    pull.source = agent.owner;
    pull.candidates.add(agent.owner);
    pull.content ??= this.#cache.begin(data.total, agent.owner);
    const { content } = pull;
    if (!content) this.#fail(pull, `the place has no room for ${data.total} bytes`);
    else if (data.total !== content.total || data.body.length === 0) this.#failed(pull, agent.owner);
    else this.#append(pull, content, agent.owner, data.body);
    return true;
  }

  #append(pull: Pull, content: AssetContent, source: Owner, body: Uint8Array): void {
    const outcome = this.#cache.append(content, body);
    if (outcome === 'taken') this.#grown(pull, content, source);
    else if (outcome === 'greedy') this.#blame(pull, source, 'ALLO_E_AGENT_LIMIT');
    else this.#fail(pull, 'the place has no room for it now');
  }

  #grown(pull: Pull, content: AssetContent, source: Owner): void {
    const { length, total } = content;
    if (length < total) {
      if (length >= pull.due) this.#expect(pull);
      const range = { start: length, length: Math.min(ASSET_CHUNK, total - length) };
      if (!this.#ask(pull, source, range)) this.#failed(pull, source);
    } else if (this.#manners?.verified && content.digest() !== digestIn(pull.id)) this.#failed(pull, source);
    else this.#complete(pull, content);
  }

  /** Data that nobody asked for, of an asset the place does not have: the beginning of one, where it takes that. */
  #pushed({ owner }: ConnectedAgent, { id, start }: AssetData): Pull | undefined {
    if (this.#manners?.unasked !== 'cached' || start !== 0 || this.#find(id)) return undefined;
    const pushed = [...this.#pulls.values()].filter(({ source }) => source === owner).length;
    return pushed < MOST_PUSHED ? this.#begin(id) : undefined;
  }

  #complete(pull: Pull, content: AssetContent): void {
    this.#cache.keep(pull.id, content);
    pull.content = undefined;
    this.#end(pull);
    for (const [owner, asked] of pull.recipients) {
      const agent = this.#place.agents.get(owner);
      if (!agent) continue;
      const first = this.#manners?.wakesWith === 'first-chunk';
      if (first) this.#deliver(agent, { id: pull.id, start: 0, length: ASSET_CHUNK });
      else this.#request(agent, { kind: 'request', id: pull.id, range: asked });
    }
  }

  #blame(pull: Pull, source: Owner, fault: AgentFault): void {
    const agent = this.#place.agents.get(source);
    if (agent) this.#place.count(agent, fault);
    this.#failed(pull, source);
  }

  /** One that was asked does not have it, or not rightly: the others are asked anew if it was the source. */
  #failed(pull: Pull, owner: Owner): void {
    pull.candidates.delete(owner);
    const wasSource = pull.source === owner;
    if (wasSource) {
      pull.unfit.add(owner);
      this.#forgetSource(pull);
    }
    if (pull.candidates.size === 0) this.#fail(pull, 'nobody in the place has this asset');
    else if (wasSource) {
      this.#expect(pull);
      this.#askAll(pull);
    }
  }

  #fail(pull: Pull, reason: string): void {
    if (this.#pulls.get(pull.id) !== pull) return;
    this.#end(pull);
    for (const owner of pull.recipients.keys()) {
      const agent = this.#place.agents.get(owner);
      if (agent) this.#refuse(agent, pull.id, AssetFailureCode.notAvailable, reason);
    }
  }

  #end(pull: Pull): void {
    this.#pulls.delete(pull.id);
    pull.cancel();
    this.#forgetSource(pull);
  }

  #forgetSource(pull: Pull): void {
    if (pull.content) this.#cache.drop(pull.content);
    pull.content = undefined;
    pull.source = undefined;
  }

  #refuse(agent: ConnectedAgent, id: string, code: number, reason: string): void {
    this.#send(agent, { kind: 'failure', id, code, reason });
  }

  #send(agent: ConnectedAgent, packet: AssetPacket): boolean {
    const { assets } = this.#place.dialect.channels;
    const bytes = encodeAsset(packet);
    if (assets === undefined || !bytes.ok) return false;
    if (agent.connection.send(assets, bytes.value, true)) return true;
    this.#place.count(agent, 'ALLO_E_AGENT_SLOW');
    return false;
  }

  #unasked(agent: ConnectedAgent): false {
    this.#place.count(agent, 'ALLO_E_AGENT_UNASKED');
    return false;
  }
}
