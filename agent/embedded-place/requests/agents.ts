import { Refusal } from '../answers.ts';
import type { RequestHandler } from './request.ts';

/** The name that answers to both requests carry. */
const NAME = 'list_agents';

/** `["list_agents"]` → `["list_agents", "ok", [{"display_name", "agent_id", "avatar_id", "is_visor", "stats"}]]` */
export const listAgents: RequestHandler = (_request, { agents, world }) => {
  const listed = [...agents.values()].reverse().flatMap(({ announced, agentId, owner }) =>
    announced
      ? {
          display_name: announced.displayName,
          agent_id: agentId,
          avatar_id: announced.avatarId,
          is_visor: world.entity(announced.avatarId)?.components.has('visor') ?? false,
          stats: `Entities\t${world.ownedBy(owner).size}\n`,
        }
      : [],
  );
  return [NAME, 'ok', listed];
};

/** `["kick_agent", agent_id]` → `["list_agents", "ok"]`; the agent is disconnected with 1005. */
export const kickAgent: RequestHandler = ({ arguments: [id] }, { agents, refusals, kick }) => {
  if (typeof id !== 'string') return refusals.invalid('kick_agent');
  const agent = [...agents.values()].find(({ agentId }) => agentId === id);
  if (!agent) return new Refusal('ALLO_E_AGENT_REQUEST', [NAME, 'error', 'agent not found']);
  kick(agent);
  return [NAME, 'ok'];
};
