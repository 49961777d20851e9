import { beforeEach, describe, expect, test } from 'vitest';
import { handleDelivery } from '../../../shared/task/handle-delivery.ts';
import * as operations from '../../../shared/task/operations.ts';
import { actionOf, createWorkerWorld, FOREVER } from '../../fakes/worker-world.ts';

let world: ReturnType<typeof createWorkerWorld>;

beforeEach(() => {
  world = createWorkerWorld();
});

describe('the lease of an attempt', () => {
  test('is renewed while the action works, and nobody else can claim meanwhile', async () => {
    const action = actionOf(() => world.clock.sleep(600_000), { timeoutMs: 900_000 });
    const key = await world.create(action);
    const work = handleDelivery(world.dependencies(action), await world.receive(), FOREVER);
    for (let minute = 0; minute < 9; minute += 1) {
      await world.clock.advance(60_000);
      expect((await world.rowOf(key))?.leaseUntil).toBeGreaterThan(world.clock.now() + 60_000);
    }
    expect(await world.clock.advanceUntil(work)).toBe('delete');
    expect(await world.rowOf(key)).toMatchObject({ finalStatus: 'succeeded', attempt: 1 });
  });

  test('carries the newest progress within seconds', async () => {
    const action = actionOf(async (_input, { progress }) => {
      progress(10, 'first');
      progress(150, 'x'.repeat(1000));
      await world.clock.sleep(30_000);
    });
    const key = await world.create(action);
    const work = handleDelivery(world.dependencies(action), await world.receive(), FOREVER);
    await world.clock.advance(6000);
    expect(await world.fetch(key)).toMatchObject({
      progress: { percent: 100, message: expect.stringMatching(/^x+…$/) },
    });
    await world.clock.advanceUntil(work);
    expect(await world.fetch(key)).not.toHaveProperty('progress');
  });

  test('that is lost aborts the attempt, whose result changes nothing', async () => {
    const reasons: unknown[] = [];
    const action = actionOf(
      async (_input, { signal, attempt }) => {
        await world.clock.sleep(attempt === 1 ? 500_000 : 1000, signal);
        reasons.push(signal.reason);
        return attempt;
      },
      { timeoutMs: 900_000 },
    );
    const key = await world.create(action);
    const first = handleDelivery(world.dependencies(action), await world.receive(), FOREVER);
    await world.clock.advance(1000);
    const thief = operations.claim(world.clock.now() + 200_000, 'thief', world.clock.now() + 300_000);
    expect((await world.storage.update(key, thief)).applied).toBe(true);
    expect(await world.clock.advanceUntil(first)).toBe('keep');
    expect(reasons).toMatchObject([{ code: 'lease-lost' }]);
    expect(await world.rowOf(key)).toMatchObject({ claimId: 'thief', attempt: 2 });
    expect(await world.rowOf(key)).not.toHaveProperty('finalStatus');
  });

  test('learns that the task is to be cancelled, and ends it so', async () => {
    const action = actionOf(
      async (_input, { signal }) => {
        await world.clock.sleep(500_000, signal);
        signal.throwIfAborted();
      },
      { timeoutMs: 900_000 },
    );
    const key = await world.create(action);
    const work = handleDelivery(world.dependencies(action), await world.receive(), FOREVER);
    await world.clock.advance(1000);
    await world.storage.update(key, operations.requestCancel(world.clock.now()));
    expect(await world.clock.advanceUntil(work)).toBe('delete');
    expect(await world.rowOf(key)).toMatchObject({ finalStatus: 'cancelled' });
  });
});
