import * as v from 'valibot';
import { beforeEach, describe, expect, test } from 'vitest';
import { createHttpWorld } from '../../fakes/http-world.ts';

let world: ReturnType<typeof createHttpWorld>;
beforeEach(() => {
  world = createHttpWorld();
});

const answerView = v.object({
  results: v.array(
    v.looseObject({ status: v.number(), task: v.optional(v.looseObject({ id: v.string() })) }),
  ),
});

async function post(tasks: unknown) {
  const { status, body } = await world.send('POST', '/task-batches', { body: { tasks } });
  return { status, results: v.parse(answerView, body).results };
}

describe('a batch', () => {
  test('creates each task, and tells of each in the order of the request, without input', async () => {
    const tasks = Array.from({ length: 100 }, (_, index) => ({ action: 'echo', input: index }));
    const { status, results } = await post(tasks);
    expect(status).toBe(207);
    expect(results.map((result) => result.status)).toEqual(tasks.map(() => 202));
    for (const [index, { task }] of results.entries()) {
      expect(task).not.toHaveProperty('input');
      expect((await world.send('GET', `/tasks/${task?.id}`)).body).toMatchObject({ input: index });
    }
  });

  test('lets one refused task concern no other', async () => {
    const { results } = await post([
      { action: 'echo', input: 1 },
      { action: 'fails', input: { why: 2 } },
      { action: 'nothing', input: 3 },
      { action: 'echo', input: 4, priority: 1 },
      5,
      { action: 'echo', input: 6, startAt: 'tomorrow' },
      { action: 'echo', input: 7, deadlineAt: '2020-01-01T00:00:00Z' },
      { action: 'echo', input: 8 },
    ]);
    expect(results.map(({ status, problem, task }) => [status, problem ?? typeof task])).toMatchObject([
      [202, 'object'],
      [422, { type: 'urn:task-system:input-rejected', errors: [{ pointer: '/tasks/1/input/why' }] }],
      [404, { type: 'urn:task-system:action-not-found', errors: [{ pointer: '/tasks/2/action' }] }],
      [400, { type: 'urn:task-system:invalid-request', errors: [{ pointer: '/tasks/3/priority' }] }],
      [400, { type: 'urn:task-system:invalid-request', errors: [{ pointer: '/tasks/4' }] }],
      [400, { type: 'urn:task-system:invalid-request', errors: [{ pointer: '/tasks/5/startAt' }] }],
      [400, { type: 'urn:task-system:invalid-request', errors: [{ pointer: '/tasks/6/deadlineAt' }] }],
      [202, 'object'],
    ]);
  });

  test('makes one task of one key, whoever comes first, and refuses another request with it', async () => {
    const twin = { action: 'echo', input: 1, idempotencyKey: 'k' };
    const { results } = await post([twin, twin, { ...twin, input: 2 }]);
    expect(results.map(({ status }) => status)).toEqual([202, 202, 422]);
    expect(results[0]?.task?.id).toBe(results[1]?.task?.id);
    expect(results.filter(({ replayed }) => replayed === true)).toHaveLength(1);
    expect(results[2]).toMatchObject({
      problem: {
        type: 'urn:task-system:idempotency-key-reused',
        errors: [{ pointer: '/tasks/2/idempotencyKey' }],
      },
    });
  });

  test.each([
    [{}, '/tasks'],
    [{ tasks: [] }, '/tasks'],
    [{ tasks: {} }, '/tasks'],
    [{ tasks: Array.from({ length: 101 }, () => ({ action: 'echo' })) }, '/tasks'],
    [{ tasks: [{ action: 'echo' }], dryRun: true }, '/dryRun'],
    [[], ''],
  ])('is refused as a whole for the body %j', async (body, pointer) => {
    expect(await world.send('POST', '/task-batches', { body })).toMatchObject({
      status: 400,
      body: { type: 'urn:task-system:invalid-request', errors: [{ pointer }] },
    });
    expect(await world.queue.countWaiting()).toBe(0);
  });
});
