import { describe, expect, test } from 'vitest';
import { createTaskClient, TaskApiError, TaskNetworkError } from '../../../shared/client/index.ts';
import { ImitatedApi } from '../../fakes/imitated-api.ts';
import { createClientWorld, rejectionOf } from './client-world.ts';
import { createSkippingTiming } from './skipping-clock.ts';

describe('a request of the task client', () => {
  test('makes one task though the answer to its create is lost, twice', async () => {
    await using world = await createClientWorld();
    world.api.fail('lost answer', 'lost answer');
    const task = await world.client.create('sleep', { seconds: 1 });
    expect([...world.api.tasks.keys()]).toEqual([task.id]);
    expect(world.api.requests.length).toBe(3);
    expect(world.timing.pauses).toEqual([500, 1000]);
  });

  test('waits as Retry-After asks, in seconds or as a date, and at most 30 seconds', async () => {
    await using world = await createClientWorld();
    const { id } = world.api.add();
    const inTwelve = new Date(Date.UTC(2026, 0, 1, 0, 0, 19)).toUTCString();
    const after = (header: string) => ({ status: 429, headers: { 'retry-after': header } });
    world.api.fail(after('7'), after(inTwelve), after('3600'));
    await world.client.fetchState(id);
    expect(world.timing.pauses).toEqual([7500, 11_500 + 1000, 30_000 + 2000]);
  });

  test('draws its pauses from 0 on', async () => {
    const timing = createSkippingTiming(0);
    await using world = await createClientWorld(timing);
    world.api.fail({ status: 503 }, { status: 500 });
    await world.client.fetchState(world.api.add().id);
    expect(timing.pauses).toEqual([0, 0]);
  });

  test('gives up after six tries, and tells the last answer', async () => {
    await using world = await createClientWorld(createSkippingTiming(0));
    const body = { type: 'urn:task-system:unavailable', detail: 'Later.', taskCreated: true, taskId: 'abc' };
    world.api.fail(...Array.from({ length: 6 }, () => ({ status: 503, body })));
    const error = await rejectionOf(world.client.cancel(world.api.add().id));
    expect(error).toBeInstanceOf(TaskApiError);
    expect(error).toMatchObject({ status: 503, code: 'unavailable', detail: 'Later.', taskId: 'abc' });
    expect(world.api.requests.length).toBe(6);
  });

  test('gives up within a minute', async () => {
    await using world = await createClientWorld();
    world.api.fail(...Array.from({ length: 6 }, () => ({ status: 503, headers: { 'retry-after': '25' } })));
    await rejectionOf(world.client.fetchState(world.api.add().id));
    expect(world.api.requests.length).toBe(3);
  });

  test('tells how often it was sent and why nobody answered', async () => {
    const gone = await ImitatedApi.start();
    await gone.close();
    const client = createTaskClient({ url: gone.url, ...createSkippingTiming() });
    const error = await rejectionOf(client.fetchState('ab'));
    expect(error).toBeInstanceOf(TaskNetworkError);
    expect(error).toMatchObject({
      tries: 6,
      message: expect.stringMatching(
        /^GET http:.*\/v1\/tasks\/ab was sent 6 times and not answered: .*ECONNREFUSED/,
      ),
    });
  });

  test('gives up one answer that does not come, and asks again', async () => {
    await using world = await createClientWorld();
    const task = world.api.add();
    world.api.fail('no answer');
    const fetched = world.client.fetchState(task.id);
    await expect.poll(() => world.api.requests.length).toBe(1);
    world.timing.expire();
    expect((await fetched).id).toBe(task.id);
  });

  test('is not sent again when the API refuses it', async () => {
    await using world = await createClientWorld();
    const errors = [{ pointer: '/input/seconds', detail: 'is missing' }];
    const body = { type: 'urn:task-system:input-rejected', detail: 'No seconds.', errors };
    world.api.fail({ status: 422, headers: { 'content-type': 'application/problem+json' }, body });
    const error = await rejectionOf(world.client.create('sleep', { seconds: 1 }));
    expect(error).toMatchObject({
      status: 422,
      code: 'input-rejected',
      errors,
      message: 'No seconds. (422 input-rejected)',
    });
    expect(world.api.requests.length).toBe(1);
  });

  test.each([
    [401, 'unauthorized'],
    [403, 'forbidden'],
    [413, 'content-too-large'],
    [429, 'too-many-requests'],
    [504, 'gateway-error'],
  ])('maps a gateway’s %i to %s', async (status, code) => {
    await using world = await createClientWorld();
    world.api.fail(...Array.from({ length: 6 }, () => ({ status, body: { message: 'No' } })));
    const error = await rejectionOf(world.client.fetchState('ab'));
    expect(error).toMatchObject({ status, code, detail: `The gateway has answered ${status}: No` });
  });

  test.each([
    ['a page of a proxy', { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>' }],
    ['JSON of something else', { status: 200, body: { hello: 1 } }],
    ['a redirect', { status: 302, headers: { location: 'http://127.0.0.1:1/' } }],
  ])('calls %s unexpected', async (_what, fault) => {
    await using world = await createClientWorld();
    world.api.fail(fault);
    const error = await rejectionOf(world.client.fetchState('ab'));
    expect(error).toMatchObject({ code: 'unexpected-answer', detail: expect.stringContaining('/v1') });
    expect(world.api.requests.length).toBe(1);
  });

  test('takes an error page of a proxy for what its status says', async () => {
    await using world = await createClientWorld();
    const { id } = world.api.add();
    world.api.fail({ status: 502, headers: { 'content-type': 'text/html' }, body: '<html>' });
    expect((await world.client.fetchState(id)).id).toBe(id);
  });

  test('is sent again when its JSON breaks off', async () => {
    await using world = await createClientWorld();
    const { id } = world.api.add();
    world.api.fail({ status: 200, body: '{"id":"' });
    expect((await world.client.fetchState(id)).id).toBe(id);
  });

  test('ends by its signal, before it is sent and while it is not answered', async () => {
    await using world = await createClientWorld({ maxTries: 1 });
    const reason = new Error('enough');
    expect(await rejectionOf(world.client.fetchState('ab', { signal: AbortSignal.abort(reason) }))).toBe(
      reason,
    );
    expect(world.api.requests.length).toBe(0);
    const controller = new AbortController();
    world.api.fail('no answer');
    const fetched = rejectionOf(world.client.fetchState('ab', { signal: controller.signal }));
    await expect.poll(() => world.api.requests.length).toBe(1);
    controller.abort(reason);
    expect(await fetched).toBe(reason);
  });
});
