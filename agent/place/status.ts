import type { AlloError } from '../errors.ts';
import type { Dialect } from '../wire/dialect.ts';

export interface PlaceStatus {
  /** `waiting`: for the next attempt to join. */
  readonly state: 'stopped' | 'joining' | 'joined' | 'waiting';
  /** Attempts since the start, or since the last stay worth the name; 0 when stopped. */
  readonly attempt: number;
  /** While joined. */
  readonly placeName?: string;
  /** While joined. */
  readonly avatarId?: string;
  /** Name of the dialect spoken; while joined. */
  readonly dialect?: string;
  /** Why the last attempt failed, or the last stay ended. */
  readonly error?: AlloError;
  /** When the next attempt begins, local monotonic milliseconds; while waiting. */
  readonly retryAt?: number;
}

export interface PlaceSessionObserver {
  joined?(place: { placeName: string; avatarId: string; dialect: Dialect }): void;
  /** A place that was joined is so no more; the session rejoins by itself. Not told when we leave. */
  lost?(reason: AlloError): void;
  status?(status: PlaceStatus): void;
  /** A handler or observer given to this session threw `error`; also counted, as ALLO_E_HANDLER_FAILED. */
  failed?(error: unknown): void;
}
