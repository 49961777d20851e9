import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { describedClient } from './described-client.ts';
import { problemOf } from './problem-view.ts';
import { finalTask, JSON_TYPE, postTask, runToTheEnd, startTask } from './task-calls.ts';
import { taskOf } from './task-view.ts';

const send = describedClient();
const HOUR_MS = 3_600_000;
const UNKNOWN = '0'.repeat(32);
const TIMEOUT = { timeout: 110_000 };

/** A task that starts in an hour. */
async function delayedTask() {
  const startAt = new Date(Date.now() + HOUR_MS).toISOString();
  const body = JSON.stringify({ action: 'sleep', input: { seconds: 0 }, startAt });
  return send('POST', '/tasks', { body, headers: JSON_TYPE });
}

describe.concurrent('a delayed task', () => {
  test('is stopped until its start, and may be cancelled before', async () => {
    const answer = await delayedTask();
    const task = taskOf(answer);
    expect(answer.status).toBe(202);
    expect(task).toMatchObject({ activeStatus: 'stopped', finalStatus: null });
    const cancelled = await send('POST', `/tasks/${task.id}/cancel`);
    expect(cancelled.status).toBe(200);
    expect(taskOf(cancelled)).toMatchObject({
      activeStatus: 'stopped',
      finalStatus: 'cancelled',
      attempt: 0,
    });
  });

  test('whose deadline is before its start is refused', async () => {
    const body = { action: 'sleep', input: { seconds: 0 }, deadlineAt: '2020-01-01T00:00:00Z' };
    const answer = await send('POST', '/tasks', { body: JSON.stringify(body), headers: JSON_TYPE });
    expect(problemOf(answer)).toEqual({ status: 400, code: 'invalid-request', places: ['/deadlineAt'] });
  });
});

describe.concurrent('a cancel', () => {
  test('of a running task is requested, and its attempt hears of it', TIMEOUT, async () => {
    const { id } = await startTask(send, 'sleep', { seconds: 200 });
    await expect
      .poll(async () => taskOf(await send('GET', `/tasks/${id}`)).attempt, { timeout: 30_000 })
      .toBe(1);
    const requested = await send('POST', `/tasks/${id}/cancel`);
    expect(requested.status).toBe(202);
    expect(requested.headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
    expect(taskOf(requested)).toMatchObject({ finalStatus: null, cancelRequested: true });
    expect(await finalTask(send, id)).toMatchObject({ finalStatus: 'cancelled' });
  });

  test('of a task that has ended is a 409, of none a 404', async () => {
    const { id } = await runToTheEnd(send, 'sleep', { seconds: 0 });
    expect(problemOf(await send('POST', `/tasks/${id}/cancel`))).toMatchObject({
      status: 409,
      code: 'task-already-final',
    });
    expect(problemOf(await send('POST', `/tasks/${UNKNOWN}/cancel`))).toMatchObject({
      status: 404,
      code: 'task-not-found',
    });
  });
});

describe.concurrent('a retry', () => {
  test('makes one new task of a cancelled one, however often it is asked for', async () => {
    const { id } = taskOf(await delayedTask());
    await send('POST', `/tasks/${id}/cancel`);
    const first = await send('POST', `/tasks/${id}/retry`);
    expect(first.status).toBe(202);
    expect(taskOf(first)).toMatchObject({ retryOf: id, input: { seconds: 0 } });
    expect(first.headers.get('location')).toBe(`/v1/tasks/${taskOf(first).id}`);
    const second = await send('POST', `/tasks/${id}/retry`, { headers: { Prefer: 'wait=20' } });
    expect(second.headers.get('idempotency-replayed')).toBe('true');
    expect(taskOf(second)).toMatchObject({ id: taskOf(first).id, finalStatus: 'succeeded' });
    expect(second.status).toBe(200);
  });

  test('of a task that succeeded is a 409, of none a 404', async () => {
    const { id } = await runToTheEnd(send, 'sleep', { seconds: 0 });
    expect(problemOf(await send('POST', `/tasks/${id}/retry`))).toMatchObject({
      status: 409,
      code: 'task-not-retryable',
    });
    expect((await send('POST', `/tasks/${UNKNOWN}/retry`)).status).toBe(404);
  });
});

test('a create that prefers to wait is answered with the end', async () => {
  const answer = await postTask(send, 'sleep', { seconds: 0.2 }, { Prefer: 'wait=20' });
  expect(answer.status).toBe(200);
  expect(answer.headers.get('preference-applied')).toBe('wait=20');
  expect(taskOf(answer).finalStatus).toBe('succeeded');
});

test('a batch tells of each of its tasks', async () => {
  const tasks = [
    { action: 'sleep', input: { seconds: 0 } },
    { action: 'sleep', input: { seconds: -1 } },
    { action: 'nothing' },
  ];
  const answer = await send('POST', '/task-batches', { body: JSON.stringify({ tasks }), headers: JSON_TYPE });
  expect(answer.status).toBe(207);
  const { results } = v.parse(
    v.object({ results: v.array(v.looseObject({ status: v.number() })) }),
    answer.json,
  );
  expect(results).toMatchObject([
    { status: 202, task: { action: 'sleep' } },
    { status: 422, problem: { type: 'urn:task-system:input-rejected' } },
    { status: 404, problem: { type: 'urn:task-system:action-not-found' } },
  ]);
  const refused = await send('POST', '/task-batches', { body: '{"tasks":[]}', headers: JSON_TYPE });
  expect(problemOf(refused)).toMatchObject({ status: 400, places: ['/tasks'] });
});
