import { randomUUID } from 'node:crypto';
import { describe, expect, inject, test } from 'vitest';
import { taskIdOfKey } from '../../shared/task/identity.ts';
import { DEFAULT_TENANT } from '../../shared/task/tenant.ts';
import { describedClient } from './described-client.ts';
import { problemOf } from './problem-view.ts';
import { JSON_TYPE, startTask } from './task-calls.ts';
import { taskOf } from './task-view.ts';

const target = inject('acceptanceTarget');
const send = describedClient();

/** A parked task, and its token, which the action has put where we find it. */
async function parkedTask() {
  const key = randomUUID();
  const { id } = await startTask(send, 'parks', { url: target.url, key });
  const keeper = `/tasks/${taskIdOfKey(DEFAULT_TENANT, key)}`;
  await expect.poll(async () => (await send('GET', keeper)).status, { timeout: 30_000 }).toBe(200);
  const { input } = taskOf(await send('GET', keeper));
  const token = typeof input === 'object' && input !== null && 'token' in input ? String(input.token) : '';
  return { id, token };
}

function complete(id: string, verb: string, token: string, body: unknown) {
  const headers = { ...JSON_TYPE, 'Task-Token': token };
  return send('POST', `/tasks/${id}/${verb}`, { body: JSON.stringify(body), headers });
}

describe.runIf(target.hasSuiteActions && target.signRegion === null)('a completion by token', () => {
  test('succeeds once, and tells a conflict from a repeat', async () => {
    const { id, token } = await parkedTask();
    const beaten = await complete(id, 'heartbeat', token, { progress: { percent: 50, message: 'half' } });
    expect(beaten.status).toBe(200);
    expect(taskOf(beaten)).toMatchObject({ finalStatus: null, progress: { percent: 50, message: 'half' } });
    const refused = await complete(id, 'succeed', token, { output: 'yes' });
    expect(problemOf(refused)).toMatchObject({ status: 422, code: 'output-rejected' });
    const large = await complete(id, 'succeed', token, { output: 'x'.repeat(257 * 1024) });
    expect(problemOf(large)).toMatchObject({ status: 413, code: 'content-too-large' });
    const ended = await complete(id, 'succeed', token, { output: { approved: true } });
    expect(taskOf(ended)).toMatchObject({ finalStatus: 'succeeded', output: { approved: true } });
    const repeated = await complete(id, 'succeed', token, { output: { approved: true } });
    expect(taskOf(repeated)).toEqual(taskOf(ended));
    for (const [verb, body] of [
      ['succeed', { output: { approved: false } }],
      ['fail', { error: { message: 'no' } }],
      ['heartbeat', { progress: { percent: 1 } }],
    ] as const) {
      const late = problemOf(await complete(id, verb, token, body));
      expect(late).toMatchObject({ status: 409, code: 'task-already-final' });
    }
  });

  test('fails the task with its error', async () => {
    const { id, token } = await parkedTask();
    const error = { name: 'Refused', message: 'Not this time.', code: 'refused' };
    expect(taskOf(await complete(id, 'fail', token, { error }))).toMatchObject({
      finalStatus: 'failed',
      error: { ...error, attempt: 1 },
    });
  });

  test.each([
    ['succeed', { output: { approved: true } }],
    ['fail', { error: { message: 'no' } }],
    ['heartbeat', { progress: { percent: 1 } }],
  ])('to %s is refused without the right token, type or body, and changes nothing', async (verb, body) => {
    const { id, token } = await parkedTask();
    const stale = token.slice(0, -64) + '0'.repeat(64);
    expect(problemOf(await complete(id, verb, 'x', body))).toMatchObject({
      status: 403,
      code: 'token-invalid',
    });
    expect(problemOf(await complete(id, verb, stale, body))).toMatchObject({
      status: 409,
      code: 'token-stale',
    });
    expect(problemOf(await complete(id, verb, token, { x: 1 }))).toMatchObject({ status: 400 });
    const text = await send('POST', `/tasks/${id}/${verb}`, { body: 'x', headers: { 'Task-Token': token } });
    expect(problemOf(text)).toMatchObject({ status: 415, code: 'unsupported-media-type' });
    expect(taskOf(await send('GET', `/tasks/${id}`))).toMatchObject({ finalStatus: null });
    await send('POST', `/tasks/${id}/cancel`);
  });
});
