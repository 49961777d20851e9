import { describe, expect, inject, test } from 'vitest';
import { describedClient } from './described-client.ts';
import { finalTask, postTask, runToTheEnd, startTask } from './task-calls.ts';
import { taskOf } from './task-view.ts';

const target = inject('acceptanceTarget');
const send = describedClient();

describe.concurrent('a started task', () => {
  test('is answered at once, with where to fetch it and when', async () => {
    const answer = await postTask(send, 'sleep', { seconds: 0 });
    const task = taskOf(answer);
    expect(answer.status).toBe(202);
    expect(answer.headers.get('location')).toBe(`/v1/tasks/${task.id}`);
    expect(answer.headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
    expect(task).toMatchObject({ action: 'sleep', activeStatus: 'started', finalStatus: null, attempt: 0 });
    expect(task.input).toEqual({ seconds: 0 });
    expect(Date.parse(task.deadlineAt)).toBeGreaterThan(Date.parse(task.createdAt));
  });

  test('is fetched from its Location', async () => {
    const answer = await postTask(send, 'sleep', { seconds: 0 });
    const location = new URL(answer.headers.get('location') ?? '', target.url);
    const fetched = await send('GET', location.href.slice(target.url.length));
    expect(fetched.status).toBe(200);
    expect(taskOf(fetched).id).toBe(taskOf(answer).id);
  });

  test('ends with its output, its times in order, and stays as it is', async () => {
    const task = await runToTheEnd(send, 'sleep', { seconds: 0.5 });
    expect(task).toMatchObject({
      activeStatus: 'stopped',
      finalStatus: 'succeeded',
      attempt: 1,
      input: { seconds: 0.5 },
      output: { seconds: 0.5 },
    });
    expect(task.error).toBeUndefined();
    const { createdAt, attemptStartedAt = '', stoppedAt = '', expiresAt = '' } = task;
    const times = [createdAt, attemptStartedAt, stoppedAt, expiresAt].map((time) => Date.parse(time));
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    const again = await send('GET', `/tasks/${task.id}`);
    expect(taskOf(again)).toEqual(task);
    expect(again.headers.get('retry-after')).toBeNull();
  });

  test('keeps texts of any script, and member names of any kind, as they were sent', async () => {
    const csv = 'naïve,名前,"😀, ""quoted"""\r\n__proto__,\u0001,\u2028';
    const { id } = await startTask(send, 'csv-profile', { csv });
    const task = await finalTask(send, id);
    expect(task.input).toEqual({ csv });
    expect(task).toMatchObject({
      finalStatus: 'succeeded',
      output: { rowCount: 1, columns: [{ name: 'naïve' }, { name: '名前' }, { name: '😀, "quoted"' }] },
    });
  });
});

describe.concurrent('a wait', () => {
  test('holds its answer until the task ends', async () => {
    const { id } = await startTask(send, 'sleep', { seconds: 2 });
    const answer = await send('GET', `/tasks/${id}?wait=20`);
    expect(answer.status).toBe(200);
    expect(taskOf(answer).finalStatus).toBe('succeeded');
  });

  test('answers with the task as it is when its seconds are over', async () => {
    const { id } = await startTask(send, 'sleep', { seconds: 20 });
    const answer = await send('GET', `/tasks/${id}?wait=1`);
    expect(answer.status).toBe(200);
    expect(taskOf(answer)).toMatchObject({ activeStatus: 'started', finalStatus: null });
    expect(answer.headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
  });

  test('answers at once about a task that has ended, however long it may wait', async () => {
    const { id } = await runToTheEnd(send, 'sleep', { seconds: 0 });
    const answer = await send('GET', `/tasks/${id}?wait=1000000`);
    expect(answer.status).toBe(200);
    expect(taskOf(answer).finalStatus).toBe('succeeded');
  });

  test('is cut to 20 s', { timeout: 60_000 }, async () => {
    const { id } = await startTask(send, 'sleep', { seconds: 50 });
    const answer = await send('GET', `/tasks/${id}?wait=45`);
    expect(answer.status).toBe(200);
    expect(taskOf(answer).finalStatus).toBeNull();
  });

  test('shows the same end to everybody who waits', async () => {
    const { id } = await startTask(send, 'sleep', { seconds: 1 });
    const tasks = await Promise.all(Array.from({ length: 5 }, () => finalTask(send, id)));
    expect(new Set(tasks.map((task) => JSON.stringify(task))).size).toBe(1);
    expect(tasks[0]?.finalStatus).toBe('succeeded');
  });
});
