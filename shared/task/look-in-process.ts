import { RECONCILER_INTERVAL_MS, RECONCILER_TIMEOUT_SECONDS } from './limits.ts';
import { reconcile } from './reconcile.ts';
import type { ReconcileDependencies } from './reconcile.ts';

/**
 * Looks at open tasks once a minute in this process, as the reconciler function does in AWS, until `signal` aborts: it starts what was delayed for
 * long, and ends what nobody else will end. It keeps no process alive.
 */
export async function lookInProcess(dependencies: ReconcileDependencies, signal: AbortSignal): Promise<void> {
  const { clock } = dependencies;
  for (;;) {
    await clock.idle(RECONCILER_INTERVAL_MS, signal);
    if (signal.aborted) return;
    // A look that fails has said why, and the next one makes up for it.
    await reconcile(dependencies, clock.now() + RECONCILER_TIMEOUT_SECONDS * 1000).catch(() => undefined);
  }
}
