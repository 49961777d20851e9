import { beforeEach, describe, expect, test } from 'vitest';
import { createHttpWorld, idOf, without } from '../../fakes/http-world.ts';

let world: ReturnType<typeof createHttpWorld>;
beforeEach(() => {
  world = createHttpWorld();
});

describe('a conditional fetch', () => {
  test('of what the caller has already is a 304 without a body, until the task changes', async () => {
    const id = await world.create();
    const first = await world.send('GET', `/tasks/${id}`);
    const etag = String(first.headers['etag']);
    for (const header of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const unchanged = await world.send('GET', `/tasks/${id}`, { headers: { 'if-none-match': header } });
      expect(unchanged).toEqual({
        status: 304,
        headers: { etag, 'cache-control': 'no-store', 'retry-after': '1' },
        body: undefined,
      });
    }
    await world.work();
    const changed = await world.send('GET', `/tasks/${id}`, { headers: { 'if-none-match': etag } });
    expect(changed).toMatchObject({ status: 200, body: { finalStatus: 'succeeded' } });
    expect(changed.headers['etag']).not.toBe(etag);
  });

  test.each(['', '"', 'x', '"other"', ',,,', '"a" "b"'])('with the tag %j is a 200', async (header) => {
    const id = await world.create();
    expect(await world.send('GET', `/tasks/${id}`, { headers: { 'if-none-match': header } })).toMatchObject({
      status: 200,
    });
  });

  test('that waits is a 304 when nothing has changed at its end', async () => {
    const id = await world.create();
    const { headers } = await world.send('GET', `/tasks/${id}`);
    const before = world.clock.now();
    const unchanged = await world.send('GET', `/tasks/${id}`, {
      headers: { 'if-none-match': String(headers['etag']), prefer: 'wait=5' },
    });
    expect(unchanged).toMatchObject({ status: 304, headers: { 'preference-applied': 'wait=5' } });
    expect(world.clock.now() - before).toBe(5000);
  });
});

describe('a wait', () => {
  test('may be preferred by header; the parameter goes before it, and then nothing was applied', async () => {
    const id = await world.create();
    const asked = await world.send('GET', `/tasks/${id}?wait=2`, { headers: { prefer: 'wait=9' } });
    expect(asked.headers['preference-applied']).toBeUndefined();
    expect(world.clock.now()).toBe(Date.UTC(2026, 0, 1) + 2000);
  });
});

describe('methods', () => {
  test('HEAD answers as GET does, without the body', async () => {
    const id = await world.create();
    const got = await world.send('GET', `/tasks/${id}`);
    expect(await world.send('HEAD', `/tasks/${id}`)).toEqual({ ...got, body: undefined });
  });

  test.each([
    ['/tasks', 'POST, GET, HEAD, OPTIONS'],
    ['/tasks/x', 'GET, HEAD, OPTIONS'],
    ['/tasks/x/cancel', 'POST, OPTIONS'],
    ['/task-batches', 'POST, OPTIONS'],
    ['/health', 'GET, HEAD, OPTIONS'],
  ])('OPTIONS %s tells what the path takes', async (path, allow) => {
    expect(await world.send('OPTIONS', path)).toMatchObject({ status: 204, headers: { allow } });
    expect(await world.send('DELETE', path)).toMatchObject({
      status: 405,
      headers: { allow },
      body: { type: 'urn:task-system:method-not-allowed' },
    });
  });

  test('OPTIONS of a path where nothing is is a 404', async () => {
    expect(await world.send('OPTIONS', '/nothing')).toMatchObject({ status: 404 });
  });
});

describe('health', () => {
  test('is ok when tasks can be read and are looked after', async () => {
    expect(await world.send('GET', '/health')).toMatchObject({ status: 200, body: { status: 'ok' } });
  });

  test('is degraded, with the reason in a word, when the storage does not answer', async () => {
    const broken = createHttpWorld({ storage: without('listOpen') });
    const answer = await broken.send('GET', '/health');
    expect(answer).toMatchObject({ status: 503, body: { status: 'degraded', reason: 'storage' } });
    expect(JSON.stringify(answer)).not.toContain('hunter2');
  });

  test('is degraded when nobody looks at a task whose time has come, and ok again afterwards', async () => {
    const id = await world.create();
    await world.clock.advance(13 * 60_000);
    expect(await world.send('GET', '/health')).toMatchObject({
      status: 503,
      headers: { 'retry-after': '30' },
      body: { status: 'degraded', reason: 'clock' },
    });
    await world.send('POST', `/tasks/${id}/cancel`);
    expect(await world.send('GET', '/health')).toMatchObject({ status: 503 });
    await world.clock.advance(5000);
    expect(await world.send('GET', '/health')).toMatchObject({ status: 200 });
  });
});

describe('the description', () => {
  const readDescription = async () => '{"openapi":"3.1.0","servers":[{"url":"/v1"}]}';

  test.each([
    [{ host: 'tasks.example.com', 'x-forwarded-proto': 'https' }, 'https://tasks.example.com/v1'],
    [{ host: '127.0.0.1:3000', 'x-forwarded-proto': 'http' }, 'http://127.0.0.1:3000/v1'],
    [{ host: 'Tasks.example.com' }, 'https://tasks.example.com/v1'],
    [{ host: 'a/b', 'x-forwarded-proto': 'https' }, '/v1'],
    [{}, '/v1'],
  ])('asked for as %j names the server %s', async (headers, url) => {
    const described = createHttpWorld({ readDescription });
    expect(await described.send('GET', '/openapi.json', { headers })).toMatchObject({
      status: 200,
      body: { openapi: '3.1.0', servers: [{ url }] },
    });
  });
});

test('a failure that nobody foresaw is a 500 that tells nothing of it', async () => {
  const broken = createHttpWorld({
    readDescription: async () => {
      throw new TypeError('hunter2');
    },
  });
  const answer = await broken.send('GET', '/openapi.json');
  expect(answer).toMatchObject({ status: 500, body: { type: 'urn:task-system:internal-error' } });
  expect(JSON.stringify([answer, broken.logger.lines])).not.toContain('hunter2');
  expect(idOf(answer.body)).toBe('');
});
