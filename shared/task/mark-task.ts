import type { Clock } from './clock.ts';
import { TaskNotFoundError } from './errors.ts';
import { readTask } from './fetch-task.ts';
import { mark } from './operations.ts';
import type { Outcome } from './operations.ts';
import { outputJson, storeOutput } from './output.ts';
import type { Random } from './random.ts';
import type { TaskStorage } from './storage.ts';
import { taskErrorOf } from './task-error.ts';
import type { TaskRow } from './task-row.ts';
import { hasFinalStatus, statusFailed, statusSucceeded } from './task.ts';
import type { Task } from './task.ts';

/** What marking a task needs. */
export interface MarkDependencies {
  readonly storage: TaskStorage;
  readonly clock: Clock;
  readonly random: Random;
  readonly retentionMs: number;
}

/**
 * Ends the task as succeeded, unless it has ended; returns the task as it is then.
 * @throws TaskNotFoundError when there is no such task, AttemptError when the output is not JSON or too large.
 */
export async function markAsSucceeded(
  dependencies: MarkDependencies,
  task: Task,
  output: unknown,
): Promise<Task> {
  const json = outputJson(output);
  return markAs(dependencies, task, async (row) => ({
    finalStatus: statusSucceeded,
    output: await storeOutput(dependencies, row, json),
  }));
}

/**
 * Ends the task as failed with whatever `error` is, unless it has ended; returns the task as it is then.
 * @throws TaskNotFoundError when there is no such task.
 */
export async function markAsFailedWithError(
  dependencies: MarkDependencies,
  task: Task,
  error: unknown,
): Promise<Task> {
  return markAs(dependencies, task, async ({ attempt }) => ({
    finalStatus: statusFailed,
    error: { ...taskErrorOf(error, attempt), retryable: false },
  }));
}

async function markAs(
  { storage, clock, retentionMs }: MarkDependencies,
  task: Task,
  outcomeFor: (row: TaskRow) => Promise<Outcome>,
): Promise<Task> {
  const row = await storage.get(task, { now: clock.now() });
  // Another createdAt is another task that has the id by now: this one has expired.
  if (row?.createdAt !== task.createdAt) throw new TaskNotFoundError(task.id);
  if (hasFinalStatus(row)) return readTask(storage, row);
  const change = mark(task.createdAt, await outcomeFor(row), { now: clock.now(), retentionMs });
  const result = await storage.update(task, change);
  if (result.row === undefined) throw new TaskNotFoundError(task.id);
  return readTask(storage, result.row);
}
