import type { Clock } from './clock.ts';
import { TaskNotFoundError } from './errors.ts';
import { loadPayloads } from './payload.ts';
import type { LoadedPayloads } from './payload.ts';
import type { TaskStorage } from './storage.ts';
import type { TaskRow } from './task-row.ts';
import { hasSucceededStatus, statusCancelled, statusFailed, statusStopped, statusSucceeded } from './task.ts';
import type { ListedTask, Task, TaskKey } from './task.ts';

/** What fetching a task needs. */
export interface FetchDependencies {
  readonly storage: TaskStorage;
  readonly clock: Clock;
}

/**
 * The task as it is now, with its input and output.
 * @throws TaskNotFoundError when there is none, or none any more.
 */
export async function fetchTask({ storage, clock }: FetchDependencies, key: TaskKey): Promise<Task> {
  const row = await storage.get(key, { now: clock.now() });
  if (row === undefined) throw new TaskNotFoundError(key.id);
  return readTask(storage, row);
}

/** The task that a row describes, its payloads read from where they are, typed as its action promised when it was created. */
export async function readTask<Input = unknown, Output = unknown>(
  storage: TaskStorage,
  row: TaskRow,
): Promise<Task<Input, Output>> {
  return taskOf(row, await loadPayloads(storage, row));
}

/** The task that a row and the JSON texts of its payloads describe. */
export function taskOf<Input, Output>(row: TaskRow, payloads: LoadedPayloads): Task<Input, Output> {
  const listed = listedTaskOf(row);
  const input = payloads.input === '' ? undefined : JSON.parse(payloads.input);
  if (!hasSucceededStatus(listed) || payloads.output === undefined) return { ...listed, input };
  return { ...listed, input, output: JSON.parse(payloads.output) };
}

/** The task that a row alone describes. */
export function listedTaskOf(row: TaskRow): ListedTask {
  const { tenant, id, action, attempt, createdAt, deadlineAt, version } = row;
  const base = {
    tenant,
    id,
    action,
    attempt,
    createdAt,
    ...(row.startAt !== undefined && { startAt: row.startAt }),
    ...(row.attemptStartedAt !== undefined && { attemptStartedAt: row.attemptStartedAt }),
    deadlineAt,
    ...(row.cancelRequested && { cancelRequested: row.cancelRequested }),
    ...(row.retryOf !== undefined && { retryOf: row.retryOf }),
    version,
  };
  const { finalStatus, stoppedAt = 0, expiresAt = 0, error } = row;
  if (finalStatus === undefined) {
    return {
      ...base,
      activeStatus: row.activeStatus,
      finalStatus: null,
      ...(row.progress && { progress: row.progress }),
      ...(error && { error }),
    };
  }
  const ended = { ...base, activeStatus: statusStopped, stoppedAt, expiresAt } as const;
  switch (finalStatus) {
    case statusSucceeded:
      return { ...ended, finalStatus };
    case statusFailed:
      return { ...ended, finalStatus, error: error ?? unknownError };
    case statusCancelled:
      return { ...ended, finalStatus };
  }
}

/** For a failed row without its error, which no operation writes. */
const unknownError = {
  name: 'Error',
  message: 'No error was stored.',
  code: 'action-failed',
  retryable: false,
  attempt: 0,
};
