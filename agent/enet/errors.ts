/** What each error of the transport means and how it is mended. */
export const enetErrors = {
  ALLO_E_ENET_ABORTED: {
    meaning: 'The attempt to connect was called off.',
    mend: 'None is needed: the caller aborted it.',
  },
  ALLO_E_ENET_BIND: {
    meaning: 'The host could not open its UDP socket.',
    mend: 'Choose a free port, and an address that this machine has.',
  },
  ALLO_E_ENET_CLOSED: {
    meaning: 'The host is closed.',
    mend: 'Open a new host.',
  },
  ALLO_E_ENET_DNS: {
    meaning: 'The host name has no address that this host can reach.',
    mend: 'Check the name; a host bound to an IPv4 address cannot reach IPv6, and the other way round.',
  },
  ALLO_E_ENET_OPTION: {
    meaning: 'An option is out of its range.',
    mend: 'Give a value within the range that the message names.',
  },
  ALLO_E_ENET_PEERS: {
    meaning: 'Every peer of the host is taken.',
    mend: 'Raise peerLimit, or disconnect from somebody first.',
  },
  ALLO_E_ENET_REFUSED: {
    meaning: 'The other side ended the attempt to connect.',
    mend: 'See the data of the error for its reason; check that both sides use the same protocol.',
  },
  ALLO_E_ENET_TIMEOUT: {
    meaning: 'Nobody answered.',
    mend: 'Check address and port, that the other host runs and is not full, and that UDP is let through.',
  },
} as const satisfies Record<string, { meaning: string; mend: string }>;

export type EnetErrorCode = keyof typeof enetErrors;

/** An error of the transport with a stable code. */
export class EnetError extends Error {
  readonly code: EnetErrorCode;
  /** With ALLO_E_ENET_REFUSED: the 32 bits the other side sent. */
  readonly data: number | undefined;

  constructor(code: EnetErrorCode, message: string, options?: ErrorOptions & { data?: number }) {
    super(message, options);
    this.name = 'EnetError';
    this.code = code;
    this.data = options?.data;
  }

  get meaning(): string {
    return enetErrors[this.code].meaning;
  }

  get mend(): string {
    return enetErrors[this.code].mend;
  }
}
