import type { TaskError } from './task-error.ts';

/** Accepted, and waiting for a worker, running, released for another attempt, or parked. */
export const statusStarted = 'started';
/** Not running: not started yet (delayed), or ended. */
export const statusStopped = 'stopped';
/** Ended with an output. */
export const statusSucceeded = 'succeeded';
/** Ended with an error. */
export const statusFailed = 'failed';
/** Ended because a caller asked for it. */
export const statusCancelled = 'cancelled';

/** Whether a task is active. Together with the final status it tells where a task stands. */
export type ActiveStatus = typeof statusStarted | typeof statusStopped;
/** How a task ended; it never changes afterwards. */
export type FinalStatus = typeof statusSucceeded | typeof statusFailed | typeof statusCancelled;
/** Every way to end. */
export const finalStatuses: readonly FinalStatus[] = [statusSucceeded, statusFailed, statusCancelled];

/** What names a task: the id is unique within its tenant. */
export interface TaskKey {
  readonly tenant: string;
  readonly id: string;
}

/** How far an attempt says it is. */
export interface TaskProgress {
  /** 0 to 100. */
  readonly percent: number;
  readonly message?: string;
}

/** What every task has. Times are milliseconds since 1970. */
interface TaskBase<Input> extends TaskKey {
  readonly action: string;
  readonly input: Input;
  /** The number of attempts that were begun. */
  readonly attempt: number;
  readonly createdAt: number;
  /** A delayed task starts no earlier. */
  readonly startAt?: number;
  readonly attemptStartedAt?: number;
  /** By then the task has ended, whatever happens. */
  readonly deadlineAt: number;
  /** Somebody asked to cancel while an attempt was running. */
  readonly cancelRequested?: true;
  /** The id of the task that this one repeats. */
  readonly retryOf?: string;
  /** Raised by every write; `persistState` refuses to overwrite what it has not seen. */
  readonly version: number;
}

/** A task that waits for its time, or is waiting for a worker, running, released or parked. */
export interface OpenTask<Input = unknown> extends TaskBase<Input> {
  readonly activeStatus: ActiveStatus;
  readonly finalStatus: null;
  readonly progress?: TaskProgress;
  /** Why the newest attempt did not succeed. */
  readonly error?: TaskError;
}

interface EndedTask<Input> extends TaskBase<Input> {
  readonly activeStatus: typeof statusStopped;
  readonly stoppedAt: number;
  /** From then on the task is as if it had never been. */
  readonly expiresAt: number;
}

/** A task that ended with an output (absent when its action returned nothing). */
export interface SucceededTask<Input = unknown, Output = unknown> extends EndedTask<Input> {
  readonly finalStatus: typeof statusSucceeded;
  readonly output?: Output;
}

/** A task that ended with an error. */
export interface FailedTask<Input = unknown> extends EndedTask<Input> {
  readonly finalStatus: typeof statusFailed;
  readonly error: TaskError;
}

/** A task that was cancelled. */
export interface CancelledTask<Input = unknown> extends EndedTask<Input> {
  readonly finalStatus: typeof statusCancelled;
}

/** One request to execute an action, and what became of it. Only the pairs of statuses that make sense can be written. */
export type Task<Input = unknown, Output = unknown> =
  | OpenTask<Input>
  | SucceededTask<Input, Output>
  | FailedTask<Input>
  | CancelledTask<Input>;

type WithoutPayloads<T> = T extends Task ? Omit<T, 'input' | 'output'> : never;

/** A task as a list shows it: without its input and output. */
export type ListedTask = WithoutPayloads<Task>;

/** Any pair of statuses, sensible or not, as the predicates take it. */
export interface StatusPair {
  readonly activeStatus: ActiveStatus;
  readonly finalStatus?: FinalStatus | null | undefined;
}

/** Whether the task has ended. A final status counts only once the task is also stopped. */
export function hasFinalStatus<T extends StatusPair>(
  task: T,
): task is T & { readonly finalStatus: FinalStatus } {
  return task.activeStatus === statusStopped && task.finalStatus !== null && task.finalStatus !== undefined;
}

/** Whether the task has ended and failed. */
export function hasFailedStatus<T extends StatusPair>(
  task: T,
): task is T & { readonly finalStatus: typeof statusFailed } {
  return hasFinalStatus(task) && task.finalStatus === statusFailed;
}

/** Whether the task has ended and succeeded. */
export function hasSucceededStatus<T extends StatusPair>(
  task: T,
): task is T & { readonly finalStatus: typeof statusSucceeded } {
  return hasFinalStatus(task) && task.finalStatus === statusSucceeded;
}

/** Whether the task has ended and was cancelled. */
export function hasCancelledStatus<T extends StatusPair>(
  task: T,
): task is T & { readonly finalStatus: typeof statusCancelled } {
  return hasFinalStatus(task) && task.finalStatus === statusCancelled;
}
