/** How the daemon is, as far as one line says. */
export interface DaemonState {
  readonly placeUrl: string;
  readonly session: {
    readonly state: 'stopped' | 'joining' | 'joined' | 'waiting';
    readonly placeName?: string;
    /** Why the place was not joined, or lost. */
    readonly problem?: string;
  };
  /** How far off the place's clock may be, ms; undefined while it is not known. */
  readonly clockErrorMs: number | undefined;
  /** Why things do not work at the moment, by thing id. */
  readonly faults: ReadonlyMap<string, { readonly reason: string }>;
  /** Why the daemon runs without its devices, where it does. */
  readonly safeMode?: string;
}

/** The line that `systemctl status` shows: place, clock error, faults. */
export function statusText(state: DaemonState): string {
  const { safeMode, clockErrorMs, faults } = state;
  const parts = [placeText(state)];
  if (clockErrorMs !== undefined) parts.push(`clock ±${clockErrorMs.toFixed(1)} ms`);
  for (const [thing, { reason }] of faults) parts.push(`fault: ${thing}: ${reason}`);
  if (faults.size === 0 && safeMode === undefined) parts.push('no faults');
  return (safeMode === undefined ? parts : [`safe mode: ${safeMode}`, ...parts]).join('; ');
}

function placeText({ placeUrl, session }: DaemonState): string {
  const { state, placeName, problem } = session;
  if (state === 'joined') return placeName ? `in ${placeName} at ${placeUrl}` : `in ${placeUrl}`;
  if (state === 'stopped') return `not in ${placeUrl}`;
  return `joining ${placeUrl}${problem === undefined ? '' : ` (${problem})`}`;
}
