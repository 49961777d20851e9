import { beforeEach, describe, expect, test } from 'vitest';
import { UnavailableError } from '../../../shared/task/errors.ts';
import { mark } from '../../../shared/task/operations.ts';
import { parseBody } from '../../../shared/task/queue.ts';
import type { TaskStorage } from '../../../shared/task/storage.ts';
import { createApiWorld, hello } from '../../fakes/api-world.ts';

let world: ReturnType<typeof createApiWorld>;

beforeEach(() => {
  world = createApiWorld();
});

describe('creating a task', () => {
  test('answers 202 with where to look, and sends the id to the queue', async () => {
    const { status, headers, body } = await world.post(hello);
    expect(status).toBe(202);
    expect(body).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{32}$/),
      action: 'greet',
      input: { name: 'Ada' },
      activeStatus: 'started',
      finalStatus: null,
      attempt: 0,
      createdAt: '2026-01-01T00:00:00.000Z',
      deadlineAt: '2026-01-02T00:00:00.000Z',
    });
    const [delivery] = await world.queue.receive({ max: 1, waitSeconds: 0 });
    const { id } = parseBody(delivery?.body ?? '') ?? {};
    expect(headers).toEqual({
      'content-type': 'application/json',
      'cache-control': 'no-store',
      location: `/v1/tasks/${id}`,
      'retry-after': '1',
    });
    expect(world.logger.lines).toMatchObject([{ message: 'task created', 'task-id': id }]);
  });

  test.each(['application/json; charset=utf-8', 'APPLICATION/JSON', 'application/problem+json'])(
    'takes the content type %s',
    async (type) => expect(await world.post(hello, { 'Content-Type': type })).toMatchObject({ status: 202 }),
  );

  test('takes a body that API Gateway has encoded in base64', async () => {
    expect(await world.send({ body: new TextEncoder().encode(JSON.stringify(hello)) })).toMatchObject({
      status: 202,
    });
  });

  test('keeps 256 KiB of input, and a name that looks like a prototype', async () => {
    const large = 'ü'.repeat(128 * 1024 - 1);
    expect(await world.post({ action: 'anything', input: large })).toMatchObject({
      status: 202,
      body: { input: large },
    });
    const { body } = await world.send({
      body: '{"action":"anything","input":{"__proto__":{"x":1},"constructor":2}}',
    });
    expect(JSON.stringify(body)).toContain('"input":{"__proto__":{"x":1},"constructor":2}');
  });
});

describe('an idempotency key', () => {
  test('makes a repeat answer with the first task, quoted or not, whatever the order of members', async () => {
    const first = await world.post(
      { action: 'anything', input: { a: 1, b: 2 } },
      { 'Idempotency-Key': '"k 1"' },
    );
    const again = await world.post(
      { input: { b: 2, a: 1 }, action: 'anything' },
      { 'Idempotency-Key': '"k 1"' },
    );
    expect(first.headers).not.toHaveProperty('idempotency-replayed');
    expect(again).toMatchObject({
      status: 202,
      headers: { 'idempotency-replayed': 'true' },
      body: first.body,
    });
    const bare = await world.post(hello, { 'Idempotency-Key': 'k' });
    expect(await world.post(hello, { 'Idempotency-Key': '"k"' })).toMatchObject({ body: bare.body });
    expect(await world.queue.receive({ max: 10, waitSeconds: 0 })).toHaveLength(2);
  });

  test('makes a repeat after the end answer 200 with the result', async () => {
    const headers = { 'Idempotency-Key': 'k' };
    await world.post(hello, headers);
    const [delivery] = await world.queue.receive({ max: 1, waitSeconds: 0 });
    const key = parseBody(delivery?.body ?? '') ?? { tenant: '', id: '' };
    const times = { now: world.clock.now(), retentionMs: 1000 };
    await world.storage.update(
      key,
      mark(world.clock.now(), { finalStatus: 'succeeded', output: { json: '"Hello"' } }, times),
    );
    expect(await world.post(hello, headers)).toMatchObject({
      status: 200,
      body: { finalStatus: 'succeeded', output: 'Hello' },
    });
  });

  test('refuses another request, and leaves the first task as it was', async () => {
    const headers = { 'Idempotency-Key': 'k' };
    const first = await world.post(hello, headers);
    const other = await world.post({ ...hello, input: { name: 'Bob' } }, headers);
    expect(other).toMatchObject({ status: 422, body: { type: 'urn:task-system:idempotency-key-reused' } });
    expect(await world.post(hello, headers)).toMatchObject({ body: first.body });
  });

  test.each(['', '""', 'two words', '"open', 'ü', 'x'.repeat(256)])(
    'is refused when it is %j',
    async (key) => {
      const result = await world.post(hello, { 'Idempotency-Key': key });
      expect(result).toMatchObject({ status: 400, body: { errors: [{ header: 'Idempotency-Key' }] } });
      expect(world.writes()).toBe(0);
    },
  );
});

describe('an API whose parts are away', () => {
  const down = new UnavailableError('queue', { cause: new Error('down') });

  test('says that the task is stored when only the queue is', async () => {
    const { status, headers, body } = await world.send(
      { body: JSON.stringify(hello) },
      { queue: { ...world.queue, send: () => Promise.reject(down) } },
    );
    expect({ status, body }).toMatchObject({
      status: 503,
      body: { type: 'urn:task-system:unavailable', taskCreated: true },
    });
    expect(headers).toMatchObject({
      'retry-after': '5',
      location: expect.stringMatching(/^\/v1\/tasks\/[0-9a-f]{32}$/),
    });
    const id = String(headers['location']).slice('/v1/tasks/'.length);
    expect(await world.storage.get({ tenant: 'default', id }, { now: world.clock.now() })).toMatchObject({
      activeStatus: 'started',
    });
  });

  test('says that nothing is stored when its input could not be', async () => {
    const refusing = { ...world.storage, putPayload: () => Promise.reject(down) };
    const large = { ...hello, input: { name: 'x'.repeat(2000) } };
    const result = await world.send({ body: JSON.stringify(large) }, { storage: refusing });
    expect(result).toMatchObject({ status: 503, body: { taskCreated: false } });
  });

  test('says nothing of it when the row may still be on its way, found or not', async () => {
    const refusing = { ...world.storage, create: () => Promise.reject(down) };
    const silent = { ...refusing, get: () => Promise.reject(down) };
    for (const storage of [refusing, silent]) {
      const result = await world.send({ body: JSON.stringify(hello) }, { storage });
      expect(result).toMatchObject({ status: 503 });
      expect(result.body).not.toHaveProperty('taskCreated');
    }
  });

  test('goes on when only the answer of the storage was lost', async () => {
    const forgetful: TaskStorage = {
      ...world.storage,
      create: async (row, now) => {
        await world.storage.create(row, now);
        throw down;
      },
    };
    expect(await world.send({ body: JSON.stringify(hello) }, { storage: forgetful })).toMatchObject({
      status: 202,
    });
    expect(await world.queue.receive({ max: 1, waitSeconds: 0 })).toHaveLength(1);
  });

  test('goes on when the storage was asked twice and refuses what it has itself stored', async () => {
    const repeating: TaskStorage = {
      ...world.storage,
      create: async (row, now) => {
        await world.storage.create(row, now);
        return world.storage.create(row, now);
      },
    };
    const result = await world.send({ body: JSON.stringify(hello) }, { storage: repeating });
    expect(result).toMatchObject({ status: 202 });
    expect(result.headers).not.toHaveProperty('idempotency-replayed');
    expect(await world.queue.receive({ max: 1, waitSeconds: 0 })).toHaveLength(1);
  });

  test('answers 500 without a word of what broke, and logs where', async () => {
    const broken = {
      ...world.storage,
      create: () => Promise.reject(down),
      get: () => {
        throw new TypeError('secret');
      },
    };
    const { status, body } = await world.send({ body: JSON.stringify(hello) }, { storage: broken });
    expect({ status, body }).toMatchObject({ status: 500, body: { type: 'urn:task-system:internal-error' } });
    expect(JSON.stringify([body, world.logger.lines])).not.toContain('secret');
    expect(world.logger.lines).toMatchObject([
      { level: 'error', error: 'TypeError', where: expect.stringMatching(/^at /) },
    ]);
  });
});
