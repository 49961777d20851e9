import { beforeEach, describe, expect, test } from 'vitest';
import { createHttpWorld } from '../../fakes/http-world.ts';

let world: ReturnType<typeof createHttpWorld>;
beforeEach(() => {
  world = createHttpWorld();
});

const byToken = (token: string, body?: unknown) => ({
  headers: { 'task-token': token },
  ...(body !== undefined && { body }),
});
const code = (name: string) => ({ type: `urn:task-system:${name}` });

describe('a completion by its token', () => {
  test('ends the task as succeeded with its output; repeated it changes nothing, and is no conflict', async () => {
    const { id, token } = await world.park();
    const body = { output: { approved: true } };
    const ended = await world.send('POST', `/tasks/${id}/succeed`, byToken(token, body));
    expect(ended).toMatchObject({
      status: 200,
      body: { finalStatus: 'succeeded', output: { approved: true } },
    });
    expect(await world.send('POST', `/tasks/${id}/succeed`, byToken(token, body))).toEqual(ended);
    const other = await world.send(
      'POST',
      `/tasks/${id}/succeed`,
      byToken(token, { output: { approved: false } }),
    );
    expect(other).toMatchObject({ status: 409, body: code('task-already-final') });
  });

  test('ends the task as failed with its error', async () => {
    const { id, token } = await world.park();
    const error = { name: 'Refused', message: 'Not this time.', code: 'refused' };
    expect(await world.send('POST', `/tasks/${id}/fail`, byToken(token, { error }))).toMatchObject({
      status: 200,
      body: { finalStatus: 'failed', error: { ...error, retryable: false, attempt: 1 } },
    });
  });

  test('notes progress, and leaves the task open', async () => {
    const { id, token } = await world.park();
    const progress = { percent: 50, message: 'half' };
    expect(await world.send('POST', `/tasks/${id}/heartbeat`, byToken(token, { progress }))).toMatchObject({
      status: 200,
      headers: { 'retry-after': '1' },
      body: { finalStatus: null, progress },
    });
  });

  test.each(['succeed', 'fail', 'heartbeat'])(
    'to %s with what is no token of this task is a 403',
    async (verb) => {
      const { id, token } = await world.park();
      const other = await world.park();
      const body = {
        succeed: { output: { approved: true } },
        fail: { error: { message: 'no' } },
        heartbeat: { progress: { percent: 1 } },
      }[verb];
      const wrong = ['', 'x', token.slice(0, -1), other.token, token.replace('default', 'acme')];
      for (const text of wrong) {
        expect(await world.send('POST', `/tasks/${id}/${verb}`, byToken(text, body))).toMatchObject({
          status: 403,
          body: { ...code('token-invalid'), errors: [{ header: 'Task-Token' }] },
        });
      }
      expect(await world.send('POST', `/tasks/${id}/${verb}`, { body })).toMatchObject({ status: 403 });
      const invented = token.slice(0, -64) + '0'.repeat(64);
      expect(await world.send('POST', `/tasks/${id}/${verb}`, byToken(invented, body))).toMatchObject({
        status: 409,
        body: code('token-stale'),
      });
      expect((await world.send('GET', `/tasks/${id}`)).body).toMatchObject({ finalStatus: null });
    },
  );

  test('with an output that the action does not have is a 422, with one too large a 413, and the task stays open', async () => {
    const { id, token } = await world.park();
    const refused = await world.send('POST', `/tasks/${id}/succeed`, byToken(token, { output: 1 }));
    expect(refused).toMatchObject({
      status: 422,
      body: { ...code('output-rejected'), errors: [{ pointer: '/output' }] },
    });
    expect(await world.send('POST', `/tasks/${id}/succeed`, byToken(token))).toMatchObject({ status: 422 });
    const large = { output: 'x'.repeat(257 * 1024) };
    expect(await world.send('POST', `/tasks/${id}/succeed`, byToken(token, large))).toMatchObject({
      status: 413,
      body: code('content-too-large'),
    });
    expect((await world.send('GET', `/tasks/${id}`)).body).toMatchObject({ finalStatus: null });
  });

  test.each([
    ['fail', {}, '/error'],
    ['fail', { error: {} }, '/error/message'],
    ['fail', { error: { message: 1 } }, '/error/message'],
    ['fail', { error: { message: 'm', code: 'a b' } }, '/error/code'],
    ['fail', { error: { message: 'm', stack: 's' } }, '/error/stack'],
    ['heartbeat', { progress: {} }, '/progress/percent'],
    ['heartbeat', { progress: { percent: 101 } }, '/progress/percent'],
    ['succeed', { result: 1 }, '/result'],
  ])('to %s with the body %j is a 400 that points at %s', async (verb, body, pointer) => {
    const { id, token } = await world.park();
    expect(await world.send('POST', `/tasks/${id}/${verb}`, byToken(token, body))).toMatchObject({
      status: 400,
      body: { ...code('invalid-request'), errors: [{ pointer }] },
    });
  });
});
