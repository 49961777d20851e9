import { beforeEach, describe, expect, test } from 'vitest';
import { handleDelivery } from '../../../shared/task/handle-delivery.ts';
import { actionOf, createWorkerWorld } from '../../fakes/worker-world.ts';

let world: ReturnType<typeof createWorkerWorld>;

beforeEach(() => {
  world = createWorkerWorld();
});

describe('the time of an attempt', () => {
  const never = () => new Promise<never>(() => undefined);

  test('ends it at the action’s timeout, though it never settles', async () => {
    let reason: unknown;
    const begunAt = world.clock.now();
    const task = await world.outcome(
      (_input, { signal }) => {
        signal.addEventListener('abort', () => {
          reason = signal.reason;
        });
        return never();
      },
      { timeoutMs: 1000, retry: { maxAttempts: 1 } },
    );
    expect(task).toMatchObject({
      finalStatus: 'failed',
      error: { code: 'timeout', retryable: true },
      stoppedAt: begunAt + 1000,
    });
    expect(reason).toMatchObject({ code: 'timeout' });
  });

  test('ends it before its worker does, and leaves the task to another attempt', async () => {
    const action = actionOf((_input, { attempt }) => (attempt === 1 ? never() : 'again'));
    const key = await world.create(action);
    const workerEndsAt = world.clock.now() + 30_000;
    const work = handleDelivery(world.dependencies(action), await world.receive(), workerEndsAt);
    expect(await world.clock.advanceUntil(work)).toBe('keep');
    expect(world.clock.now()).toBeLessThanOrEqual(workerEndsAt - 5000);
    expect(await world.rowOf(key)).toMatchObject({ attempt: 1, error: { code: 'worker-stopping' } });
    await world.drain(action);
    expect(await world.fetch(key)).toMatchObject({ output: 'again', attempt: 2 });
  });

  test('is not begun when the worker has hardly any left', async () => {
    const action = actionOf(() => 1);
    const key = await world.create(action);
    expect(
      await handleDelivery(world.dependencies(action), await world.receive(), world.clock.now() + 5500),
    ).toBe('keep');
    expect(await world.rowOf(key)).toMatchObject({ attempt: 0 });
  });

  test('ignores what the action returns after it', async () => {
    const action = actionOf(
      async (_input, { attempt }) => {
        if (attempt === 1) await world.clock.sleep(2000);
        return attempt;
      },
      { timeoutMs: 1000 },
    );
    const key = await world.create(action);
    await world.drain(action);
    expect(await world.fetch(key)).toMatchObject({ finalStatus: 'succeeded', output: 2 });
  });
});
