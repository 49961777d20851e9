import { InputRejectedError } from './errors.ts';
import { readTask } from './fetch-task.ts';
import { fingerprintOf, NONCE_BYTES } from './identity.ts';
import { jsonOf, parseJson } from './json.ts';
import { DEFAULT_MAX_ATTEMPTS, FIRST_LOOK_MS, ROW_RESERVE_BYTES } from './limits.ts';
import type { MarkDependencies } from './mark-task.ts';
import { endOf } from './operations.ts';
import type { Outcome } from './operations.ts';
import { outputJson, storeOutput } from './output.ts';
import { inputRef, storePayload } from './payload.ts';
import type { TaskRow } from './task-row.ts';
import { statusCancelled, statusFailed, statusStarted, statusSucceeded } from './task.ts';
import type { Task } from './task.ts';

/**
 * Stores the task's statuses, output, error and progress as given, if no task with its id is there, or one that is open
 * and has not changed since this one was read; returns the task as it is then, which tells who won. It sends nothing: a
 * task that is new to the storage is begun by the clock.
 * @throws InputRejectedError when the input of a task that is new is not JSON; AttemptError when the output is not, or too large.
 */
export async function persistState(dependencies: MarkDependencies, task: Task): Promise<Task> {
  const { storage, clock } = dependencies;
  const now = clock.now();
  const present = await storage.get(task, { now });
  // Another task has the id by now: this one has expired, and there is no place for it.
  if (present !== undefined && present.createdAt !== task.createdAt) return readTask(storage, present);
  const row = await withState(dependencies, present ?? (await newRow(dependencies, task)), task);
  const result = await storage.set({ ...row, version: task.version }, now);
  return readTask(storage, result.row ?? row);
}

async function newRow({ storage, random, retentionMs }: MarkDependencies, task: Task): Promise<TaskRow> {
  const json = jsonOf(task.input);
  if ('issue' in json) throw new InputRejectedError(task.action, [json.issue]);
  const fingerprint = fingerprintOf({ ...task, input: parseJson(json.text) });
  const {
    tenant,
    id,
    action,
    attempt,
    createdAt,
    deadlineAt,
    startAt,
    attemptStartedAt,
    cancelRequested,
    retryOf,
  } = task;
  const row: TaskRow = {
    tenant,
    id,
    action,
    activeStatus: statusStarted,
    version: task.version,
    nonce: random.hex(NONCE_BYTES),
    fingerprint,
    createdAt,
    deadlineAt,
    ...(startAt !== undefined && { startAt }),
    ...(attemptStartedAt !== undefined && { attemptStartedAt }),
    ...(cancelRequested && { cancelRequested }),
    ...(retryOf !== undefined && { retryOf }),
    lookAt: createdAt + FIRST_LOOK_MS,
    dispatches: 0,
    attempt,
    maxAttempts: Math.max(attempt, DEFAULT_MAX_ATTEMPTS),
    input: { json: '' },
  };
  const where = { ref: inputRef(json.text), reserve: ROW_RESERVE_BYTES, retentionMs };
  return { ...row, input: await storePayload(storage, row, json.text, where) };
}

/** The row with what the task says of its state. */
async function withState(dependencies: MarkDependencies, row: TaskRow, task: Task): Promise<TaskRow> {
  if (task.finalStatus === null) {
    const { progress, error, ...rest } = row;
    const state = { progress: task.progress ?? progress, error: task.error ?? error };
    return {
      ...rest,
      activeStatus: task.activeStatus,
      ...(state.progress && { progress: state.progress }),
      ...(state.error && { error: state.error }),
    };
  }
  const {
    lookAt: _look,
    leaseUntil: _lease,
    retryAt: _retry,
    parked: _parked,
    progress: _progress,
    ...rest
  } = row;
  const times = { now: task.stoppedAt, retentionMs: dependencies.retentionMs };
  return { ...rest, ...endOf(await outcomeOf(dependencies, row, task), times) };
}

async function outcomeOf(dependencies: MarkDependencies, row: TaskRow, task: Task): Promise<Outcome> {
  switch (task.finalStatus) {
    case statusSucceeded:
      return {
        finalStatus: statusSucceeded,
        output: await storeOutput(dependencies, row, outputJson(task.output)),
      };
    case statusFailed:
      return { finalStatus: statusFailed, error: task.error };
    default:
      return { finalStatus: statusCancelled };
  }
}
