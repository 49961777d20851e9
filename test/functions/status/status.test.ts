import { beforeEach, describe, expect, test } from 'vitest';
import { createStatus } from '../../../functions/status/status.ts';
import { createMemoryStorage } from '../../../shared/task/memory-storage.ts';
import * as operations from '../../../shared/task/operations.ts';
import type { TaskStorage } from '../../../shared/task/storage.ts';
import { CREATED_AT, newRow } from '../../contracts/rows.ts';
import { httpEvent, lambdaContext, readResult } from '../../fakes/lambda-events.ts';
import { createManualClock } from '../../fakes/manual-clock.ts';
import type { ManualClock } from '../../fakes/manual-clock.ts';
import { createMemoryLogger } from '../../fakes/memory-logger.ts';
import { createSeededRandom } from '../../fakes/seeded-random.ts';

const times = { now: CREATED_AT, retentionMs: 60_000 };
const done = { finalStatus: 'succeeded', output: { json: '{"seconds":1}' } } as const;

let clock: ManualClock;
let storage: TaskStorage;
let reads: string[];

beforeEach(() => {
  clock = createManualClock(CREATED_AT);
  reads = [];
  const memory = createMemoryStorage();
  storage = {
    ...memory,
    get: (key, options) => {
      reads.push(options.eventual === true ? 'eventual' : 'consistent');
      return memory.get(key, options);
    },
  };
});

async function send(path: string, method = 'GET', remainingMs?: number) {
  const random = createSeededRandom();
  const status = createStatus({
    storage,
    clock,
    random,
    logger: createMemoryLogger(),
    waitSleepMs: 50,
    readDescription: async () => '{}',
  });
  const work = status(httpEvent({ method, path }), lambdaContext(remainingMs));
  return readResult(await clock.advanceUntil(work));
}

async function givenTask() {
  const row = newRow();
  await storage.create(row, CREATED_AT);
  return { row, path: `/v1/tasks/${row.id}` };
}

describe('fetching a task', () => {
  test('shows an open task as it is, with when to come again', async () => {
    const { row, path } = await givenTask();
    expect(await send(path)).toEqual({
      status: 200,
      headers: {
        'content-type': 'application/json',
        'cache-control': 'no-store',
        'retry-after': '1',
        etag: expect.stringMatching(/^"[\w-]{43}"$/),
      },
      body: {
        id: row.id,
        action: 'sleep',
        input: { seconds: 1 },
        activeStatus: 'started',
        finalStatus: null,
        attempt: 0,
        createdAt: '2026-01-01T00:00:00.000Z',
        deadlineAt: '2026-01-02T00:00:00.000Z',
      },
    });
    expect(reads).toEqual(['consistent']);
  });

  test('shows an ended task with its output and times', async () => {
    const { row, path } = await givenTask();
    await storage.update(row, operations.claim(CREATED_AT, 'c', CREATED_AT + 1));
    await storage.update(row, operations.finish('c', done, times));
    const { body, headers } = await send(path);
    expect(headers).not.toHaveProperty('retry-after');
    expect(body).toMatchObject({
      activeStatus: 'stopped',
      finalStatus: 'succeeded',
      attempt: 1,
      output: { seconds: 1 },
      attemptStartedAt: '2026-01-01T00:00:00.000Z',
      stoppedAt: '2026-01-01T00:00:00.000Z',
      expiresAt: '2026-01-01T00:01:00.000Z',
    });
  });

  test('shows a failed task as a 200, and nothing of the protocol', async () => {
    const { row, path } = await givenTask();
    const error = { name: 'Error', message: 'no', code: 'x', retryable: false, attempt: 1 };
    await storage.update(row, operations.mark(CREATED_AT, { finalStatus: 'failed', error }, times));
    const { status, body } = await send(path);
    expect({ status, body }).toMatchObject({ status: 200, body: { finalStatus: 'failed', error } });
    for (const member of ['tenant', 'version', 'claimId', 'nonce', 'fingerprint', 'lookAt']) {
      expect(body).not.toHaveProperty(member);
    }
  });

  test('has an ETag that changes if and only if what is shown does', async () => {
    const { row, path } = await givenTask();
    const etag = async () => (await send(path)).headers['etag'];
    const first = await etag();
    await storage.update(row, operations.claim(CREATED_AT, 'c', CREATED_AT + 1));
    const claimed = await etag();
    expect(claimed).not.toBe(first);
    await storage.update(
      row,
      operations.heartbeat('c', { from: [CREATED_AT + 1], until: CREATED_AT + 2 }, undefined),
    );
    expect(await etag()).toBe(claimed);
    await storage.update(
      row,
      operations.heartbeat('c', { from: [CREATED_AT + 2], until: CREATED_AT + 3 }, { percent: 5 }),
    );
    expect(await etag()).not.toBe(claimed);
  });

  test('answers HEAD like GET, without a body', async () => {
    const { path } = await givenTask();
    expect(await send(path, 'HEAD')).toMatchObject({
      status: 200,
      body: undefined,
      headers: { 'retry-after': '1' },
    });
  });
});

describe('waiting for a final status', () => {
  test('answers at once when the task has ended', async () => {
    const { row, path } = await givenTask();
    await storage.update(row, operations.mark(CREATED_AT, done, times));
    expect(await send(`${path}?wait=20`)).toMatchObject({ body: { finalStatus: 'succeeded' } });
    expect(clock.now()).toBe(CREATED_AT);
  });

  test('answers within a pause after the task has ended', async () => {
    const { row, path } = await givenTask();
    const ending = (async () => {
      await clock.sleep(3000);
      await storage.update(row, operations.mark(CREATED_AT, done, times));
    })();
    expect(await send(`${path}?wait=20`)).toMatchObject({ body: { finalStatus: 'succeeded' } });
    await ending;
    expect(clock.now() - CREATED_AT).toBeLessThanOrEqual(4200);
    expect(reads[0]).toBe('consistent');
    expect(reads.slice(1).every((read) => read === 'eventual')).toBe(true);
  });

  test('that expires answers the task as it is, seen consistently, at its time', async () => {
    const { path } = await givenTask();
    expect(await send(`${path}?wait=5`)).toMatchObject({ status: 200, body: { finalStatus: null } });
    expect(clock.now() - CREATED_AT).toBe(5000);
    expect(reads.at(-1)).toBe('consistent');
    expect(reads.length).toBeLessThan(12);
  });

  test('is cut to 20 seconds, and to what the function has left', async () => {
    const { path } = await givenTask();
    await send(`${path}?wait=3600`);
    expect(clock.now() - CREATED_AT).toBe(20_000);
    await send(`${path}?wait=20`, 'GET', 10_000);
    expect(clock.now() - CREATED_AT).toBe(28_000);
  });

  test('answers 503 before its function ends when the storage stalls', async () => {
    const { path } = await givenTask();
    const healthy = storage;
    const stalled = new Promise<never>(() => undefined);
    storage = {
      ...healthy,
      get: (key, options) => (reads.length < 2 ? healthy.get(key, options) : stalled),
    };
    const { status, headers, body } = await send(`${path}?wait=20`, 'GET', 10_000);
    expect({ status, body }).toMatchObject({ status: 503, body: { type: 'urn:task-system:unavailable' } });
    expect(headers).toHaveProperty('retry-after');
    expect(clock.now() - CREATED_AT).toBe(9000);
  });

  test('for an unknown task answers 404 without waiting', async () => {
    expect(await send(`/v1/tasks/${'0'.repeat(32)}?wait=20`)).toMatchObject({ status: 404 });
    expect(clock.now()).toBe(CREATED_AT);
  });
});

describe('a refused request', () => {
  test.each([
    'wait=abc',
    'wait=',
    'wait=0',
    'wait=-1',
    'wait=1.5',
    'wait=1e1',
    'wait=%201',
    'wait=1&wait=2',
    'wiat=1',
  ])('with ?%s is a 400 that names the parameter', async (query) => {
    const { path } = await givenTask();
    const { status, body } = await send(`${path}?${query}`);
    const parameter = query.startsWith('wiat') ? 'wiat' : 'wait';
    expect({ status, body }).toMatchObject({ status: 400, body: { errors: [{ parameter }] } });
  });

  test.each(['0'.repeat(31), 'A'.repeat(32), '%00', '..%2f..', 'x'.repeat(500), 'constructor'])(
    'for the id %s is a 404, and asks no storage',
    async (id) => {
      const { status, headers, body } = await send(`/v1/tasks/${id}`);
      expect({ status, body }).toMatchObject({
        status: 404,
        body: { type: 'urn:task-system:task-not-found' },
      });
      expect(headers['content-type']).toBe('application/problem+json');
      expect(reads).toEqual([]);
    },
  );

  test('for another path is a 404, for another method a 405 that tells the right ones', async () => {
    const { path } = await givenTask();
    for (const other of ['/', '/v1', '/v1/tasks/', `${path}/x`, '/v2/tasks']) {
      expect(await send(other)).toMatchObject({ status: 404, body: { type: 'urn:task-system:not-found' } });
    }
    expect(await send('/v1/tasks', 'PUT')).toMatchObject({
      status: 405,
      headers: { allow: 'POST, GET, HEAD, OPTIONS' },
    });
    expect(await send(path, 'DELETE')).toMatchObject({
      status: 405,
      headers: { allow: 'GET, HEAD, OPTIONS' },
    });
  });
});
