import type { Action } from '../task/action.ts';
import type { ApiTask, ListedTask } from './api-task.ts';
import type { ActionName, InputOf, OutputOf, TaskOf } from './client-actions.ts';
import type { TokenCalls } from './complete-by-token.ts';
import type { ListOptions } from './list-pages.ts';
import type { Timing } from './timing.ts';
import type { WaitOptions } from './wait-by-requests.ts';

/** Where the API is, and what it lets this client do. */
export interface TaskClientOptions extends Partial<Timing> {
  /** The API's base: `https://….amazonaws.com/v1`. */
  readonly url: string;
  /** The header Authorization of each request, `Bearer …`; a function is called for each try anew. */
  readonly authorization?: string | (() => string | Promise<string>) | undefined;
  /** Signs each try, after `authorization`; see `task-system/client/sigv4`. */
  readonly sign?: ((request: Request) => Promise<Request>) | undefined;
  /** How often a request is sent at most, apart from waits, which go on through outages. @default 6 */
  readonly maxTries?: number | undefined;
  /** @default the global fetch */
  readonly fetch?: ((request: Request, init: RequestInit) => Promise<Response>) | undefined;
}

/** Settings of one request. */
export interface RequestOptions {
  /** Rejects with its reason when it aborts. What the API was asked for may happen all the same. */
  readonly signal?: AbortSignal | undefined;
}

/** Settings of one request that makes a task. */
export interface RetryOptions extends RequestOptions {
  /** Answer only when the task has ended, or after so many seconds, from 1 to 20. @default at once */
  readonly waitSeconds?: number | undefined;
}

/** Settings of one create. */
export interface CreateOptions extends RetryOptions {
  /** Creating again with the same key and request gives the first task. @default a random one, so that this client's own tries make one task */
  readonly idempotencyKey?: string | undefined;
  /** The task starts no earlier; at most 366 days ahead. */
  readonly startAt?: Date | undefined;
  /** The task has ended by then; at most 13 days after its start. @default a day after it */
  readonly deadlineAt?: Date | undefined;
}

/** Settings of one run. */
export type RunOptions = Omit<CreateOptions, 'waitSeconds'> & WaitOptions;

/**
 * The HTTP API, typed by the actions. A network error, a 429 or a 5xx has a request sent again, up to six times within a minute, with
 * growing, jittered pauses and as `Retry-After` asks; whatever is sent twice happens once.
 * Every method throws TaskApiError (see its `code`), TaskNetworkError, or the reason of its signal.
 */
export interface TaskClient<Actions extends readonly Action[] = readonly Action[]> extends TokenCalls {
  /** Creates a task, and returns it as it is then. */
  create<Name extends ActionName<Actions>>(
    action: Name,
    input: InputOf<Actions, Name>,
    options?: CreateOptions,
  ): Promise<TaskOf<Actions, Name>>;
  /** Fetches a task as it is now. */
  fetchState(id: string, options?: RequestOptions): Promise<ApiTask>;
  /**
   * Waits until a task has ended, however long it takes, by bounded waits of the API, through outages of up to ten minutes. When `timeoutMs` is over it
   * returns the task as it was last seen, and the time for one answer may come on top.
   */
  waitForFinalStatus(id: string, options?: WaitOptions): Promise<ApiTask>;
  /** Creates a task, waits for it, and returns its output. An abort stops only the waiting. @throws TaskFailedError, TaskCancelledError, TaskWaitTimeoutError */
  run<Name extends ActionName<Actions>>(
    action: Name,
    input: InputOf<Actions, Name>,
    options?: RunOptions,
  ): Promise<OutputOf<Actions, Name>>;
  /** All tasks that match, without inputs and outputs: open ones, then ended ones, newest first. */
  list(options?: ListOptions): AsyncGenerator<ListedTask, void, undefined>;
  /** Cancels a task, or asks its attempt to stop (`cancelRequested`); the task tells which. @throws TaskApiError `task-already-final` */
  cancel(id: string, options?: RequestOptions): Promise<ApiTask>;
  /** Makes a new task of one that failed or was cancelled; again, the same new one. @throws TaskApiError `task-not-retryable` */
  retry(id: string, options?: RetryOptions): Promise<ApiTask>;
  /** The API's own description, an OpenAPI 3.1 document, with the input schemas of its actions. */
  describe(options?: RequestOptions): Promise<object>;
}
