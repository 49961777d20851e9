import type { TaskError } from '../task/task-error.ts';
import type { ApiTask, CancelledApiTask, FailedApiTask } from './api-task.ts';

/** The task has failed: `run` has no output to return. */
export class TaskFailedError extends Error {
  override readonly name = 'TaskFailedError';
  readonly task: FailedApiTask;
  /** Why, as the task tells it. */
  readonly error: TaskError;

  constructor(task: FailedApiTask) {
    super(`Task ${task.id} has failed: ${task.error.message} (${task.error.code})`);
    this.task = task;
    this.error = task.error;
  }
}

/** The task was cancelled: `run` has no output to return. */
export class TaskCancelledError extends Error {
  override readonly name = 'TaskCancelledError';
  readonly task: CancelledApiTask;

  constructor(task: CancelledApiTask) {
    super(`Task ${task.id} was cancelled.`);
    this.task = task;
  }
}

/** The task has not ended within the `timeoutMs` of `run`. It goes on. */
export class TaskWaitTimeoutError extends Error {
  override readonly name = 'TaskWaitTimeoutError';
  /** The task as it was last seen. */
  readonly task: ApiTask;

  constructor(task: ApiTask, timeoutMs: number) {
    super(`Task ${task.id} has not ended within ${timeoutMs} ms; it goes on.`);
    this.task = task;
  }
}
