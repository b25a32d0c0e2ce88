import type { Counters } from '../counters.ts';
import type { ErrorCode } from '../errors.ts';
import type { RejectionCode } from '../wire/rejection.ts';

/** What a session counts: rejections of the wire, and its own drops and failures. */
export type SessionCounters = Counters<RejectionCode | ErrorCode>;
