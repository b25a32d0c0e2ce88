import type { Closed } from '../connection/connection.ts';
import { AlloError } from '../errors.ts';

/** Disconnect data as the protocol document numbers it. */
export const Disconnect = {
  connectionLost: 1000,
  clientLeft: 1001,
  initialisationFailed: 1002,
  outdatedVersion: 1003,
  couldNotConnect: 1004,
  kicked: 1005,
} as const;

/** What the end of a connection means to an agent. */
export function errorOfClosed({ by, code }: Closed): AlloError {
  if (by === 'timeout') return new AlloError('ALLO_E_PLACE_LOST', 'the place is not heard any more');
  if (by === 'local') return new AlloError('ALLO_E_NOT_JOINED', 'the agent has left the place');
  switch (code) {
    case Disconnect.connectionLost:
      return new AlloError('ALLO_E_PLACE_LOST', 'the place says that the connection was lost');
    case Disconnect.initialisationFailed:
      return new AlloError('ALLO_E_PLACE_REFUSED', 'the place could not set the agent up');
    case Disconnect.outdatedVersion:
      return new AlloError('ALLO_E_PLACE_VERSION', 'the place speaks another version of the protocol');
    case Disconnect.couldNotConnect:
      return new AlloError('ALLO_E_PLACE_UNREACHABLE', 'the place could not be connected to');
    case Disconnect.kicked:
      return new AlloError('ALLO_E_PLACE_KICKED', 'the agent was removed from the place');
    default:
      return new AlloError('ALLO_E_PLACE_CLOSED', `the place ended the connection (${code})`);
  }
}
