import { expect, test } from 'vitest';
import { describeApi } from '../../shared/http/openapi/describe-api.ts';
import { createHttpWorld, without } from '../fakes/http-world.ts';
import { frontOf } from '../infra/local/http-api/open-front.ts';
import { describedClient } from './described-client.ts';
import type { Send } from './http-client.ts';
import { problemOf } from './problem-view.ts';
import { JSON_TYPE } from './task-calls.ts';

const ID = '0'.repeat(32);
const TOKEN = `default/${ID}/${'0'.repeat(64)}`;

/** One request of each call. */
async function askEverything(send: Send): Promise<readonly number[]> {
  const post = (path: string, body: unknown, headers: Readonly<Record<string, string>> = {}) =>
    send('POST', path, { body: JSON.stringify(body), headers: { ...JSON_TYPE, ...headers } });
  const token = { 'Task-Token': TOKEN };
  const answers = [
    await post('/tasks', { action: 'echo' }),
    await post('/task-batches', { tasks: [{ action: 'echo' }] }),
    await send('POST', `/tasks/${ID}/cancel`),
    await send('POST', `/tasks/${ID}/retry`),
    await post(`/tasks/${ID}/succeed`, { output: { approved: true } }, token),
    await post(`/tasks/${ID}/fail`, { error: { message: 'no' } }, token),
    await post(`/tasks/${ID}/heartbeat`, { progress: { percent: 1 } }, token),
    await send('GET', `/tasks/${ID}`),
    await send('GET', '/tasks'),
    await send('GET', '/health'),
    await send('GET', '/openapi.json'),
  ];
  return answers.map(({ status }) => status);
}

/** The functions of a world behind the real front. */
async function clientOf(
  options: Parameters<typeof createHttpWorld>[0],
  world = createHttpWorld(options),
): Promise<Send> {
  const url = await frontOf(async (event) => ({
    kind: 'answered',
    output: JSON.stringify(await world.answer(JSON.parse(JSON.stringify(event)))),
  }));
  return describedClient({ url: `${url}/v1`, signRegion: null }, describeApi(world.actions));
}

test('without its storage every call that needs it is answered with 503', async () => {
  const send = await clientOf({
    storage: without('create', 'get', 'update', 'putPayload', 'getPayloads', 'listOpen', 'listEnded'),
  });
  expect(await askEverything(send)).toEqual([503, 207, 503, 503, 503, 503, 503, 503, 503, 503, 200]);
});

test('what nobody foresaw is answered with 500', async () => {
  const now = (): never => {
    throw new TypeError('hunter2');
  };
  const send = await clientOf({ clock: (clock) => ({ ...clock, now }) });
  expect(new Set(await askEverything(send))).toEqual(new Set([500]));
});

test('a retry of a task whose input its action takes no more is a 422', async () => {
  const world = createHttpWorld();
  const send = await clientOf({}, world);
  const id = await world.create('echo', 'text');
  const change = { conditions: [], set: { action: 'fails' }, remove: [] };
  await world.storage.update({ tenant: 'default', id }, change);
  await send('POST', `/tasks/${id}/cancel`);
  const answer = await send('POST', `/tasks/${id}/retry`);
  expect(problemOf(answer)).toMatchObject({ status: 422, code: 'input-rejected', places: ['/input'] });
});

test('a caller of no tenant is answered with 403', async () => {
  const send = await clientOf({ tenantClaim: 'org' });
  expect(await askEverything(send)).toEqual([403, 403, 403, 403, 403, 403, 403, 403, 403, 200, 200]);
});
