import { beforeEach, describe, expect, test } from 'vitest';
import * as operations from '../../../shared/task/operations.ts';
import { PermanentError } from '../../../shared/task/permanent-error.ts';
import type { TaskKey } from '../../../shared/task/task.ts';
import { UnavailableError } from '../../../shared/task/errors.ts';
import { alterWrites } from '../../fakes/altered-storage.ts';
import { actionOf, createWorkerWorld, RETENTION_MS } from '../../fakes/worker-world.ts';

let world: ReturnType<typeof createWorkerWorld>;

beforeEach(() => {
  world = createWorkerWorld();
});

/** What an action may do in the end. */
const ends = [
  ['returns', () => 'late'],
  [
    'throws for good',
    () => {
      throw new PermanentError('late');
    },
  ],
  [
    'throws',
    () => {
      throw new Error('late');
    },
  ],
] as const;

describe.each(ends)('an attempt that another claim has overtaken, and that %s', (_name, end) => {
  const action = actionOf(async () => {
    await world.clock.sleep(2000);
    return end();
  });

  /** Begins an attempt, and lets another worker, whose clock is ahead, claim its task for a minute. */
  async function overtaken(): Promise<{ key: TaskKey; work: Promise<string>; leaseUntil: number }> {
    const key = await world.create(action);
    const { work } = await world.begin(action);
    await world.clock.advance(1000);
    const now = world.clock.now();
    const leaseUntil = now + 60_000;
    const other = operations.claim(now + 200_000, 'other', leaseUntil);
    expect((await world.storage.update(key, other)).applied).toBe(true);
    return { key, work, leaseUntil };
  }

  test('keeps its message until the other lease ends: its worker may have died', async () => {
    const { key, work, leaseUntil } = await overtaken();
    const taken = await world.rowOf(key);
    expect(await world.clock.advanceUntil(work)).toBe('keep');
    expect(await world.rowOf(key)).toEqual(taken);
    await world.receive();
    expect(world.clock.now()).toBe(leaseUntil);
  });

  test('keeps its message for a second when nobody holds the task', async () => {
    const { key, work } = await overtaken();
    const error = { name: 'Error', message: 'other', code: 'x', retryable: true, attempt: 2 };
    await world.storage.update(key, operations.release('other', error, world.clock.now() + 60_000));
    expect(await world.clock.advanceUntil(work)).toBe('keep');
    expect(await world.nextDeliveryMs()).toBe(1000);
    expect(await world.rowOf(key)).toMatchObject({ attempt: 2, error });
  });

  test('keeps its message for a second when the other lease has ended', async () => {
    const { key, work, leaseUntil } = await overtaken();
    const renewal = { from: [leaseUntil], until: world.clock.now() + 1 };
    await world.storage.update(key, operations.heartbeat('other', renewal, undefined));
    expect(await world.clock.advanceUntil(work)).toBe('keep');
    expect(await world.nextDeliveryMs()).toBe(1000);
  });

  test('lets its message go when the other one has ended the task', async () => {
    const { key, work } = await overtaken();
    const times = { now: world.clock.now(), retentionMs: RETENTION_MS };
    const outcome = { finalStatus: 'succeeded', output: { json: '1' } } as const;
    await world.storage.update(key, operations.finish('other', outcome, times));
    expect(await world.clock.advanceUntil(work)).toBe('delete');
    expect(await world.fetch(key)).toMatchObject({ finalStatus: 'succeeded', output: 1 });
  });
});

describe('ending a task that cannot be claimed', () => {
  const action = actionOf(() => 1);

  test('keeps the message when another worker has claimed the task meanwhile', async () => {
    const deadlineAt = world.clock.now();
    const key = await world.createWith(action, { deadlineAt });
    const leaseUntil = deadlineAt + 30_000;
    const storage = alterWrites(world.storage, 'end', async (proceed) => {
      // A worker whose clock is behind.
      await world.storage.update(key, operations.claim(deadlineAt - 1, 'other', leaseUntil));
      return proceed();
    });
    expect(await world.deliver(action, { storage })).toBe('keep');
    expect(await world.rowOf(key)).toMatchObject({ claimId: 'other', attempt: 1, leaseUntil });
    expect(await world.nextDeliveryMs()).toBe(30_000);
  });

  test('keeps the message for a second when the task is open and nobody holds it', async () => {
    const key = await world.createWith(action, { cancelRequested: true });
    const storage = alterWrites(world.storage, 'end', async () => ({
      applied: false,
      row: await world.rowOf(key),
    }));
    expect(await world.deliver(action, { storage })).toBe('keep');
    expect(await world.nextDeliveryMs()).toBe(1000);
  });
});

describe('a claim whose answer was lost', () => {
  const down = new UnavailableError('storage', { cause: new Error('no answer') });

  test('is found by a read, and its attempt executed', async () => {
    const action = actionOf(() => 'output');
    const key = await world.create(action);
    const storage = alterWrites(world.storage, 'claim', async (proceed) => {
      await proceed();
      throw down;
    });
    expect(await world.deliver(action, { storage })).toBe('delete');
    expect(await world.rowOf(key)).toMatchObject({ finalStatus: 'succeeded', attempt: 1 });
  });

  test('is nobody else’s: the message is kept when the claim was not made', async () => {
    const action = actionOf(() => 'output');
    const key = await world.create(action);
    const storage = alterWrites(world.storage, 'claim', () => Promise.reject(down));
    expect(await world.deliver(action, { storage })).toBe('keep');
    expect(await world.rowOf(key)).toMatchObject({ attempt: 0 });
  });

  test.each([
    ['has ended', { finalStatus: 'failed' }],
    ['is parked', { parked: true }],
  ] as const)('begins no attempt when the task %s meanwhile', async (_name, members) => {
    let runs = 0;
    const action = actionOf(() => {
      runs += 1;
    });
    const key = await world.create(action);
    const storage = alterWrites(world.storage, 'claim', async (proceed, _key, change) => {
      await proceed();
      // Whoever has the claim's token has completed or parked it.
      const { claimId = '' } = change.set;
      const row = await world.rowOf(key);
      const error = { name: 'Error', message: 'no', code: 'x', retryable: false, attempt: 1 };
      const times = { now: world.clock.now(), retentionMs: RETENTION_MS };
      const next =
        'parked' in members
          ? operations.park(claimId, row?.deadlineAt ?? 0)
          : operations.complete(claimId, { finalStatus: 'failed', error }, 'hash', times);
      expect((await world.storage.update(key, next)).applied).toBe(true);
      return proceed();
    });
    expect(await world.deliver(action, { storage })).toBe('delete');
    expect(runs).toBe(0);
    expect(await world.rowOf(key)).toMatchObject({ attempt: 1, ...members });
  });
});
