/**
 * Why a packet was not understood, or not sent. A rejection is a value: bytes of the network never throw.
 * Printed, counted and documented from here.
 */
export const rejections = {
  ALLO_E_WIRE_BODY: {
    meaning: 'The body of an interaction is not a list that begins with a string.',
    mend: 'Send a body such as ["poke", true]; deployed places crash on other shapes.',
  },
  ALLO_E_WIRE_CHANNEL: {
    meaning:
      'A packet arrived on a channel that the dialect has no use for, or was to go out on one the place did not grant.',
    mend: 'Check that place.dialect is the dialect of this place.',
  },
  ALLO_E_WIRE_COMPONENT: {
    meaning:
      'A component that the place itself reads is not of the form in which it reads it; it was not sent.',
    mend: 'Send it whole: docs/dialects.md lists what is never sent, and why.',
  },
  ALLO_E_WIRE_DEPTH: {
    meaning: 'A packet nests objects or lists deeper than is accepted.',
    mend: 'Flatten what is sent: no component or interaction needs that depth.',
  },
  ALLO_E_WIRE_DIALECT: {
    meaning:
      'A packet of a sort that this kind of place does not take, or passes on to nobody; it was not sent.',
    mend: 'Nothing: docs/dialects.md tells what each kind of place can do.',
  },
  ALLO_E_WIRE_END: {
    meaning: 'A media packet does not end as the dialect says.',
    mend: 'Check that place.dialect is the dialect of this place.',
  },
  ALLO_E_WIRE_JSON: {
    meaning: 'A packet is not JSON.',
    mend: 'Check that place.dialect is the dialect of this place; otherwise the sender is broken.',
  },
  ALLO_E_WIRE_MEDIA_SHORT: {
    meaning: 'A media packet is too short to carry anything.',
    mend: 'Send payloads of 3 bytes or more: deployed places abort on shorter ones.',
  },
  ALLO_E_WIRE_NUMBER: {
    meaning: 'A number is not finite, not whole where it must be, or out of its range.',
    mend: 'Send finite numbers, and revisions and track ids as non-negative integers.',
  },
  ALLO_E_WIRE_RECIPIENT: {
    meaning: 'An interaction was to go to nobody, or a publication to somebody; it was not sent.',
    mend: 'Name an entity as the recipient; publications are addressed by the session itself.',
  },
  ALLO_E_WIRE_REQUEST: {
    meaning: 'A request to the place is not of the form it takes, or would harm it; it was not sent.',
    mend: 'The message tells the form; docs/dialects.md lists what is never sent, and why.',
  },
  ALLO_E_WIRE_SHAPE: {
    meaning: 'A packet is JSON, but not of the shape its channel carries.',
    mend: 'Check that place.dialect is the dialect of this place; otherwise the sender is broken.',
  },
  ALLO_E_WIRE_SUBSCRIPTION: {
    meaning: 'A track was to be subscribed twice, or unsubscribed without being subscribed; it was not sent.',
    mend: 'Subscribe once for all that listen in this agent; its tracks do so by themselves.',
  },
  ALLO_E_WIRE_TOO_LARGE: {
    meaning: 'A packet is larger than its channel allows.',
    mend: 'Send less at once; large content belongs into assets.',
  },
  ALLO_E_WIRE_TOO_LONG: {
    meaning: 'A string, list or object in a packet is longer than is accepted.',
    mend: 'Send less at once; large content belongs into assets.',
  },
  ALLO_E_WIRE_TRACK: {
    meaning: 'Media was to go out on a track that is not ours; it was not sent.',
    mend: 'Send on tracks of this session, while they are allocated.',
  },
  ALLO_E_WIRE_TURN: {
    meaning:
      'Something was to be said before the place had accepted the agent or its dialect was certain, or a second announcement after it; it was not sent.',
    mend: 'Wait until the session has joined; it announces itself. Places that tell their time make their dialect certain.',
  },
} as const satisfies Record<string, { meaning: string; mend: string }>;

export type RejectionCode = keyof typeof rejections;

export interface Rejected {
  readonly ok: false;
  readonly code: RejectionCode;
  /** What was wrong in this case; never holds bytes of the packet beyond a short name. */
  readonly detail: string;
}

/** What every codec returns: a value, or the coded reason why there is none. */
export type Outcome<T> = { readonly ok: true; readonly value: T } | Rejected;

export function accept<T>(value: T): Outcome<T> {
  return { ok: true, value };
}

export function reject(code: RejectionCode, detail: string): Rejected {
  return { ok: false, code, detail };
}
