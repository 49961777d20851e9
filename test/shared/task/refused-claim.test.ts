import { beforeEach, describe, expect, test } from 'vitest';
import { handleDelivery } from '../../../shared/task/handle-delivery.ts';
import * as operations from '../../../shared/task/operations.ts';
import type { TaskRow } from '../../../shared/task/task-row.ts';
import type { TaskKey } from '../../../shared/task/task.ts';
import { actionOf, createWorkerWorld, FOREVER, RETENTION_MS } from '../../fakes/worker-world.ts';

let world: ReturnType<typeof createWorkerWorld>;

beforeEach(() => {
  world = createWorkerWorld();
});

describe('a message whose task cannot be claimed', () => {
  const action = actionOf(() => 1);

  async function deliver(
    members: Partial<TaskRow>,
  ): Promise<{ kind: string; key: TaskKey; hiddenForMs: number }> {
    const key = await world.createWith(action, members);
    const kind = await world.deliver(action);
    const hiddenForMs = kind === 'keep' ? await world.nextDeliveryMs() : 0;
    return { kind, key, hiddenForMs };
  }

  test('is dropped when there is no such task, with one line in the log', async () => {
    await world.queue.send({ tenant: 'default', id: 'f'.repeat(32) });
    expect(await handleDelivery(world.dependencies(action), await world.receive(), FOREVER)).toBe('delete');
    expect(world.logger.lines).toMatchObject([{ level: 'warn', 'task-id': 'f'.repeat(32) }]);
  });

  test('is dropped when the task has ended or is parked', async () => {
    expect(await deliver({ parked: true })).toMatchObject({ kind: 'delete' });
    const key = await world.create(action);
    await world.storage.update(key, operations.cancel({ now: world.clock.now(), retentionMs: RETENTION_MS }));
    expect(await handleDelivery(world.dependencies(action), await world.receive(), FOREVER)).toBe('delete');
  });

  test('comes again when the lease of another worker ends, which may have died', async () => {
    const until = world.clock.now() + 42_000;
    expect(await deliver({ claimId: 'c', leaseUntil: until, attempt: 1 })).toMatchObject({
      kind: 'keep',
      hiddenForMs: 42_000,
    });
  });

  test('comes again when the task is due', async () => {
    expect(await deliver({ retryAt: world.clock.now() + 7500 })).toMatchObject({
      kind: 'keep',
      hiddenForMs: 8000,
    });
  });

  test('ends a task that is to be cancelled', async () => {
    const { kind, key } = await deliver({ cancelRequested: true });
    expect(kind).toBe('delete');
    expect(await world.rowOf(key)).toMatchObject({ finalStatus: 'cancelled' });
  });

  test('ends a task whose attempts are used up: its last worker has died', async () => {
    const { kind, key } = await deliver({ attempt: 3, claimId: 'c', leaseUntil: world.clock.now() });
    expect(kind).toBe('delete');
    expect(await world.rowOf(key)).toMatchObject({
      finalStatus: 'failed',
      error: { code: 'attempts-exhausted', attempt: 3 },
    });
  });

  test('ends a task whose deadline has passed', async () => {
    const { kind, key } = await deliver({ deadlineAt: world.clock.now() });
    expect(kind).toBe('delete');
    expect(await world.rowOf(key)).toMatchObject({
      finalStatus: 'failed',
      error: { code: 'deadline-exceeded' },
    });
  });

  test('never ends a task under a live lease, though attempts and deadline are used up', async () => {
    const { kind, key } = await deliver({
      attempt: 3,
      deadlineAt: world.clock.now(),
      claimId: 'c',
      leaseUntil: world.clock.now() + 1000,
    });
    expect(kind).toBe('keep');
    expect(await world.rowOf(key)).not.toHaveProperty('finalStatus');
  });
});
