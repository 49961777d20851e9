import { beforeEach, describe, expect, test } from 'vitest';
import { createHttpWorld, idOf } from '../../fakes/http-world.ts';

let world: ReturnType<typeof createHttpWorld>;
beforeEach(() => {
  world = createHttpWorld();
});

function problem(status: number, code: string) {
  return {
    status,
    headers: { 'content-type': 'application/problem+json' },
    body: { type: `urn:task-system:${code}`, status },
  };
}

const UNKNOWN = '0'.repeat(32);

describe('a cancel', () => {
  test('of a task that nobody works on ends it at once, and repeated it is no conflict', async () => {
    const id = await world.create();
    const cancelled = await world.send('POST', `/tasks/${id}/cancel`);
    expect(cancelled).toMatchObject({
      status: 200,
      body: { id, activeStatus: 'stopped', finalStatus: 'cancelled' },
    });
    expect(cancelled.headers['retry-after']).toBeUndefined();
    expect(await world.send('POST', `/tasks/${id}/cancel`, { body: {} })).toEqual(cancelled);
  });

  test('under a live lease is only requested: 202, and when to look again', async () => {
    const id = await world.create();
    await world.storage.update(
      { tenant: 'default', id },
      {
        conditions: [],
        set: { leaseUntil: world.clock.now() + 60_000, claimId: 'c', attempt: 1 },
        remove: [],
      },
    );
    expect(await world.send('POST', `/tasks/${id}/cancel`)).toMatchObject({
      status: 202,
      headers: { 'retry-after': '1' },
      body: { finalStatus: null, cancelRequested: true },
    });
  });

  test('of a task that has ended otherwise is a 409, of none a 404', async () => {
    const id = await world.create();
    await world.work();
    expect(await world.send('POST', `/tasks/${id}/cancel`)).toMatchObject(problem(409, 'task-already-final'));
    for (const other of [UNKNOWN, 'nope', '%00']) {
      expect(await world.send('POST', `/tasks/${other}/cancel`)).toMatchObject(
        problem(404, 'task-not-found'),
      );
    }
  });

  test('takes no member and no parameter, and changes nothing then', async () => {
    const id = await world.create();
    expect(await world.send('POST', `/tasks/${id}/cancel`, { body: { force: true } })).toMatchObject({
      ...problem(400, 'invalid-request'),
      body: { errors: [{ pointer: '/force', detail: 'is not a member of this object; it has none' }] },
    });
    expect(await world.send('POST', `/tasks/${id}/cancel?force=1`)).toMatchObject(
      problem(400, 'invalid-request'),
    );
    expect(await world.send('POST', `/tasks/${id}/cancel`, { body: [] })).toMatchObject(
      problem(400, 'invalid-request'),
    );
    expect((await world.send('GET', `/tasks/${id}`)).body).toMatchObject({ finalStatus: null });
  });
});

describe('a retry', () => {
  test('makes a new task of a failed one, with its action and input, and leaves the old one as it was', async () => {
    const id = await world.create('fails', { why: 'bad luck' });
    await world.work();
    const old = await world.send('GET', `/tasks/${id}`);
    await world.clock.advance(5000);
    const retried = await world.send('POST', `/tasks/${id}/retry`);
    expect(retried).toMatchObject({
      status: 202,
      body: { action: 'fails', input: { why: 'bad luck' }, retryOf: id, finalStatus: null, attempt: 0 },
    });
    expect(retried.headers['location']).toBe(`/v1/tasks/${idOf(retried.body)}`);
    expect(idOf(retried.body)).not.toBe(id);
    expect(await world.send('GET', `/tasks/${id}`)).toEqual(old);
    await world.work();
    expect(await world.send('GET', `/tasks/${idOf(retried.body)}`)).toMatchObject({
      body: { finalStatus: 'failed', retryOf: id },
    });
  });

  test('done twice finds the first one’s task, and says so', async () => {
    const id = await world.create();
    await world.send('POST', `/tasks/${id}/cancel`);
    const [first, twin] = await Promise.all([
      world.send('POST', `/tasks/${id}/retry`),
      world.send('POST', `/tasks/${id}/retry`),
    ]);
    expect([first.status, twin.status]).toEqual([202, 202]);
    expect(idOf(first.body)).toBe(idOf(twin.body));
    expect([first, twin].filter(({ headers }) => headers['idempotency-replayed'] === 'true')).toHaveLength(1);
    await world.work();
    expect(await world.send('POST', `/tasks/${id}/retry`)).toMatchObject({
      status: 200,
      headers: { 'idempotency-replayed': 'true' },
      body: { id: idOf(first.body), finalStatus: 'succeeded' },
    });
  });

  test('of an open or a succeeded task is a 409, of none a 404', async () => {
    const id = await world.create();
    expect(await world.send('POST', `/tasks/${id}/retry`)).toMatchObject(problem(409, 'task-not-retryable'));
    await world.work();
    expect(await world.send('POST', `/tasks/${id}/retry`)).toMatchObject(problem(409, 'task-not-retryable'));
    expect(await world.send('POST', `/tasks/${UNKNOWN}/retry`)).toMatchObject(problem(404, 'task-not-found'));
  });

  test('of a task whose action is gone is a 409 that names it', async () => {
    const id = await world.create();
    await world.storage.update(
      { tenant: 'default', id },
      { conditions: [], set: { action: 'forgotten' }, remove: [] },
    );
    await world.send('POST', `/tasks/${id}/cancel`);
    const answer = await world.send('POST', `/tasks/${id}/retry`);
    expect(answer).toMatchObject(problem(409, 'task-not-retryable'));
    expect(answer.body).toMatchObject({ detail: expect.stringContaining('no action forgotten any more') });
  });

  test('waits for the end of the new task where that is preferred', async () => {
    const id = await world.create();
    await world.send('POST', `/tasks/${id}/cancel`);
    expect(await world.send('POST', `/tasks/${id}/retry`, { headers: { prefer: 'wait=2' } })).toMatchObject({
      status: 202,
      headers: { 'preference-applied': 'wait=2' },
    });
  });
});
