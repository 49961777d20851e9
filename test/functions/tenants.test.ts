import { beforeEach, describe, expect, test } from 'vitest';
import { createHttpWorld, idOf } from '../fakes/http-world.ts';

let world: ReturnType<typeof createHttpWorld>;
beforeEach(() => {
  world = createHttpWorld({ tenantClaim: 'org' });
});

const acme = { claims: { org: 'acme', sub: 'ann' } };
const other = { claims: { org: 'other', sub: 'ann' } };
const UNKNOWN = '0'.repeat(32);

/** An answer, apart from the id of the task that the question was about. */
function withoutId(
  { status, body }: { readonly status: number | undefined; readonly body: unknown },
  id: string,
) {
  return { status, body: JSON.stringify(body ?? null).replaceAll(id, 'ID') };
}

describe('to another tenant a task is as if it did not exist', () => {
  test.each([
    ['GET', ''],
    ['GET', '?wait=1'],
    ['HEAD', ''],
    ['POST', '/cancel'],
    ['POST', '/retry'],
  ])('%s /tasks/{id}%s', async (method, path) => {
    const open = await world.create('echo', 1, acme);
    const ended = await world.create('echo', 2, acme);
    await world.send('POST', `/tasks/${ended}/cancel`, acme);
    for (const id of [open, ended]) {
      const before = (await world.send('GET', `/tasks/${id}`, acme)).body;
      const answer = await world.send(method, `/tasks/${id}${path}`, other);
      expect(answer.status).toBe(404);
      const unknown = await world.send(method, `/tasks/${UNKNOWN}${path}`, other);
      expect(withoutId(answer, id)).toEqual(withoutId(unknown, UNKNOWN));
      expect((await world.send('GET', `/tasks/${id}`, acme)).body).toEqual(before);
    }
  });

  test('in a list, with whatever filter', async () => {
    await world.create('echo', 1, acme);
    await world.send('POST', `/tasks/${await world.create('echo', 2, acme)}/cancel`, acme);
    for (const query of ['', '?activeStatus=started', '?activeStatus=stopped', '?finalStatus=cancelled']) {
      expect(await world.send('GET', `/tasks${query}`, other)).toMatchObject({
        status: 200,
        body: { tasks: [] },
      });
      const own = await world.send('GET', `/tasks${query}`, acme);
      expect(own.body).not.toMatchObject({ tasks: [] });
    }
  });

  test('by a cursor of its list', async () => {
    for (let number = 0; number < 3; number += 1) await world.create('echo', number, acme);
    const { body } = await world.send('GET', '/tasks?limit=1', acme);
    expect(body).toMatchObject({ nextCursor: expect.any(String) });
    const cursor = String(Object.entries(body ?? {}).find(([name]) => name === 'nextCursor')?.[1]);
    const query = `/tasks?limit=1&cursor=${encodeURIComponent(cursor)}`;
    expect(await world.send('GET', query, acme)).toMatchObject({ status: 200 });
    expect(await world.send('GET', query, other)).toMatchObject({
      status: 400,
      body: { type: 'urn:task-system:invalid-cursor' },
    });
  });

  test('by an idempotency key of its: each tenant has its own task, whatever the request', async () => {
    const headers = { 'idempotency-key': 'k' };
    const body = { action: 'echo', input: 'secret' };
    const mine = await world.send('POST', '/tasks', { ...acme, headers, body });
    for (const input of ['secret', 'else']) {
      const claims = { org: `other-${input}` };
      const theirs = await world.send('POST', '/tasks', { claims, headers, body: { ...body, input } });
      expect(theirs).toMatchObject({ status: 202, body: { input } });
      expect(theirs.headers['idempotency-replayed']).toBeUndefined();
      expect(idOf(theirs.body)).not.toBe(idOf(mine.body));
    }
  });

  test('in a batch', async () => {
    const tasks = [{ action: 'echo', input: 'secret', idempotencyKey: 'k' }];
    const mine = await world.send('POST', '/task-batches', { ...acme, body: { tasks } });
    const theirs = await world.send('POST', '/task-batches', { ...other, body: { tasks } });
    expect(JSON.stringify(theirs.body)).not.toContain('replayed');
    expect(JSON.stringify(mine.body)).not.toBe(JSON.stringify(theirs.body));
  });

  test.each(['succeed', 'fail', 'heartbeat'])('to %s by a token of another task', async (verb) => {
    const mine = await world.park(acme);
    const theirs = await world.park(other);
    const body = {
      succeed: { output: { approved: true } },
      fail: { error: { message: 'no' } },
      heartbeat: { progress: { percent: 1 } },
    }[verb];
    // The calls have no authorizer: only the token counts, which is of one tenant and one task.
    for (const token of [theirs.token, mine.token.replace('acme', 'other')]) {
      const answer = await world.send('POST', `/tasks/${mine.id}/${verb}`, {
        headers: { 'task-token': token },
        body,
      });
      expect(answer).toMatchObject({ status: 403, body: { type: 'urn:task-system:token-invalid' } });
    }
    expect((await world.send('GET', `/tasks/${mine.id}`, acme)).body).toMatchObject({ finalStatus: null });
  });
});

describe('a caller without the claim', () => {
  test.each([
    ['POST', '/tasks', { action: 'echo' }],
    ['POST', '/task-batches', { tasks: [{ action: 'echo' }] }],
    ['POST', `/tasks/${UNKNOWN}/cancel`, undefined],
    ['POST', `/tasks/${UNKNOWN}/retry`, undefined],
    ['GET', `/tasks/${UNKNOWN}`, undefined],
    ['GET', '/tasks', undefined],
  ])('is refused: %s %s', async (method, path, body) => {
    const all = [
      {},
      { claims: {} },
      { claims: { sub: 'ann' } },
      { claims: { org: '' } },
      { claims: { org: 7 } },
    ];
    for (const claims of all) {
      expect(await world.send(method, path, { ...claims, body })).toMatchObject({
        status: 403,
        body: { type: 'urn:task-system:tenant-missing' },
      });
    }
    expect(await world.queue.countWaiting()).toBe(0);
  });

  test('gets what belongs to nobody', async () => {
    expect((await world.send('GET', '/health')).status).toBe(200);
    expect((await world.send('GET', '/openapi.json')).status).toBe(200);
    const inherited = createHttpWorld({ tenantClaim: 'constructor' });
    expect((await inherited.send('GET', '/tasks', { claims: {} })).status).toBe(403);
  });
});

test('without a configured claim all tasks belong to one tenant, whatever the caller’s claims are', async () => {
  const open = createHttpWorld();
  const id = await open.create('echo', 1, acme);
  expect((await open.send('GET', `/tasks/${id}`, other)).status).toBe(200);
});
