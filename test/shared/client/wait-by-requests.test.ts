import { describe, expect, test } from 'vitest';
import { TaskNetworkError } from '../../../shared/client/index.ts';
import { endTask } from '../../fakes/imitated-api.ts';
import { createClientWorld, rejectionOf } from './client-world.ts';

describe('a wait of the task client', () => {
  test('strings bounded waits together, without pauses, until the task has ended', async () => {
    await using world = await createClientWorld();
    const { id } = world.api.add();
    world.api.onWait = (task, seconds) => {
      world.timing.pass(seconds * 1000);
      if (world.api.requests.length === 50) endTask(task, { finalStatus: 'succeeded' });
    };
    expect(await world.client.waitForFinalStatus(id)).toMatchObject({ id, finalStatus: 'succeeded' });
    expect(new Set(world.api.requests.map(({ path }) => path))).toEqual(new Set([`/v1/tasks/${id}?wait=20`]));
    expect(world.timing.pauses).toEqual([]);
  });

  test('pauses as Retry-After asks when an answer comes at once', async () => {
    await using world = await createClientWorld();
    const { id } = world.api.add();
    world.api.onWait = (task) => {
      if (world.api.requests.length === 3) endTask(task, { finalStatus: 'failed' });
    };
    await world.client.waitForFinalStatus(id);
    expect(world.timing.pauses).toEqual([1000, 1000]);
  });

  test('holds no connection while a task is only to start later', async () => {
    await using world = await createClientWorld();
    const task = world.api.add({ activeStatus: 'stopped' });
    world.api.onWait = (_task, seconds) => {
      world.timing.pass(seconds * 1000);
      if (world.api.requests.length > 1) endTask(task, { finalStatus: 'succeeded' });
    };
    const waited = world.client.waitForFinalStatus(task.id);
    await expect.poll(() => world.api.requests.length).toBeGreaterThan(5);
    const paths = world.api.requests.slice(1, 5).map(({ path }) => path);
    expect(paths).toEqual(Array.from({ length: 4 }, () => `/v1/tasks/${task.id}`));
    Object.assign(task, { activeStatus: 'started' });
    expect(await waited).toMatchObject({ finalStatus: 'succeeded' });
  });

  test('returns the task as it is when its time is over', async () => {
    await using world = await createClientWorld();
    const { id } = world.api.add();
    world.api.onWait = (_task, seconds) => world.timing.pass(seconds * 1000);
    const task = await world.client.waitForFinalStatus(id, { timeoutMs: 25_500 });
    expect(task).toMatchObject({ id, finalStatus: null });
    const waits = world.api.requests.map(({ path }) => path.split('?')[1]);
    expect(waits).toEqual(['wait=20', 'wait=5', undefined, undefined]);
  });

  test('goes on through an outage', async () => {
    await using world = await createClientWorld();
    const { id } = world.api.add();
    world.api.fail(...Array.from({ length: 20 }, () => 'lost request' as const));
    expect(await world.client.waitForFinalStatus(id)).toMatchObject({ finalStatus: 'succeeded' });
  });

  test('ends with an outage of more than ten minutes', async () => {
    await using world = await createClientWorld();
    const { id } = world.api.add();
    world.api.fail(...Array.from({ length: 100 }, () => 'lost request' as const));
    const error = await rejectionOf(world.client.waitForFinalStatus(id));
    expect(error).toBeInstanceOf(TaskNetworkError);
    const minutes = world.timing.pauses.reduce((sum, pause) => sum + pause, 0) / 60_000;
    expect(minutes).toBeGreaterThan(9);
    expect(minutes).toBeLessThanOrEqual(10);
  });

  test('ends with such an outage though it has seen the task', async () => {
    await using world = await createClientWorld();
    const { id } = world.api.add();
    world.api.onWait = () => world.api.fail(...Array.from({ length: 100 }, () => 'lost request' as const));
    const error = await rejectionOf(world.client.waitForFinalStatus(id, { timeoutMs: 3_600_000 }));
    expect(error).toBeInstanceOf(TaskNetworkError);
  });

  test('returns the task as it was last seen when its time is over in an outage', async () => {
    await using world = await createClientWorld();
    const { id } = world.api.add();
    world.api.onWait = () => world.api.fail(...Array.from({ length: 20 }, () => 'lost request' as const));
    const task = await world.client.waitForFinalStatus(id, { timeoutMs: 60_000 });
    expect(task).toMatchObject({ id, finalStatus: null });
  });

  test('tells at once that there is no such task', async () => {
    await using world = await createClientWorld();
    const error = await rejectionOf(world.client.waitForFinalStatus('ab'));
    expect(error).toMatchObject({ code: 'task-not-found' });
  });

  test('rejects with the reason of its signal', async () => {
    await using world = await createClientWorld();
    const controller = new AbortController();
    const { id } = world.api.add();
    world.api.onWait = () => controller.abort(new Error('enough'));
    const error = await rejectionOf(world.client.waitForFinalStatus(id, { signal: controller.signal }));
    expect(error).toEqual(new Error('enough'));
  });
});
