import { beforeEach, describe, expect, test } from 'vitest';
import { newTaskKey } from '../../../shared/task/create-task.ts';
import { UnavailableError } from '../../../shared/task/errors.ts';
import { parseBody } from '../../../shared/task/queue.ts';
import { createApiWorld, hello } from '../../fakes/api-world.ts';
import { createSeededRandom } from '../../fakes/seeded-random.ts';

let world: ReturnType<typeof createApiWorld>;

beforeEach(() => {
  world = createApiWorld();
});

const eventId = '7bf73129-1428-4cd3-a780-95db273d1602';
const startTask = { rule: 'Uploads', eventId, request: hello };

async function sentIds(): Promise<readonly (string | undefined)[]> {
  const deliveries = await world.queue.receive({ max: 10, waitSeconds: 0 });
  return deliveries.map(({ body }) => parseBody(body)?.id);
}

describe('an event that a rule hands over', () => {
  test('starts a task, with the rule and the event’s id as its idempotency key', async () => {
    expect(await world.invoke({ startTask })).toBeUndefined();
    const { id } = newTaskKey('default', createSeededRandom(), `event/Uploads/${eventId}`);
    expect(await sentIds()).toEqual([id]);
    expect(world.refusedEvents.kept).toEqual([]);
    expect(world.logger.lines).toMatchObject([
      { message: 'task created', 'task-id': id, action: 'greet', rule: 'Uploads' },
    ]);
  });

  test('makes one task, however often it is delivered', async () => {
    await world.invoke({ startTask });
    await world.invoke({ startTask });
    await Promise.all([world.invoke({ startTask }), world.invoke({ startTask })]);
    expect(await sentIds()).toHaveLength(1);
    expect(world.logger.lines).toHaveLength(1);
  });

  test('makes a task for each rule that it matches', async () => {
    await world.invoke({ startTask });
    await world.invoke({ startTask: { ...startTask, rule: 'Others', request: { action: 'anything' } } });
    expect(new Set(await sentIds()).size).toBe(2);
  });

  test('is invoked again when the storage or the queue does not do its work', async () => {
    const cause = new Error('down');
    const storage = {
      ...world.storage,
      create: () => Promise.reject(new UnavailableError('storage', { cause })),
      get: () => Promise.reject(new UnavailableError('storage', { cause })),
    };
    await expect(world.invoke({ startTask }, { storage })).rejects.toThrow(UnavailableError);
    const queue = { ...world.queue, send: () => Promise.reject(new UnavailableError('queue', { cause })) };
    await expect(world.invoke({ startTask }, { queue })).rejects.toThrow(UnavailableError);
    expect(world.refusedEvents.kept).toEqual([]);
  });
});

describe('an event that can make no task', () => {
  test.each([
    [
      'an unknown action',
      { action: 'nothing', input: {} },
      'action-not-found',
      'No action is called "nothing"',
    ],
    ['an input that the schema refuses', { action: 'greet', input: { name: 7 } }, 'input-rejected', 'greet'],
    [
      'an input that is too large',
      { action: 'anything', input: 'x'.repeat(256 * 1024) },
      'content-too-large',
      '262146 bytes',
    ],
    ['no action', { input: {} }, 'invalid-request', '/action is missing'],
    [
      'members that requests do not have',
      { ...hello, tenant: 'other' },
      'invalid-request',
      '/tenant is not a member',
    ],
    ['no request', null, 'invalid-request', 'must be an object'],
    ['a list', [], 'invalid-request', 'must be an object'],
  ])('for %s is kept with the reason, and nothing is stored', async (_, request, code, reason) => {
    expect(await world.invoke({ startTask: { ...startTask, request } })).toBeUndefined();
    expect(world.refusedEvents.kept).toEqual([
      {
        event: { startTask: { ...startTask, request } },
        fault: { code, message: expect.stringContaining(reason) },
      },
    ]);
    expect(world.writes()).toBe(0);
    expect(world.logger.lines).toMatchObject([{ level: 'error', code, rule: 'Uploads' }]);
  });

  test('for an id that came with another request is kept, and the first task is as it was', async () => {
    await world.invoke({ startTask });
    await world.invoke({ startTask: { ...startTask, request: { action: 'anything' } } });
    expect(world.refusedEvents.kept).toMatchObject([{ fault: { code: 'idempotency-key-reused' } }]);
    expect(await sentIds()).toHaveLength(1);
  });

  test('is invoked again when it cannot be kept', async () => {
    const refusedEvents = {
      keep: () => Promise.reject(new UnavailableError('queue', { cause: new Error('down') })),
    };
    const event = { startTask: { ...startTask, request: null } };
    await expect(world.invoke(event, { refusedEvents })).rejects.toThrow(UnavailableError);
  });

  test.each([
    { startTask: null },
    { startTask: { eventId, request: hello } },
    { startTask: { rule: 'Uploads', eventId: 7, request: hello } },
  ])('because it is no start event at all is one line in the log and a 400: %j', async (event) => {
    expect(await world.invoke(event)).toMatchObject({ statusCode: 400 });
    expect(world.logger.lines).toMatchObject([{ level: 'error' }]);
    expect(world.writes()).toBe(0);
  });
});
