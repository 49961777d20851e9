import type { Clock } from './clock.ts';
import { TaskAlreadyFinalError, TaskNotFoundError, UnavailableError } from './errors.ts';
import { readTask } from './fetch-task.ts';
import { cancel, requestCancel } from './operations.ts';
import type { TaskStorage } from './storage.ts';
import { hasLiveLease, isExpired } from './task-row.ts';
import { hasCancelledStatus, hasFinalStatus } from './task.ts';
import type { Task, TaskKey } from './task.ts';

/** What cancelling needs. */
export interface CancelDependencies {
  readonly storage: TaskStorage;
  readonly clock: Clock;
  readonly retentionMs: number;
}

/** Each round in which both writes are refused means that somebody else moved the task on; so many in a row are no accident. */
const MAX_ROUNDS = 5;

/**
 * Cancels a task that nobody works on, or asks the attempt that works on it to stop, whose `signal` then aborts with the next
 * renewal of its lease; returns the task, which tells which of both. An attempt that ends before it has heard wins. Done
 * twice, it changes nothing more.
 * @throws TaskNotFoundError when there is no such task, TaskAlreadyFinalError when it has ended otherwise,
 *   UnavailableError when it changes hands faster than it can be cancelled.
 */
export async function cancelTask(
  { storage, clock, retentionMs }: CancelDependencies,
  key: TaskKey,
): Promise<Task> {
  for (let round = 1; round <= MAX_ROUNDS; round += 1) {
    const now = clock.now();
    const { applied, row } = await storage.update(key, cancel({ now, retentionMs }));
    if (row === undefined || isExpired(row, now)) throw new TaskNotFoundError(key.id);
    // Cancelled before, by whomever: by a write of ours whose answer was lost, too.
    if (applied || hasCancelledStatus(row)) return readTask(storage, row);
    if (hasFinalStatus(row)) throw new TaskAlreadyFinalError(row);
    if (row.cancelRequested && hasLiveLease(row, now)) return readTask(storage, row);
    const requested = await storage.update(key, requestCancel(now));
    if (requested.applied) return readTask(storage, requested.row);
  }
  const cause = new Error(`the task changed hands ${MAX_ROUNDS} times`);
  throw new UnavailableError('storage', { cause });
}
