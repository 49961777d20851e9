import type { Action, ActionInput, ActionOutput } from './action.ts';
import { cancelTask } from './cancel-task.ts';
import type { Clock } from './clock.ts';
import { failTask, heartbeatTask, succeedTask } from './complete-task.ts';
import { createTask, newTaskKey } from './create-task.ts';
import { ActionNotFoundError } from './errors.ts';
import { fetchTask } from './fetch-task.ts';
import { workInProcess } from './in-process-worker.ts';
import {
  CLOCK_SKEW_MS,
  LEASE_GRACE_MS,
  LEASE_SPAN_MS,
  MAX_TENANT_BYTES,
  RECONCILER_INTERVAL_MS,
} from './limits.ts';
import type { ListFilters } from './list-cursor.ts';
import { walkTasks } from './list-tasks.ts';
import type { Logger } from './logger.ts';
import { lookInProcess } from './look-in-process.ts';
import { markAsFailedWithError, markAsSucceeded } from './mark-task.ts';
import { persistState } from './persist-state.ts';
import type { TaskQueue } from './queue.ts';
import type { Random } from './random.ts';
import { createRegistry } from './registry.ts';
import type { TaskStorage } from './storage.ts';
import type { RequestedTimes } from './task-times.ts';
import { hasFinalStatus } from './task.ts';
import type { ListedTask, Task, TaskProgress } from './task.ts';
import { isTenant } from './tenant.ts';
import { bytesOf } from './utf8.ts';
import { waitForFinalStatus } from './wait-for-final-status.ts';

/** What a task service works with; `defaultConfig()` fills all of it in for one process. */
export interface TaskServiceConfig {
  readonly storage: TaskStorage;
  readonly queue: TaskQueue;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** Actions that tasks may name. */
  readonly actions: readonly Action[];
  /** Whether this process takes messages from the queue and executes actions. Where workers elsewhere do, only registered actions can be created. */
  readonly worksInProcess: boolean;
  /** The owner of all tasks of this service. */
  readonly tenant: string;
  /** The first pause of a wait, in milliseconds; later ones grow up to 20 times that. */
  readonly waitSleepMs: number;
  /** How long an ended task stays readable, in milliseconds. */
  readonly retentionMs: number;
}

/** Settings of one create; times are in milliseconds since 1970. */
export interface CreateOptions extends RequestedTimes {
  /** Creating again with the same key and request returns the first task; with another request it is refused. */
  readonly idempotencyKey?: string;
}

/** Bounds of one wait. */
export interface WaitForFinalStatusOptions {
  /** Ends the wait early; the task is returned as it is. */
  readonly signal?: AbortSignal;
  /** @default until some 4 minutes after the task's deadline, when every task has ended */
  readonly timeoutMs?: number;
}

/** Creates tasks, and tells what became of them. */
export interface TaskService {
  /**
   * Stores a task and returns it at once; its action is executed asynchronously. The input is kept as JSON.
   * @throws InputRejectedError, InputTooLargeError, TaskTimeRejectedError, IdempotencyKeyReusedError, ActionNotFoundError, with nothing stored;
   *   UnavailableError, which tells whether the task is stored.
   */
  create<A extends Action>(
    action: A,
    input: ActionInput<A>,
    options?: CreateOptions,
  ): Promise<Task<ActionInput<A>, ActionOutput<A>>>;
  /** @throws TaskNotFoundError (see `isTaskNotFound`) */
  fetchState(id: string): Promise<Task>;
  /** Looks at once, then polls. An aborted or expired wait returns the task as it is. @throws TaskNotFoundError */
  waitForFinalStatus(id: string, options?: WaitForFinalStatusOptions): Promise<Task>;
  /**
   * This service's tasks without their inputs and outputs: the open ones, soonest next look first, then the ended ones, newest end first.
   * They are read page by page, as they are asked for: a task that stands still meanwhile comes once.
   */
  list(filters?: ListFilters): AsyncIterable<ListedTask>;
  /**
   * Cancels a task that nobody works on; else asks its attempt to stop, whose `signal` aborts within the minute, and which may still end first.
   * Returns the task, which tells which.
   * @throws TaskNotFoundError; TaskAlreadyFinalError when it has ended otherwise
   */
  cancel(id: string): Promise<Task>;
  /**
   * Ends the task of a `context.completionToken` as succeeded, parked or not; repeated with the same output it is no conflict.
   * @throws CompletionTokenInvalidError, CompletionTokenStaleError, TaskAlreadyFinalError; AttemptError when the output is refused
   */
  succeed(completionToken: string, output?: unknown): Promise<Task>;
  /** Ends the task of a `context.completionToken` as failed with `error`, parked or not. @throws as `succeed` */
  fail(completionToken: string, error: unknown): Promise<Task>;
  /** Notes progress from outside on the task of a `context.completionToken`. @throws as `succeed` */
  heartbeat(completionToken: string, progress: TaskProgress): Promise<Task>;
  /**
   * Ends the task as succeeded, unless it has ended; returns it refreshed, which tells who won.
   * @throws TaskNotFoundError; AttemptError when the output is not JSON or above 256 KiB
   */
  markAsSucceeded(task: Task, output?: unknown): Promise<Task>;
  /** Ends the task as failed with `error`, unless it has ended; returns it refreshed, which tells who won. @throws TaskNotFoundError */
  markAsFailedWithError(task: Task, error: unknown): Promise<Task>;
  /** Stores the task as given, unless it has ended or changed since it was read; returns it as it is stored then. */
  persistState(task: Task): Promise<Task>;
  /** Takes no more messages; attempts that have begun go on to their end. */
  stop(): void;
}

/** Tasks that a list reads at once: what comes for one round of requests. */
const LIST_PAGE = 50;
/** How long after its deadline a task may at most still be open: its worker died just before, and the clock then comes as late as it may. */
const WAIT_PAST_DEADLINE_MS = LEASE_SPAN_MS + LEASE_GRACE_MS + CLOCK_SKEW_MS + 2 * RECONCILER_INTERVAL_MS;

/**
 * Makes a task service.
 * @throws TypeError when two of the actions have one name, or the tenant is not well-formed text of 1 to 1,024 bytes.
 */
export function createTaskService(config: TaskServiceConfig): TaskService {
  const { clock, random, tenant } = config;
  if (!isTenant(tenant)) {
    throw new TypeError(
      `The tenant has ${bytesOf(tenant)} bytes of UTF-8; give well-formed text of 1 to ${MAX_TENANT_BYTES}.`,
    );
  }
  const registry = createRegistry(config.actions);
  /** Actions given to `create` as values, by the task that they were given for. */
  const given = new Map<string, Action>();
  /** Actions of the creates that are under way. */
  const offered = new Map<string, Action>();
  const stopper = new AbortController();

  function findAction(task: { readonly id: string; readonly action: string }): Action | undefined {
    const candidate = offered.get(task.id);
    const named = candidate?.name === task.action ? candidate : undefined;
    return given.get(task.id) ?? registry.get(task.action) ?? named;
  }

  /** What every use case gets. The action of a task that has ended is needed no more. */
  const dependencies = {
    ...config,
    findAction,
    onEnded: ({ id }: { readonly id: string }) => void given.delete(id),
  };

  async function forgetEnded(work: Promise<Task>): Promise<Task> {
    const task = await work;
    if (hasFinalStatus(task)) given.delete(task.id);
    return task;
  }

  if (config.worksInProcess) {
    void workInProcess(dependencies, stopper.signal);
    void lookInProcess(dependencies, stopper.signal);
  }

  return {
    async create<A extends Action>(action: A, input: ActionInput<A>, options: CreateOptions = {}) {
      if (!config.worksInProcess && !registry.has(action.name)) throw new ActionNotFoundError(action.name);
      const key = newTaskKey(tenant, random, options.idempotencyKey);
      // Known before its task is stored or found: a queue that outlives the process may deliver the message at any moment.
      offered.set(key.id, action);
      try {
        const onAccepted = () => config.worksInProcess && !given.has(key.id) && given.set(key.id, action);
        const request = { key, action, input, times: options, onAccepted };
        return (await createTask<ActionInput<A>, ActionOutput<A>>(config, request)).task;
      } finally {
        offered.delete(key.id);
      }
    },
    fetchState: (id) => fetchTask(config, { tenant, id }),
    async waitForFinalStatus(id, { signal, timeoutMs } = {}) {
      const key = { tenant, id };
      const { deadlineAt } = timeoutMs === undefined ? await fetchTask(config, key) : { deadlineAt: 0 };
      const bound = timeoutMs ?? deadlineAt + WAIT_PAST_DEADLINE_MS - clock.now();
      return waitForFinalStatus(config, key, { timeoutMs: bound, signal });
    },
    list: ({ finalStatus, activeStatus, action } = {}) =>
      walkTasks(config, { tenant, finalStatus, activeStatus, action, limit: LIST_PAGE }),
    cancel: (id) => forgetEnded(cancelTask(config, { tenant, id })),
    succeed: (token, output) => forgetEnded(succeedTask(dependencies, token, output)),
    fail: (token, error) => forgetEnded(failTask(dependencies, token, error)),
    heartbeat: (token, progress) => heartbeatTask(dependencies, token, progress),
    markAsSucceeded: (task, output) => forgetEnded(markAsSucceeded(config, task, output)),
    markAsFailedWithError: (task, error) => forgetEnded(markAsFailedWithError(config, task, error)),
    persistState: (task) => forgetEnded(persistState(config, task)),
    stop: () => stopper.abort(),
  };
}
