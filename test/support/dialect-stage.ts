import { type DialectName, dialects } from '../../agent/wire/dialect.ts';
import type { Body } from '../../agent/wire/interaction.ts';
import type { JsonObject } from '../../agent/wire/json.ts';
import { PlaceStage } from './place-stage.ts';
import type { PlainAgent } from './plain-agent.ts';

/** A place of one of the dialects, and agents that speak it. */
export function open(name: DialectName): Promise<PlaceStage> {
  return PlaceStage.open({}, dialects[name]);
}

/** From now on the agent hears nothing, but notes what arrives on a channel, as text. */
export function eavesdrop(agent: PlainAgent, channel: number | undefined): string[] {
  const heard: string[] = [];
  agent.connection.open({
    packet: (on, data) => {
      if (on === channel) heard.push(new TextDecoder().decode(data));
    },
    closed: () => {},
  });
  return heard;
}

/** Sends bytes that no encoder would write. */
export function raw(agent: PlainAgent, channel: number | undefined, bytes: string | Uint8Array): void {
  if (channel === undefined) throw new Error('there is no such channel');
  agent.connection.send(channel, typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes, true);
}

/** How a request is answered, if it is within a second. */
export async function answerTo(
  stage: PlaceStage,
  agent: PlainAgent,
  to: string,
  body: Body,
): Promise<Body | 'silence'> {
  let answer: Body | 'silence' = 'silence';
  void agent.request(to, body).then((given) => {
    answer = given;
  });
  await stage.time.advance(1_000);
  return answer;
}

/** Where an entity is, as an agent sees it. */
export function positionOf(agent: PlainAgent, id: string): unknown {
  const transform = agent.components(id)?.transform as JsonObject | undefined;
  return (transform?.matrix as number[] | undefined)?.slice(12, 15);
}
