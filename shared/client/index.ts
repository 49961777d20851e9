/** The typed client of the HTTP API, `task-system/client`: fetch and nothing else, in Node and in browsers. */
export type { ApiTask, CancelledApiTask, FailedApiTask, JsonOf, ListedTask } from './api-task.ts';
export type { ActionName, InputOf, OutputOf, TaskOf } from './client-actions.ts';
export type { FailReason, TokenCalls } from './complete-by-token.ts';
export type { ListOptions } from './list-pages.ts';
export { TaskApiError, TaskNetworkError } from './task-api-error.ts';
export type { ApiFault } from './task-api-error.ts';
export { createTaskClient } from './task-client.ts';
export type {
  CreateOptions,
  RequestOptions,
  RetryOptions,
  RunOptions,
  TaskClient,
  TaskClientOptions,
} from './task-client-types.ts';
export { TaskCancelledError, TaskFailedError, TaskWaitTimeoutError } from './task-end-errors.ts';
export type { WaitOptions } from './wait-by-requests.ts';
