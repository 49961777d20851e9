import { beforeEach, describe, expect, test } from 'vitest';
import type { Action, ActionContext } from '../../../shared/task/action.ts';
import { cancelTask } from '../../../shared/task/cancel-task.ts';
import { PermanentError } from '../../../shared/task/permanent-error.ts';
import type { TaskKey } from '../../../shared/task/task.ts';
import { alterWrites, throttled } from '../../fakes/altered-storage.ts';
import { actionOf, createWorkerWorld, RETENTION_MS } from '../../fakes/worker-world.ts';

let world: ReturnType<typeof createWorkerWorld>;

beforeEach(() => {
  world = createWorkerWorld();
});

const START = Date.UTC(2026, 0, 1);

/** Begins an attempt of `run`, and asks a second later to cancel its task; says what became of both. */
async function cancelled(
  run: (context: ActionContext) => unknown,
  settings: Partial<Pick<Action, 'retry' | 'timeoutMs'>> = {},
  storage = world.storage,
) {
  const action = actionOf((_input, context) => run(context), settings);
  const key: TaskKey = await world.create(action);
  const { work } = await world.begin(action, { storage });
  await world.clock.advance(1000);
  const asked = await cancelTask({ ...world, retentionMs: RETENTION_MS }, key);
  expect(asked).toMatchObject({ finalStatus: null, cancelRequested: true });
  const kind = await world.clock.advanceUntil(work);
  return { kind, task: await world.fetch(key) };
}

describe('an attempt whose task is to be cancelled', () => {
  test('is told by its signal at the next renewal, and ends the task as cancelled', async () => {
    let aborted: unknown;
    const { kind, task } = await cancelled(
      async ({ signal }) => {
        await world.clock.sleep(600_000, signal);
        aborted = { atMs: world.clock.now() - START, reason: signal.reason };
        signal.throwIfAborted();
      },
      { timeoutMs: 900_000 },
    );
    expect(aborted).toMatchObject({ atMs: 40_000, reason: { name: 'AttemptError', code: 'cancelled' } });
    expect(kind).toBe('delete');
    expect(task).toMatchObject({ finalStatus: 'cancelled', attempt: 1, stoppedAt: START + 40_000 });
    expect(task).not.toHaveProperty('error');
    expect(world.logger.lines).toMatchObject([{ level: 'warn', message: 'task cancelled', tookMs: 40_000 }]);
  });

  test('is told sooner when it notes progress', async () => {
    const { task } = await cancelled(async ({ signal, progress }) => {
      progress(1);
      await world.clock.sleep(30_000, signal);
    });
    expect(task).toMatchObject({ finalStatus: 'cancelled', stoppedAt: START + 5000 });
  });

  test('that has ended before it is told wins', async () => {
    const { kind, task } = await cancelled(async () => {
      await world.clock.sleep(39_999);
      return 'result';
    });
    expect(kind).toBe('delete');
    expect(task).toMatchObject({ finalStatus: 'succeeded', output: 'result', cancelRequested: true });
  });

  test('that does not listen is not waited for', async () => {
    const { task } = await cancelled(() => new Promise(() => undefined), { timeoutMs: 900_000 });
    expect(task).toMatchObject({ finalStatus: 'cancelled', stoppedAt: START + 40_000 });
  });

  test.each([
    [
      'throws',
      () => {
        throw new Error('another attempt would follow');
      },
    ],
    ['waits for completion from outside', ({ waitForCompletion }: ActionContext) => waitForCompletion()],
  ] as const)('and that %s before it is told ends the task as cancelled', async (_name, end) => {
    const { kind, task } = await cancelled(async (context) => {
      await world.clock.sleep(2000);
      return end(context);
    });
    expect(kind).toBe('delete');
    expect(task).toMatchObject({ finalStatus: 'cancelled', attempt: 1, stoppedAt: START + 2000 });
    expect(task).not.toHaveProperty('error');
    expect(await world.queue.countWaiting()).toBe(0);
    expect(world.logger.lines).toMatchObject([{ level: 'warn', message: 'task cancelled' }]);
  });

  test.each<[string, Partial<Pick<Action, 'retry'>>, () => Error]>([
    ['for good', {}, () => new PermanentError('no')],
    ['in its last attempt', { retry: { maxAttempts: 1 } }, () => new Error('no')],
  ])('and that throws %s before it is told has failed', async (_name, settings, thrown) => {
    const { task } = await cancelled(async () => {
      await world.clock.sleep(2000);
      throw thrown();
    }, settings);
    expect(task).toMatchObject({ finalStatus: 'failed', error: { message: 'no' } });
  });

  test('and whose lease cannot be renewed gives it up, and ends the task as cancelled all the same', async () => {
    const storage = alterWrites(world.storage, 'heartbeat', throttled);
    const run = () => new Promise(() => undefined);
    const { kind, task } = await cancelled(run, { timeoutMs: 900_000 }, storage);
    expect(kind).toBe('delete');
    expect(task).toMatchObject({ finalStatus: 'cancelled', stoppedAt: START + 115_000 });
  });
});
