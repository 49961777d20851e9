/** The library, `task-system`: tasks in one process. What it needs to work over AWS is in `task-system/aws`. */
export { defineAction } from './task/action.ts';
export type { Action, ActionContext, ActionInput, ActionOutput } from './task/action.ts';
export { PendingCompletion } from './task/pending-completion.ts';
export { PermanentError } from './task/permanent-error.ts';
export {
  ActionNotFoundError,
  CompletionTokenInvalidError,
  CompletionTokenStaleError,
  IdempotencyKeyReusedError,
  InputRejectedError,
  InputTooLargeError,
  isTaskNotFound,
  TaskAlreadyFinalError,
  TaskNotFoundError,
  TaskTimeRejectedError,
  UnavailableError,
  UnreadableRowError,
} from './task/errors.ts';
export type { ListFilters } from './task/list-cursor.ts';
export { contextTaskId } from './task/logger.ts';
export type { Logger } from './task/logger.ts';
export { createMemoryQueue } from './task/memory-queue.ts';
export { createMemoryStorage } from './task/memory-storage.ts';
export type { Delivery, TaskQueue } from './task/queue.ts';
export { createTaskService } from './task/service.ts';
export type {
  CreateOptions,
  TaskService,
  TaskServiceConfig,
  WaitForFinalStatusOptions,
} from './task/service.ts';
export type { Condition } from './task/condition.ts';
export type { Change } from './task/operations.ts';
export type { EndedPage, EndedPlace, OpenEntry, TaskStorage, WriteResult } from './task/storage.ts';
export type { Payload, TaskRow } from './task/task-row.ts';
export { AttemptError } from './task/task-error.ts';
export type { TaskError } from './task/task-error.ts';
export {
  hasCancelledStatus,
  hasFailedStatus,
  hasFinalStatus,
  hasSucceededStatus,
  statusCancelled,
  statusFailed,
  statusStarted,
  statusStopped,
  statusSucceeded,
} from './task/task.ts';
export type {
  ActiveStatus,
  CancelledTask,
  FailedTask,
  FinalStatus,
  ListedTask,
  OpenTask,
  SucceededTask,
  Task,
} from './task/task.ts';
export { defaultConfig } from './process/default-config.ts';
