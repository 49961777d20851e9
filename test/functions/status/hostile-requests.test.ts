import { beforeEach, describe, expect, test } from 'vitest';
import { createStatus } from '../../../functions/status/status.ts';
import { httpEvent, lambdaContext, readResult } from '../../fakes/lambda-events.ts';
import { createWatchedWorld } from '../../fakes/watched-world.ts';

const TASK = `/v1/tasks/${'a'.repeat(32)}`;

let world: ReturnType<typeof createWatchedWorld>;
beforeEach(() => {
  world = createWatchedWorld();
});

/** Sends a request, and expects a short problem without a look at the storage or a line in the log. */
async function refusalOf(rawPath: string, rawQueryString = '', method = 'GET') {
  const event = { ...httpEvent({ method, path: '/' }), rawPath, rawQueryString };
  const result = readResult(
    await createStatus({ ...world.parts, readDescription: async () => '{}' })(event, lambdaContext()),
  );
  expect(result.headers['content-type']).toBe('application/problem+json');
  expect(JSON.stringify(result).length).toBeLessThan(2000);
  expect([...world.touched, ...world.logger.lines]).toEqual([]);
  return result;
}

describe('the status function refuses', () => {
  test.each([
    'wait=1&wait=1',
    'wait=1,2',
    'wait=1%2C2',
    'wait=1&wait=',
    'wait',
    'wait=%00',
    'wait=%FF',
    'wait=%',
    'wait=%EF%BC%91',
    'wait=+1',
    'wait=1.0',
    'wait=1e400',
    'wait=-9999999999999999999999',
    `wait=${'x'.repeat(9000)}`,
  ])('the query %j, which is no whole number of seconds', async (query) => {
    expect(await refusalOf(TASK, query)).toMatchObject({
      status: 400,
      body: { errors: [{ parameter: 'wait' }] },
    });
  });

  test.each(['__proto__', 'constructor', 'WAIT', 'wait[]', 'hasOwnProperty', ''])(
    'the parameter %j, and names it',
    async (name) => {
      const query = `wait=1&${encodeURIComponent(name)}=1`;
      expect(await refusalOf(TASK, query)).toMatchObject({
        status: 400,
        body: { errors: [{ parameter: name }] },
      });
    },
  );

  test('a parameter of 9,000 characters, and quotes only its beginning', async () => {
    const { body } = await refusalOf(TASK, `${'p'.repeat(9000)}=1`);
    expect(body).toMatchObject({ errors: [{ parameter: expect.stringMatching(/^p{125}…$/) }] });
  });

  test.each([
    `/v1/tasks/${'A'.repeat(32)}`,
    `${TASK}\n`,
    `${TASK}\u0000`,
    `/v1/tasks/ ${'a'.repeat(32)}`,
    `/v1/tasks/${'ａ'.repeat(32)}`,
    '/v1/tasks/\ud800',
    '/v1/tasks/..',
    `/v1/tasks/${'x'.repeat(9000)}`,
  ])('the id in %j, which has the shape of no task’s', async (path) => {
    expect(await refusalOf(path)).toMatchObject({
      status: 404,
      body: { type: 'urn:task-system:task-not-found' },
    });
  });

  test.each([
    '',
    '*',
    'http://localhost/v1/tasks',
    `${TASK}/`,
    `/${TASK}`,
    `/v1//tasks`,
    '/v1/tasks/',
    '/v1/tasks/a/../b',
    '/__proto__',
    `/${'x'.repeat(9000)}`,
  ])('the path %j, where nothing is', async (path) => {
    expect(await refusalOf(path)).toMatchObject({
      status: 404,
      body: { type: 'urn:task-system:not-found' },
    });
  });

  test.each(['POST', 'TRACE', '__proto__', 'G\u0000ET', ''])('the method %j', async (method) => {
    for (const path of [TASK, '/v1/health', `/v1/tasks/${'x'.repeat(9000)}`]) {
      expect(await refusalOf(path, '', method)).toMatchObject({ status: 405 });
    }
  });
});
