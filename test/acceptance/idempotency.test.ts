import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { describedClient } from './described-client.ts';
import type { Answer } from './http-client.ts';
import { problemOf } from './problem-view.ts';
import { finalTask, JSON_TYPE, postTask } from './task-calls.ts';
import { taskOf } from './task-view.ts';

const send = describedClient();

function postWithKey(key: string, seconds = 0): Promise<Answer> {
  return postTask(send, 'sleep', { seconds }, { 'Idempotency-Key': key });
}

describe('an Idempotency-Key', () => {
  test('makes a repeated request give the first task, and say so', async () => {
    const key = randomUUID();
    const first = await postWithKey(key);
    const second = await postWithKey(key);
    expect(first.status).toBe(202);
    expect(first.headers.get('idempotency-replayed')).toBeNull();
    expect(second.status).toBeOneOf([200, 202]);
    expect(second.headers.get('idempotency-replayed')).toBe('true');
    expect(taskOf(second)).toMatchObject({ id: taskOf(first).id, createdAt: taskOf(first).createdAt });
  });

  test('gives the task with its output once it has ended', async () => {
    const key = randomUUID();
    const task = await finalTask(send, taskOf(await postWithKey(key)).id);
    expect(taskOf(await postWithKey(key))).toEqual(task);
  });

  test('makes one task of requests sent at once', async () => {
    const key = randomUUID();
    const answers = await Promise.all(Array.from({ length: 10 }, () => postWithKey(key)));
    expect(new Set(answers.map((answer) => taskOf(answer).id)).size).toBe(1);
    const replayed = answers.filter((answer) => answer.headers.get('idempotency-replayed') === 'true');
    expect(replayed).toHaveLength(9);
  });

  test('is refused for another request, whose task is not made', async () => {
    const key = randomUUID();
    const first = taskOf(await postWithKey(key, 0));
    const problem = problemOf(await postWithKey(key, 1));
    expect(problem).toMatchObject({ status: 422, code: 'idempotency-key-reused' });
    expect(taskOf(await postWithKey(key, 0))).toMatchObject({ id: first.id, input: { seconds: 0 } });
  });

  test('takes requests for the same that differ only in how their JSON is written', async () => {
    const headers = { ...JSON_TYPE, 'Idempotency-Key': randomUUID() };
    const bodies = [
      '{"action":"sleep","input":{"seconds":1}}',
      '{ "input": {"seconds": 1.0}, "action": "sleep" }',
    ];
    const ids = [];
    for (const body of bodies) ids.push(taskOf(await send('POST', '/tasks', { body, headers })).id);
    expect(ids[1]).toBe(ids[0]);
  });

  test('means the same with the quotes of RFC 8941 and without', async () => {
    const key = randomUUID();
    const bare = taskOf(await postWithKey(key));
    expect(taskOf(await postWithKey(`"${key}"`)).id).toBe(bare.id);
  });

  test('takes up to 255 characters', async () => {
    const key = randomUUID().padEnd(255, '~!#');
    const first = await postWithKey(key);
    expect(first.status).toBe(202);
    expect(taskOf(await postWithKey(key)).id).toBe(taskOf(first).id);
  });

  test.each([
    ['of 256 characters', 'k'.repeat(256)],
    ['with a space', 'a b'],
    ['with a comma, as two headers have when they are joined', 'a,b'],
    ['of nothing between quotes', '""'],
    ['whose quote does not close', '"abc'],
  ])('%s is refused', async (_, key) => {
    const problem = problemOf(await postWithKey(key));
    expect(problem).toMatchObject({ status: 400, code: 'invalid-request', places: ['Idempotency-Key'] });
  });

  test('of a refused request is still free', async () => {
    const key = randomUUID();
    expect((await postWithKey(key, -1)).status).toBe(422);
    const answer = await postWithKey(key, 0);
    expect(answer.status).toBe(202);
    expect(answer.headers.get('idempotency-replayed')).toBeNull();
  });

  test('is not needed: equal requests without one make a task each', async () => {
    const answers = [
      await postTask(send, 'sleep', { seconds: 0 }),
      await postTask(send, 'sleep', { seconds: 0 }),
    ];
    expect(new Set(answers.map((answer) => taskOf(answer).id)).size).toBe(2);
  });
});
