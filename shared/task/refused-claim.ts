import { contextTaskId } from './logger.ts';
import { endUnheld } from './operations.ts';
import type { Outcome } from './operations.ts';
import { AttemptError, taskErrorOf } from './task-error.ts';
import { hasLiveLease } from './task-row.ts';
import type { TaskRow } from './task-row.ts';
import { hasFinalStatus, statusCancelled, statusFailed } from './task.ts';
import type { TaskKey } from './task.ts';
import { afterLostWrite, deleteMessage, keepUntil } from './work.ts';
import type { Disposition, WorkDependencies } from './work.ts';

/** Decides, from the row that refused a claim, what becomes of the message; ends the task when nobody else will. */
export async function decideRefusedClaim(
  { storage, clock, logger, retentionMs }: WorkDependencies,
  row: TaskRow | undefined,
  key: TaskKey,
): Promise<Disposition> {
  const now = clock.now();
  if (row === undefined) {
    logger.warn('a message names a task that does not exist; it is dropped', { [contextTaskId]: key.id });
    return deleteMessage;
  }
  if (hasFinalStatus(row) || row.parked) return deleteMessage;
  const outcome = hasLiveLease(row, now) ? undefined : endOf(row, now);
  if (outcome === undefined) return afterLostWrite(row, now);
  if (outcome === 'not-due') return keepUntil(Math.max(row.startAt ?? 0, row.retryAt ?? 0), now);
  const result = await storage.update(row, endUnheld(row.attempt, outcome, { now, retentionMs }));
  if (!result.applied) return afterLostWrite(result.row, now);
  logger.warn(`task ended without another attempt: ${outcome.finalStatus}`, {
    [contextTaskId]: row.id,
    action: row.action,
    attempt: row.attempt,
  });
  return deleteMessage;
}

/** How the task, which nobody holds, must end now; undefined when the row has changed and may be claimed after all. */
function endOf(row: TaskRow, now: number): Outcome | 'not-due' | undefined {
  if (Math.max(row.startAt ?? 0, row.retryAt ?? 0) > now) return 'not-due';
  if (row.cancelRequested) return { finalStatus: statusCancelled };
  if (row.attempt >= row.maxAttempts) {
    const message = `Attempt ${row.attempt} of ${row.maxAttempts} ended without a result: its worker died, or lost its lease.`;
    return failed(new AttemptError('attempts-exhausted', message, { retryable: false }), row);
  }
  if (row.deadlineAt <= now) {
    const message = 'The task was not finished by its deadline.';
    return failed(new AttemptError('deadline-exceeded', message, { retryable: false }), row);
  }
  return undefined;
}

function failed(error: AttemptError, row: TaskRow): Outcome {
  return { finalStatus: statusFailed, error: taskErrorOf(error, row.attempt) };
}
