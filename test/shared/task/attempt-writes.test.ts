import { beforeEach, describe, expect, test } from 'vitest';
import { createTask, newTaskKey } from '../../../shared/task/create-task.ts';
import { alterWrites, throttled } from '../../fakes/altered-storage.ts';
import { actionOf, createWorkerWorld, RETENTION_MS } from '../../fakes/worker-world.ts';

let world: ReturnType<typeof createWorkerWorld>;

beforeEach(() => {
  world = createWorkerWorld();
});

const START = Date.UTC(2026, 0, 1);

describe('the write that ends an attempt', () => {
  test('is tried again when it releases the task', async () => {
    const action = actionOf(() => {
      throw new Error('once more');
    });
    const key = await world.create(action);
    const triedAtMs: number[] = [];
    const storage = alterWrites(world.storage, 'release', async (proceed) => {
      triedAtMs.push(world.clock.now() - START);
      return triedAtMs.length <= 3 ? throttled() : proceed();
    });
    const random = { ...world.random, fraction: () => 1 };
    expect(await world.deliver(action, { storage, random })).toBe('keep');
    expect(triedAtMs).toEqual([0, 200, 600, 1400]);
    const row = await world.rowOf(key);
    expect(row).toMatchObject({ retryAt: START + 5000, error: { message: 'once more' } });
    expect(row).not.toHaveProperty('leaseUntil');
    await world.receive();
    expect(world.clock.now()).toBeGreaterThanOrEqual(START + 5000);
  });

  test.each([
    ['the worker stops', { workerEndsAt: START + 30_000 }, START + 30_000],
    ['the lease ends', {}, START + 120_000],
  ])('is tried no more when %s', async (_name, parts, endsAt) => {
    const action = actionOf(() => 1);
    await world.create(action);
    const triedAt: number[] = [];
    const storage = alterWrites(world.storage, 'end', async () => {
      triedAt.push(world.clock.now());
      return throttled();
    });
    expect(await world.deliver(action, { storage, ...parts })).toBe('keep');
    expect(triedAt.length).toBeGreaterThan(5);
    expect(triedAt.every((time) => time < endsAt)).toBe(true);
    expect(world.clock.now()).toBeLessThan(endsAt);
  });
});

describe('what an action is given', () => {
  test('is another idempotency key when the id is used again by another create', async () => {
    const seen: { taskId: string; idempotencyKey: string }[] = [];
    const action = actionOf((_input, { taskId, idempotencyKey }) => {
      seen.push({ taskId, idempotencyKey });
    });
    const key = newTaskKey('default', world.random, 'the same');
    for (const input of [1, 2]) {
      const { repeated } = await createTask(
        { ...world.dependencies(), queue: world.queue },
        { key, action, input },
      );
      expect(repeated).toBe(false);
      await world.drain(action);
      await world.clock.advance(RETENTION_MS + 1000);
    }
    expect(seen.map(({ taskId }) => taskId)).toEqual([key.id, key.id]);
    expect(seen[0]?.idempotencyKey).not.toBe(seen[1]?.idempotencyKey);
  });

  test.each([
    ['below 0 counts as 0', -1, { percent: 0 }],
    ['next to 0 counts as 0', 1e-200, { percent: 0 }],
    ['is rounded to hundredths', 100 / 3, { percent: 33.33 }],
    ['above 100 counts as 100', 100.01, { percent: 100 }],
    ['that is not a number is ignored', Number.NaN, undefined],
    ['that is infinite is ignored', Number.POSITIVE_INFINITY, undefined],
  ])('takes progress: a percentage that %s', async (_name, percent, expected) => {
    const written: unknown[] = [];
    const storage = alterWrites(world.storage, 'heartbeat', async (proceed, _key, change) => {
      written.push(change.set.progress);
      return proceed();
    });
    const action = actionOf(async (_input, { progress }) => {
      progress(percent);
      await world.clock.sleep(6000);
    });
    await world.create(action);
    await world.deliver(action, { storage });
    expect(written).toEqual(expected === undefined ? [] : [expected]);
  });
});

describe('an action', () => {
  test('is not begun when its time was up before its input was read', async () => {
    let runs = 0;
    const action = actionOf(
      () => {
        runs += 1;
      },
      { timeoutMs: 1000, retry: { maxAttempts: 1 } },
    );
    const key = await world.create(action, 'x'.repeat(10_000));
    const getPayloads: typeof world.storage.getPayloads = async (at, refs) => {
      await world.clock.sleep(2000);
      return world.storage.getPayloads(at, refs);
    };
    expect(await world.deliver(action, { storage: { ...world.storage, getPayloads } })).toBe('delete');
    await world.clock.advance(5000);
    expect(runs).toBe(0);
    expect(await world.rowOf(key)).toMatchObject({ error: { code: 'timeout' }, stoppedAt: START + 1000 });
  });

  test('is stopped at the deadline when that comes before its timeout, and fails its task for good', async () => {
    let aborted: unknown;
    const action = actionOf(async (_input, { signal, deadline }) => {
      expect(deadline).toBe(START + 10_000);
      await world.clock.sleep(20_000, signal);
      aborted = { at: world.clock.now(), code: signal.reason.code };
      signal.throwIfAborted();
    });
    const key = await world.createWith(action, { deadlineAt: START + 10_000 });
    expect(await world.deliver(action)).toBe('delete');
    expect(aborted).toEqual({ at: START + 10_000, code: 'deadline-exceeded' });
    expect(await world.rowOf(key)).toMatchObject({
      finalStatus: 'failed',
      attempt: 1,
      error: { code: 'deadline-exceeded', retryable: false },
    });
  });
});
