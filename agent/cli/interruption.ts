/**
 * Aborts at the first SIGINT, SIGTERM or signal in `also`, or when nobody reads stdout any more. A second signal ends
 * the process as it always does.
 */
export function interruption(...also: NodeJS.Signals[]): AbortSignal {
  const controller = new AbortController();
  const interrupt = () => controller.abort();
  for (const signal of ['SIGINT', 'SIGTERM', ...also] as const) process.once(signal, interrupt);
  process.stdout.on('error', interrupt);
  return controller.signal;
}

/**
 * Resolves once one of `signals` has aborted. `AbortSignal.any` is no way to wait: Node 20 may collect what it
 * returns as garbage, and nobody is ever told.
 */
export function aborted(...signals: AbortSignal[]): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of signals) {
      if (signal.aborted) resolve();
      else signal.addEventListener('abort', () => resolve(), { once: true });
    }
  });
}
