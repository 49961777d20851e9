import { describe, expect, test } from 'vitest';
import {
  createTaskClient,
  TaskCancelledError,
  TaskFailedError,
  TaskWaitTimeoutError,
} from '../../../shared/client/index.ts';
import { endTask } from '../../fakes/imitated-api.ts';
import { allOf, createClientWorld, rejectionOf } from './client-world.ts';

const CSV = { csv: 'city\nOslo\n' };

describe('a task client', () => {
  test('sends what a create asks for, with a key of its own', async () => {
    await using world = await createClientWorld({ authorization: 'Bearer abc' });
    const startAt = new Date(Date.UTC(2026, 0, 2));
    const task = await world.client.create('csv-profile', CSV, { startAt, waitSeconds: 3 });
    expect(task).toMatchObject({ action: 'csv-profile', activeStatus: 'stopped', finalStatus: 'failed' });
    const [{ headers, body } = { headers: {}, body: '' }] = world.api.requests;
    expect(JSON.parse(body)).toEqual({
      action: 'csv-profile',
      input: CSV,
      startAt: '2026-01-02T00:00:00.000Z',
    });
    expect(headers).toMatchObject({
      authorization: 'Bearer abc',
      'content-type': 'application/json',
      'idempotency-key': expect.stringMatching(/^"[0-9a-f-]{36}"$/),
      prefer: 'wait=3',
    });
  });

  test('gives the first task again for the same idempotency key, whatever characters it has', async () => {
    await using world = await createClientWorld();
    const options = { idempotencyKey: 'a "quoted\\ key", 1' };
    const first = await world.client.create('sleep', { seconds: 1 }, options);
    const second = await world.client.create('sleep', { seconds: 1 }, options);
    expect(second.id).toBe(first.id);
    expect(world.api.requests[0]?.headers['idempotency-key']).toBe('"a \\"quoted\\\\ key\\", 1"');
  });

  test('asks a function for the authorization of each try', async () => {
    const tokens = ['one', 'two'];
    await using world = await createClientWorld({ authorization: async () => tokens.shift() ?? 'none' });
    world.api.fail({ status: 503 });
    await rejectionOf(world.client.fetchState('00'));
    expect(world.api.requests.map(({ headers }) => headers.authorization)).toEqual(['one', 'two']);
  });

  test('runs an action and returns its output', async () => {
    await using world = await createClientWorld();
    await expect(world.client.run('sleep', { seconds: 0 })).resolves.toEqual({ seconds: 0 });
    expect(world.api.requests.map(({ headers }) => headers['prefer'])).toEqual(['wait=20']);
  });

  test('goes on waiting for a run that takes longer than one request', async () => {
    await using world = await createClientWorld();
    let waits = 0;
    world.api.onWait = (task) => {
      waits += 1;
      if (waits === 5) endTask(task, { finalStatus: 'succeeded', output: { seconds: 99 } });
    };
    await expect(world.client.run('sleep', { seconds: 99 })).resolves.toEqual({ seconds: 99 });
    expect(world.api.requests.length).toBe(5);
  });

  test('throws the error of a run that fails', async () => {
    await using world = await createClientWorld();
    const error = await rejectionOf(world.client.run('csv-profile', CSV));
    expect(error).toBeInstanceOf(TaskFailedError);
    expect(error).toMatchObject({ error: { code: 'csv-malformed' }, task: { finalStatus: 'failed' } });
  });

  test('tells that a run was cancelled', async () => {
    await using world = await createClientWorld();
    world.api.onWait = (task) => endTask(task, { finalStatus: 'cancelled' });
    expect(await rejectionOf(world.client.run('sleep', { seconds: 9 }))).toBeInstanceOf(TaskCancelledError);
  });

  test('tells that a run has not ended in time, with the task as it is', async () => {
    await using world = await createClientWorld();
    world.api.onWait = (_task, seconds) => world.timing.pass(seconds * 1000);
    const error = await rejectionOf(world.client.run('sleep', { seconds: 99 }, { timeoutMs: 45_000 }));
    expect(error).toBeInstanceOf(TaskWaitTimeoutError);
    expect(error).toMatchObject({ task: { finalStatus: null } });
  });

  test('lists the tasks of all pages, the empty ones too, up to the limit', async () => {
    await using world = await createClientWorld();
    const ids = Array.from({ length: 250 }, () => world.api.add().id);
    world.api.emptyPages = 2;
    const all = await allOf(world.client.list());
    expect(all.map(({ id }) => id)).toEqual(ids);
    const some = await allOf(world.client.list({ limit: 120, activeStatus: 'started' }));
    expect(some.map(({ id }) => id)).toEqual(ids.slice(0, 120));
    expect(await allOf(world.client.list({ finalStatus: 'failed' }))).toEqual([]);
    expect(world.api.requests.at(-1)?.path).toBe('/v1/tasks?finalStatus=failed&limit=100');
  });

  test('cancels and retries', async () => {
    await using world = await createClientWorld();
    const { id } = world.api.add({ input: { seconds: 0 } });
    expect(await world.client.cancel(id)).toMatchObject({ id, finalStatus: 'cancelled' });
    const again = await world.client.retry(id, { waitSeconds: 5 });
    expect(again).toMatchObject({ retryOf: id, finalStatus: 'succeeded' });
    expect((await world.client.retry(id)).id).toBe(again.id);
  });

  test('completes a task by its token, and sends no other credentials', async () => {
    await using world = await createClientWorld({ authorization: 'Bearer abc' });
    const [first, second] = [world.api.add(), world.api.add()];
    const token = `a%2Fb/${first.id}/${'0'.repeat(64)}`;
    expect(await world.client.heartbeat(token, { percent: 50 })).toMatchObject({ progress: { percent: 50 } });
    expect(await world.client.succeed(token, { approved: true })).toMatchObject({
      finalStatus: 'succeeded',
      output: { approved: true },
    });
    const failed = await world.client.fail(token.replace(first.id, second.id), { message: 'No.' });
    expect(failed).toMatchObject({ finalStatus: 'failed', error: { message: 'No.' } });
    const [request] = world.api.requests;
    expect(request?.headers).toMatchObject({ 'task-token': token });
    expect(request?.headers.authorization).toBeUndefined();
    const error = await rejectionOf(world.client.succeed('secret'));
    expect(error).toEqual(new TypeError('The completion token is not of the form tenant/id/secret.'));
  });

  test('refuses a URL that is none', () => {
    expect(() => createTaskClient({ url: 'example.com/v1' })).toThrow(/"example.com\/v1": give an http/);
  });
});
