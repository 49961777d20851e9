import * as v from 'valibot';
import { defineAction } from '../../shared/task/action.ts';
import type { Action, ActionContext } from '../../shared/task/action.ts';
import { createTask, newTaskKey } from '../../shared/task/create-task.ts';
import { fetchTask } from '../../shared/task/fetch-task.ts';
import { handleDelivery } from '../../shared/task/handle-delivery.ts';
import { createMemoryQueue } from '../../shared/task/memory-queue.ts';
import { createMemoryStorage } from '../../shared/task/memory-storage.ts';
import type { Delivery } from '../../shared/task/queue.ts';
import type { TaskRow } from '../../shared/task/task-row.ts';
import type { Task, TaskKey } from '../../shared/task/task.ts';
import type { Disposition, WorkDependencies } from '../../shared/task/work.ts';
import { createManualClock } from './manual-clock.ts';
import { createMemoryLogger } from './memory-logger.ts';
import { createSeededRandom } from './seeded-random.ts';

/** How long ended tasks stay readable in this world. */
export const RETENTION_MS = 7 * 86_400_000;
/** A worker whom nothing stops. */
export const FOREVER = Number.POSITIVE_INFINITY;
/** Longer than any message is hidden here. */
const TWO_DAYS_SECONDS = 2 * 86_400;

type Run = (input: unknown, context: ActionContext) => unknown;
type Settings = Partial<Pick<Action, 'timeoutMs' | 'retry' | 'output'>>;

/** An action that takes any input. */
export function actionOf(run: Run, settings: Settings = {}): Action {
  return defineAction({ name: 'work', input: v.unknown(), ...settings, run });
}

/** A world with a queue, a storage and a worker, whose time a test moves on. */
export function createWorkerWorld() {
  const clock = createManualClock();
  const storage = createMemoryStorage();
  const queue = createMemoryQueue({ clock, visibilitySeconds: 1800 });
  const logger = createMemoryLogger();
  const random = createSeededRandom();

  function dependencies(action?: Action): WorkDependencies {
    return { storage, queue, clock, random, logger, retentionMs: RETENTION_MS, findAction: () => action };
  }

  async function create(action: Action, input: unknown = null): Promise<TaskKey> {
    const key = newTaskKey('default', random);
    await createTask({ ...dependencies(), queue }, { key, action, input });
    return key;
  }

  async function receive(): Promise<Delivery> {
    const [delivery] = await clock.advanceUntil(queue.receive({ max: 1, waitSeconds: TWO_DAYS_SECONDS }));
    if (delivery === undefined) throw new Error('nothing was delivered');
    return delivery;
  }

  /** A task that is sent, and whose row has these members. */
  async function createWith(action: Action, members: Partial<TaskRow>): Promise<TaskKey> {
    const key = await create(action);
    const row = await rowOf(key);
    if (row !== undefined) await storage.set({ ...row, ...members }, clock.now());
    return key;
  }

  /** Receives a message and begins to work on it, in a world that differs in `parts`. */
  async function begin(
    action: Action,
    parts: Partial<WorkDependencies> & { readonly workerEndsAt?: number } = {},
  ): Promise<{ readonly work: Promise<Disposition['kind']> }> {
    const { workerEndsAt = FOREVER, ...others } = parts;
    const delivery = await receive();
    return { work: handleDelivery({ ...dependencies(action), ...others }, delivery, workerEndsAt) };
  }

  /** Receives a message and works on it to the end; says what becomes of it. */
  async function deliver(...args: Parameters<typeof begin>): Promise<Disposition['kind']> {
    const { work } = await begin(...args);
    return clock.advanceUntil(work);
  }

  /** How long it takes until a message is delivered. */
  async function nextDeliveryMs(): Promise<number> {
    const before = clock.now();
    await receive();
    return clock.now() - before;
  }

  /** Delivers messages and works on them, as SQS and the worker do, until none is left. */
  async function drain(action: Action): Promise<void> {
    for (;;) {
      const [delivery] = await clock.advanceUntil(queue.receive({ max: 1, waitSeconds: TWO_DAYS_SECONDS }));
      if (delivery === undefined) return;
      const kind = await clock.advanceUntil(handleDelivery(dependencies(action), delivery, FOREVER));
      if (kind === 'delete') await queue.delete(delivery.receipt);
    }
  }

  /** What becomes of one task whose action is `run`. */
  async function outcome(run: Run, settings?: Settings): Promise<Task> {
    const action = actionOf(run, settings);
    const key = await create(action);
    await drain(action);
    return fetch(key);
  }

  async function fetch(key: TaskKey): Promise<Task> {
    return fetchTask({ storage, clock }, key);
  }

  async function rowOf(key: TaskKey): Promise<TaskRow | undefined> {
    return storage.get(key, { now: clock.now() });
  }

  return {
    clock,
    storage,
    queue,
    logger,
    random,
    dependencies,
    create,
    createWith,
    receive,
    begin,
    deliver,
    nextDeliveryMs,
    drain,
    outcome,
    fetch,
    rowOf,
  };
}
