import * as v from 'valibot';
import { beforeEach, describe, expect, test } from 'vitest';
import { defineAction } from '../../../shared/task/action.ts';
import { UnavailableError } from '../../../shared/task/errors.ts';
import { handleDelivery } from '../../../shared/task/handle-delivery.ts';
import type { TaskStorage } from '../../../shared/task/storage.ts';
import { actionOf, createWorkerWorld, FOREVER } from '../../fakes/worker-world.ts';

let world: ReturnType<typeof createWorkerWorld>;

beforeEach(() => {
  world = createWorkerWorld();
});

describe('a worker in a bad world', () => {
  const action = actionOf(() => 'result');

  test('keeps a message that is not ours for the dead letters, with one line in the log', async () => {
    const delivery = { body: 'not { ours', receipt: 'r', receiveCount: 1 };
    expect(await handleDelivery(world.dependencies(action), delivery, FOREVER)).toBe('keep');
    expect(world.logger.lines).toHaveLength(1);
    expect(JSON.stringify(world.logger.lines)).not.toContain('not { ours');
  });

  test('keeps the message when the storage is away, and tries later and later', async () => {
    await world.create(action);
    const away = async () => Promise.reject(new UnavailableError('storage', { cause: new Error('down') }));
    const broken = { ...world.dependencies(action), storage: { ...world.storage, update: away } };
    const first = await world.receive();
    const sentAt = world.clock.now();
    expect(await handleDelivery(broken, first, FOREVER)).toBe('keep');
    const second = await world.receive();
    expect(world.clock.now() - sentAt).toBe(15_000);
    expect(await handleDelivery(broken, second, FOREVER)).toBe('keep');
    await world.receive();
    expect(world.clock.now() - sentAt).toBe(45_000);
    expect(world.logger.lines).toMatchObject([
      { error: 'UnavailableError: Error' },
      { error: 'UnavailableError: Error' },
    ]);
  });

  test('writes a result again and again while its lease lasts', async () => {
    const key = await world.create(action);
    let refusals = 5;
    const flaky: TaskStorage = {
      ...world.storage,
      update: async (at, change) => {
        if (change.set.finalStatus === undefined || refusals === 0) return world.storage.update(at, change);
        refusals -= 1;
        throw new UnavailableError('storage', { cause: new Error('throttled') });
      },
    };
    const work = handleDelivery(
      { ...world.dependencies(action), storage: flaky },
      await world.receive(),
      FOREVER,
    );
    expect(await world.clock.advanceUntil(work)).toBe('delete');
    expect(await world.rowOf(key)).toMatchObject({ finalStatus: 'succeeded', attempt: 1 });
  });

  test('goes on when the answer to its claim, or to its result, was lost', async () => {
    const key = await world.create(action);
    const forgetful: TaskStorage = {
      ...world.storage,
      update: async (at, change) => {
        await world.storage.update(at, change);
        return world.storage.update(at, change);
      },
    };
    const work = handleDelivery(
      { ...world.dependencies(action), storage: forgetful },
      await world.receive(),
      FOREVER,
    );
    expect(await world.clock.advanceUntil(work)).toBe('delete');
    expect(await world.rowOf(key)).toMatchObject({
      finalStatus: 'succeeded',
      output: { json: '"result"' },
      attempt: 1,
    });
  });

  test('leaves a task of an action that it does not have to a worker that does', async () => {
    const key = await world.create(action);
    expect(
      await world.clock.advanceUntil(
        handleDelivery(world.dependencies(undefined), await world.receive(), FOREVER),
      ),
    ).toBe('keep');
    expect(await world.rowOf(key)).toMatchObject({ error: { code: 'action-not-found' } });
    await world.drain(action);
    expect(await world.rowOf(key)).toMatchObject({ finalStatus: 'succeeded', attempt: 2 });
  });

  test('fails a task for good whose input the action no longer takes', async () => {
    const key = await world.create(action, 'text');
    const stricter = defineAction({ name: 'work', input: v.object({ n: v.number() }), run: () => 1 });
    await world.drain(stricter);
    expect(await world.rowOf(key)).toMatchObject({
      finalStatus: 'failed',
      error: { code: 'input-rejected', retryable: false },
    });
  });
});
