import type { ActionContext } from './action.ts';
import type { AttemptSignal } from './attempt-signal.ts';
import { completionTokenOf } from './completion-token.ts';
import type { Claimed, HeldLease } from './lease.ts';
import type { Logger } from './logger.ts';
import { PendingCompletion } from './pending-completion.ts';
import { storedProgress } from './progress.ts';

/** What the action is told about the attempt that a claim has begun. */
export function attemptContext(
  { row, secret }: Claimed,
  attempt: AttemptSignal,
  lease: HeldLease,
  logger: Logger,
): ActionContext {
  return {
    taskId: row.id,
    attempt: row.attempt,
    // An id may return when its key is used again after expiry; its nonce does not.
    idempotencyKey: `${row.id}-${row.nonce}`,
    completionToken: completionTokenOf(row, secret),
    signal: attempt.signal,
    deadline: attempt.endsAt,
    progress(percent, message) {
      const progress = storedProgress(message === undefined ? { percent } : { percent, message });
      if (progress !== undefined) lease.noteProgress(progress);
    },
    waitForCompletion: () => new PendingCompletion(),
    log: logger,
  };
}
