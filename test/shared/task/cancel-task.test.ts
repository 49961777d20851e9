import { beforeEach, describe, expect, test } from 'vitest';
import { cancelTask } from '../../../shared/task/cancel-task.ts';
import * as operations from '../../../shared/task/operations.ts';
import { reconcile } from '../../../shared/task/reconcile.ts';
import type { TaskStorage } from '../../../shared/task/storage.ts';
import type { TaskRow } from '../../../shared/task/task-row.ts';
import type { TaskKey } from '../../../shared/task/task.ts';
import { actionOf, createWorkerWorld, FOREVER, RETENTION_MS } from '../../fakes/worker-world.ts';

const MINUTE = 60_000;

let world: ReturnType<typeof createWorkerWorld>;
let runs: number;
let now: number;

beforeEach(() => {
  world = createWorkerWorld();
  runs = 0;
  now = world.clock.now();
});

const action = actionOf(() => {
  runs += 1;
});

function cancel(key: TaskKey, storage: TaskStorage = world.storage, retentionMs = RETENTION_MS) {
  return cancelTask({ storage, clock: world.clock, retentionMs }, key);
}

/** A storage that counts its writes. */
function counted() {
  const seen = { writes: 0 };
  const update: TaskStorage['update'] = async (...args) => {
    const result = await world.storage.update(...args);
    seen.writes += Number(result.applied);
    return result;
  };
  return { seen, storage: { ...world.storage, update } };
}

describe('cancelling a task that nobody works on', () => {
  const released = {
    attempt: 1,
    claimId: 'c',
    error: { name: 'Error', message: 'once', code: 'action-failed', retryable: true, attempt: 1 },
  };

  test.each<[string, Partial<TaskRow>]>([
    ['is queued', {}],
    ['is delayed', { activeStatus: 'stopped', startAt: Date.UTC(2026, 0, 1) + MINUTE }],
    ['is released', { ...released, retryAt: Date.UTC(2026, 0, 1) + MINUTE }],
    ['is parked', { attempt: 1, claimId: 'c', parked: true }],
    ['has lost its worker', { attempt: 1, claimId: 'c', leaseUntil: Date.UTC(2026, 0, 1) }],
  ])('ends it when it %s; its message goes, and no attempt begins', async (_name, members) => {
    const key = await world.createWith(action, members);
    const task = await cancel(key);
    expect(task).toMatchObject({ activeStatus: 'stopped', finalStatus: 'cancelled', stoppedAt: now });
    expect(task).not.toHaveProperty('error');
    expect(await world.fetch(key)).toEqual(task);
    expect(await world.deliver(action)).toBe('delete');
    await world.clock.advance(16 * MINUTE);
    expect(await reconcile({ ...world.dependencies(), queue: world.queue }, FOREVER)).toMatchObject({
      looked: 0,
    });
    expect(runs).toBe(0);
  });

  test('twice changes nothing the second time, and gives the same task', async () => {
    const key = await world.create(action);
    const first = await cancel(key);
    const { seen, storage } = counted();
    await world.clock.advance(MINUTE);
    expect(await cancel(key, storage)).toEqual(first);
    expect(seen.writes).toBe(0);
  });

  test('gives the task even when ended tasks are not kept', async () => {
    expect(await cancel(await world.create(action), world.storage, 0)).toMatchObject({
      finalStatus: 'cancelled',
    });
  });

  test('that never was says so', async () => {
    const unknown = cancel({ tenant: 'default', id: 'f'.repeat(32) });
    await expect(unknown).rejects.toMatchObject({ name: 'TaskNotFoundError' });
    const key = await world.create(action);
    const foreign = cancel({ ...key, tenant: 'other' });
    await expect(foreign).rejects.toMatchObject({ name: 'TaskNotFoundError' });
  });

  test.each(['succeeded', 'cancelled'])('that %s, and has expired, says that there is none', async (end) => {
    const key = await world.create(action);
    if (end === 'cancelled') await cancel(key);
    await world.drain(action);
    await world.clock.advance(RETENTION_MS + 1000);
    await expect(cancel(key)).rejects.toMatchObject({ name: 'TaskNotFoundError', id: key.id });
  });

  test('that has ended otherwise is refused, and leaves it as it was', async () => {
    const key = await world.create(action);
    await world.drain(action);
    const ended = await world.fetch(key);
    await expect(cancel(key)).rejects.toMatchObject({
      name: 'TaskAlreadyFinalError',
      finalStatus: 'succeeded',
      message: `The task ${key.id} has ended as succeeded already, and a final status never changes.`,
    });
    expect(await world.fetch(key)).toEqual(ended);
  });
});

describe('cancelling a task whose attempt runs', () => {
  async function running(members: Partial<TaskRow> = {}) {
    const key = await world.create(action);
    await world.storage.update(key, operations.claim(now, 'c', now + 2 * MINUTE));
    const row = await world.rowOf(key);
    if (row !== undefined) await world.storage.set({ ...row, ...members }, now);
    return key;
  }

  test('asks it to stop, and tells so', async () => {
    const key = await running();
    const task = await cancel(key);
    expect(task).toMatchObject({ activeStatus: 'started', finalStatus: null, cancelRequested: true });
    expect(await world.rowOf(key)).toMatchObject({ claimId: 'c', leaseUntil: now + 2 * MINUTE });
  });

  test('twice asks once', async () => {
    const key = await running();
    const first = await cancel(key);
    const { seen, storage } = counted();
    expect(await cancel(key, storage)).toEqual(first);
    expect(seen.writes).toBe(0);
  });

  test('ends it when its worker has died since it was asked', async () => {
    const key = await running();
    await cancel(key);
    await world.clock.advance(2 * MINUTE);
    expect(await cancel(key)).toMatchObject({ finalStatus: 'cancelled', cancelRequested: true });
  });

  test('is done by the clock when its worker dies, and no attempt begins', async () => {
    const key = await running();
    await cancel(key);
    await world.clock.advance(3 * MINUTE);
    await reconcile({ ...world.dependencies(), queue: world.queue }, FOREVER);
    expect(await world.fetch(key)).toMatchObject({ finalStatus: 'cancelled', attempt: 1 });
    expect(await world.deliver(action)).toBe('delete');
    expect(runs).toBe(0);
  });
});

describe('cancelling a task that changes hands', () => {
  /** A storage in which, before each cancel, somebody takes the task, and gives it back before each request, so many times. */
  function busy(rounds: number): TaskStorage {
    let left = rounds;
    return {
      ...world.storage,
      async update(key, change) {
        const asksOnly = change.set.finalStatus === undefined;
        if (left > 0) {
          const until = asksOnly ? now : now + MINUTE;
          await world.storage.update(key, operations.claim(now, `${left}`, now + MINUTE));
          await world.storage.update(
            key,
            operations.heartbeat(`${left}`, { from: [now + MINUTE], until }, undefined),
          );
          if (asksOnly) left -= 1;
        }
        return world.storage.update(key, change);
      },
    };
  }

  test('goes on until one of its writes holds', async () => {
    const key = await world.createWith(action, { maxAttempts: 100 });
    expect(await cancel(key, busy(4))).toMatchObject({ finalStatus: 'cancelled', attempt: 4 });
  });

  test('gives up after five rounds, and leaves the task as it is', async () => {
    const key = await world.createWith(action, { maxAttempts: 100 });
    await expect(cancel(key, busy(5))).rejects.toMatchObject({
      name: 'UnavailableError',
      cause: { message: 'the task changed hands 5 times' },
    });
    expect(await world.fetch(key)).toMatchObject({ finalStatus: null, attempt: 5 });
  });

  test('tells of the end that came before it', async () => {
    const key = await world.create(action);
    await world.storage.update(key, operations.claim(now, 'c', now + MINUTE));
    const storage: TaskStorage = {
      ...world.storage,
      async update(at, change) {
        if (change.set.cancelRequested === true) {
          const times = { now, retentionMs: RETENTION_MS };
          const outcome = { finalStatus: 'succeeded', output: undefined } as const;
          await world.storage.update(at, operations.finish('c', outcome, times));
        }
        return world.storage.update(at, change);
      },
    };
    await expect(cancel(key, storage)).rejects.toMatchObject({ finalStatus: 'succeeded' });
  });
});
