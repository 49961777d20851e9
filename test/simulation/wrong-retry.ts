import type { TaskRow } from '../../shared/task/task-row.ts';

/** Longer than the pauses before the few attempts of a simulated action, and than a write is on its way. */
const PAUSE_MS = 120_000;

/** What is wrong with how an attempt, by a write of its own at the true time `now`, has given its task back or ended it; undefined for nothing. */
export function wrongRetry(before: TaskRow, after: TaskRow, now: number): string | undefined {
  const { finalStatus, error, retryAt } = after;
  if (retryAt !== undefined) return error?.retryable ? undefined : 'another attempt follows a last error';
  if (finalStatus !== 'failed') return undefined;
  if (error?.code === 'cancelled') return 'a cancelled task ended as failed';
  const follows = error?.retryable && before.attempt < before.maxAttempts;
  return follows && before.deadlineAt > now + PAUSE_MS ? 'it failed with attempts left' : undefined;
}
