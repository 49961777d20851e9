import type { Action, ActionContext } from '../../shared/task/action.ts';
import { failTask, heartbeatTask, succeedTask } from '../../shared/task/complete-task.ts';
import type { CompleteDependencies } from '../../shared/task/complete-task.ts';
import type { TaskStorage } from '../../shared/task/storage.ts';
import type { TaskKey, TaskProgress } from '../../shared/task/task.ts';
import { actionOf, createWorkerWorld } from './worker-world.ts';

/** A worker's world whose tasks are completed from outside, and which counts what that writes. */
export function createCompletionWorld() {
  const world = createWorkerWorld();
  const written = { updates: 0, payloads: 0 };
  const storage: TaskStorage = {
    ...world.storage,
    async update(...args) {
      const result = await world.storage.update(...args);
      written.updates += Number(result.applied);
      return result;
    },
    async putPayload(...args) {
      written.payloads += 1;
      return world.storage.putPayload(...args);
    },
  };

  function outside(action?: Action): CompleteDependencies {
    return { ...world.dependencies(action), storage };
  }

  /** Begins an attempt that hands out its token, and then goes on with `run`. */
  async function begin(
    run: (context: ActionContext) => unknown = ({ waitForCompletion }) => waitForCompletion(),
    key?: TaskKey,
  ) {
    const handedOut = Promise.withResolvers<string>();
    const action = actionOf(
      (_input, context) => {
        handedOut.resolve(context.completionToken);
        return run(context);
      },
      { timeoutMs: 900_000 },
    );
    const task = key ?? (await world.create(action, 'input'));
    const { work } = await world.begin(action);
    return { key: task, token: await handedOut.promise, work };
  }

  /** A parked task and its token; its message has been deleted. */
  async function park() {
    const { key, token, work } = await begin();
    await world.clock.advanceUntil(work);
    for (const { receipt } of await world.queue.receive({ max: 10, waitSeconds: 0 }))
      await world.queue.delete(receipt);
    return { key, token };
  }

  /** How long an attempt runs on, without listening to its signal. */
  const runOn = (ms: number, end: () => unknown) => async () => {
    await world.clock.sleep(ms);
    return end();
  };

  return {
    ...world,
    written,
    outside,
    begin,
    park,
    runOn,
    succeed: (token: string, output?: unknown, action?: Action) =>
      succeedTask(outside(action), token, output),
    fail: (token: string, error: unknown) => failTask(outside(), token, error),
    beat: (token: string, progress: TaskProgress) => heartbeatTask(outside(), token, progress),
  };
}
