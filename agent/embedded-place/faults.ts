/** What agents do that the place does not take. Nothing of it ends the place; all of it is counted, by code. */
export const agentFaults = {
  ALLO_E_AGENT_ANNOUNCE: {
    meaning: 'An agent did not announce itself in time, or tried to act before it had.',
    mend: 'Send the announce request directly after connecting, and wait for its answer.',
  },
  ALLO_E_AGENT_CHANNEL: {
    meaning: 'An agent sent a packet on a channel that carries nothing here.',
    mend: 'Check that the agent speaks the dialect of this place.',
  },
  ALLO_E_AGENT_FLOOD: {
    meaning: 'An agent sends more a second than the place takes.',
    mend: 'Send less often, or raise the limits of the place.',
  },
  ALLO_E_AGENT_FORBIDDEN: {
    meaning: 'An agent acted for an entity, or on an entity or track, that it does not own.',
    mend: 'Use only entities and tracks the same agent made since it last joined.',
  },
  ALLO_E_AGENT_LETHAL: {
    meaning:
      'An agent sent what a real place of this version would have crashed on; it was disconnected with 1000.',
    mend: 'Read what the place tells about the packet, and check that the agent speaks the dialect of this place.',
  },
  ALLO_E_AGENT_LIMIT: {
    meaning: 'An agent asked for more than the place bears: agents, entities, sizes, tracks, subscriptions.',
    mend: 'Remove what is not needed any more, or raise the limits of the place.',
  },
  ALLO_E_AGENT_RECIPIENT: {
    meaning: 'An interaction names a recipient that is not in the place.',
    mend: 'Look for the entity in the newest state before talking to it: it may have left.',
  },
  ALLO_E_AGENT_REQUEST: {
    meaning: 'A request to the place is unknown or malformed.',
    mend: 'See docs/visit.md for the requests the place understands.',
  },
  ALLO_E_AGENT_SLOW: {
    meaning: 'Something could not be sent to an agent, because too much waits for it already.',
    mend: 'Look at the connection of that agent.',
  },
  ALLO_E_AGENT_STALLED: {
    meaning:
      'An agent that has an asset did not send the next mebibyte of it in time; others are asked instead.',
    mend: 'Look at the connection of that agent, and answer each request with all that it asks for.',
  },
  ALLO_E_AGENT_TOO_LARGE: {
    meaning: 'An agent sent a packet larger than the place takes.',
    mend: 'Send less at once, or raise the limits of the place.',
  },
  ALLO_E_AGENT_UNASKED: {
    meaning: 'An agent sent a response that nobody waits for.',
    mend: 'Answer each request once, in time, from the entity that was asked.',
  },
  ALLO_E_AGENT_VERSION: {
    meaning: 'An agent announced itself with another protocol version; it was disconnected with 1003.',
    mend: 'Use an agent of this version, or tell it which dialect the place speaks.',
  },
} as const satisfies Record<string, { meaning: string; mend: string }>;

export type AgentFault = keyof typeof agentFaults;
