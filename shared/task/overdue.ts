import { MAX_DISPATCHES } from './limits.ts';
import type { Outcome } from './operations.ts';
import { AttemptError, taskErrorOf } from './task-error.ts';
import type { ServiceErrorCode } from './task-error.ts';
import type { TaskRow } from './task-row.ts';
import { statusCancelled, statusFailed } from './task.ts';

/** When the task may be claimed at the earliest; 0 when it is not held back. */
export function dueAt({ startAt = 0, retryAt = 0 }: TaskRow): number {
  return Math.max(startAt, retryAt);
}

/** How a task that nobody holds must end at `now`: cancel requested, attempts or deadline used up. Undefined when another attempt may begin. */
export function overdueOutcome(row: TaskRow, now: number): Outcome | undefined {
  if (row.cancelRequested) return { finalStatus: statusCancelled };
  if (row.attempt >= row.maxAttempts) {
    const message = `Attempt ${row.attempt} of ${row.maxAttempts} ended without a result: its worker died, or lost its lease.`;
    return failed(row, 'attempts-exhausted', message);
  }
  return row.deadlineAt <= now ? missedDeadline(row) : undefined;
}

/** The end of a task whose deadline has passed. */
export function missedDeadline(row: TaskRow): Outcome {
  return failed(row, 'deadline-exceeded', 'The task was not finished by its deadline.');
}

/** The end of a task that was sent so often that sending it again is pointless. */
export function undeliverable(row: TaskRow): Outcome {
  const message = `The task was sent ${MAX_DISPATCHES} times more, and no worker could begin it.`;
  return failed(row, 'undeliverable', message);
}

function failed(row: TaskRow, code: ServiceErrorCode, message: string): Outcome {
  const error = new AttemptError(code, message, { retryable: false });
  return { finalStatus: statusFailed, error: taskErrorOf(error, row.attempt) };
}
