import * as v from 'valibot';
import { describe, expect, inject, test } from 'vitest';
import { describedClient } from './described-client.ts';
import { problemOf } from './problem-view.ts';
import { JSON_TYPE, runToTheEnd, startTask } from './task-calls.ts';
import { taskOf } from './task-view.ts';

const target = inject('acceptanceTarget');
const send = describedClient();

const pageView = v.strictObject({
  tasks: v.array(v.looseObject({ id: v.string(), finalStatus: v.nullable(v.string()), action: v.string() })),
  nextCursor: v.optional(v.string()),
});

/** All tasks of a list, page by page. */
async function list(query: string, limit: number) {
  const tasks: v.InferOutput<typeof pageView>['tasks'][number][] = [];
  let cursor = '';
  do {
    const answer = await send('GET', `/tasks?${query}&limit=${limit}${cursor}`);
    expect(answer.status).toBe(200);
    const page = v.parse(pageView, answer.json);
    expect(page.tasks.length).toBeLessThanOrEqual(limit);
    tasks.push(...page.tasks);
    cursor = page.nextCursor === undefined ? '' : `&cursor=${encodeURIComponent(page.nextCursor)}`;
  } while (cursor !== '');
  return tasks;
}

describe('a conditional fetch', () => {
  test('of what has not changed is a 304, also at the end of a wait', async () => {
    const { id } = await startTask(send, 'sleep', { seconds: 60 });
    await expect.poll(async () => taskOf(await send('GET', `/tasks/${id}`)).attempt).toBe(1);
    const etag = (await send('GET', `/tasks/${id}`)).headers.get('etag') ?? '';
    for (const query of ['', '?wait=1']) {
      const answer = await send('GET', `/tasks/${id}${query}`, { headers: { 'If-None-Match': etag } });
      expect(answer.status).toBe(304);
      expect(answer.headers.get('etag')).toBe(etag);
    }
    const preferred = await send('GET', `/tasks/${id}`, { headers: { Prefer: 'wait=1' } });
    expect(preferred.headers.get('preference-applied')).toBe('wait=1');
    await send('POST', `/tasks/${id}/cancel`);
    const changed = await send('GET', `/tasks/${id}`, { headers: { 'If-None-Match': etag } });
    expect(changed.status).toBe(200);
  });
});

describe('a list', () => {
  test('shows ended tasks page by page, newest first, each once, without input and output', async () => {
    const ids: string[] = [];
    for (let number = 0; number < 3; number += 1) {
      ids.push((await runToTheEnd(send, 'csv-profile', { csv: `n\n${number}\n` })).id);
    }
    const shown = async () => {
      const tasks = await list('finalStatus=succeeded&action=csv-profile', 2);
      return tasks.map(({ id }) => id).filter((id) => ids.includes(id));
    };
    await expect.poll(shown, { timeout: 30_000 }).toEqual(ids.toReversed());
    const [task] = await list('finalStatus=succeeded&action=csv-profile', 100);
    expect(task).not.toHaveProperty('input');
    expect(task).not.toHaveProperty('output');
  });

  test('shows open tasks until they end', async () => {
    const startAt = new Date(Date.now() + 3_600_000).toISOString();
    const body = JSON.stringify({ action: 'sleep', input: { seconds: 0 }, startAt });
    const { id } = taskOf(await send('POST', '/tasks', { body, headers: JSON_TYPE }));
    const isShown = async (query: string) => (await list(query, 100)).some((task) => task.id === id);
    await expect.poll(() => isShown('activeStatus=stopped'), { timeout: 30_000 }).toBe(true);
    expect(await isShown('activeStatus=started')).toBe(false);
    await send('POST', `/tasks/${id}/cancel`);
    await expect.poll(() => isShown('finalStatus=cancelled'), { timeout: 30_000 }).toBe(true);
    expect((await list('', 100)).filter((task) => task.id === id)).toMatchObject([
      { finalStatus: 'cancelled' },
    ]);
  });

  test.each([
    ['limit=0', 'limit'],
    ['limit=101', 'limit'],
    ['finalStatus=done', 'finalStatus'],
    ['activeStatus=', 'activeStatus'],
    ['action=a&action=b', 'action'],
    ['sort=id', 'sort'],
  ])('refuses %s', async (query, parameter) => {
    const problem = problemOf(await send('GET', `/tasks?${query}`));
    expect(problem).toEqual({ status: 400, code: 'invalid-request', places: [parameter] });
  });

  test('refuses a cursor that is none, and one of another list', async () => {
    const { json } = await send('GET', '/tasks?limit=1');
    const { nextCursor = '' } = v.parse(pageView, json);
    for (const query of ['cursor=x', `action=sleep&cursor=${encodeURIComponent(nextCursor)}`]) {
      const problem = problemOf(await send('GET', `/tasks?${query}`));
      expect(problem).toEqual({ status: 400, code: 'invalid-cursor', places: ['cursor'] });
    }
  });
});

describe('the API', () => {
  test('describes itself, with the address where it is', async () => {
    const { status, json } = await send('GET', '/openapi.json');
    expect(status).toBe(200);
    expect(json).toMatchObject({ openapi: expect.stringMatching(/^3\.1\./), servers: [{ url: target.url }] });
  });

  test('tells that it is well', async () => {
    const { status, json } = await send('GET', '/health');
    expect({ status, json }).toEqual({ status: 200, json: { status: 'ok' } });
  });

  test('answers HEAD as GET, without a body, and OPTIONS with what a path takes', async () => {
    const { id } = await startTask(send, 'sleep', { seconds: 0 });
    const head = await send('HEAD', `/tasks/${id}`);
    expect(head.status).toBe(200);
    expect(head.json).toBeUndefined();
    expect(head.headers.get('etag')).toMatch(/^"/);
    const options = await send('OPTIONS', `/tasks/${id}/cancel`);
    expect(options.status).toBe(204);
    expect(options.headers.get('allow')).toBe('POST, OPTIONS');
  });
});
