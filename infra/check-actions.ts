import { STOP_MARGIN_MS } from '../shared/task/limits.ts';
import { ConfigurationError } from './configuration-error.ts';
import type { LoadedAction } from './load-actions.ts';

/**
 * Refuses actions that could not work together in one worker: two of one name, and one whose attempt would outlive the worker,
 * which keeps {@link STOP_MARGIN_MS} of its time for writing how the attempt ended.
 * @throws ConfigurationError naming the action.
 */
export function checkActions(actions: readonly LoadedAction[], workerTimeoutMs: number): void {
  const seen = new Set<string>();
  const longest = workerTimeoutMs - STOP_MARGIN_MS;
  for (const { name, timeoutMs } of actions) {
    if (seen.has(name)) {
      throw new ConfigurationError(
        `Two actions are named ${name}; an action's name is what callers ask for, so give each its own.`,
      );
    }
    seen.add(name);
    if (timeoutMs > longest) {
      throw new ConfigurationError(
        `Action ${name} has a timeoutMs of ${timeoutMs}, and the worker's timeout of ${workerTimeoutMs} ms leaves ${longest} ms for an attempt; lower the action's timeoutMs, or raise workerTimeout (at most 900 seconds).`,
      );
    }
  }
}
