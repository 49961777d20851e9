import { describe, expect, test } from 'vitest';
import { describedClient } from './described-client.ts';
import type { Answer } from './http-client.ts';
import { problemOf } from './problem-view.ts';
import { JSON_TYPE, postTask, startTask } from './task-calls.ts';

const send = describedClient();
const VALID = '{"action":"sleep","input":{"seconds":0}}';

function post(body: string, headers: Readonly<Record<string, string>> = JSON_TYPE): Promise<Answer> {
  return send('POST', '/tasks', { body, headers });
}

describe('POST /tasks refuses', () => {
  test.each([
    ['no content type', {}],
    ['text', { 'Content-Type': 'text/plain' }],
    ['two types', { 'Content-Type': 'application/json, text/plain' }],
    ['a form', { 'Content-Type': 'application/x-www-form-urlencoded' }],
    ['what only begins like JSON', { 'Content-Type': 'application/jsonp' }],
  ])('%s as a media type', async (_, headers) => {
    const problem = problemOf(await post(VALID, headers));
    expect(problem).toMatchObject({ status: 415, code: 'unsupported-media-type', places: ['Content-Type'] });
  });

  test.each([
    ['an empty body', ''],
    ['a body that is not JSON', '{"action":"sleep"'],
    ['JSON with something after it', `${VALID}x`],
    ['a list', '[]'],
    ['a text', '"sleep"'],
    ['a number', '1'],
    ['null', 'null'],
  ])('%s', async (_, body) => {
    expect(problemOf(await post(body))).toMatchObject({ status: 400, code: 'invalid-request' });
  });

  test.each([
    ['an action that comes twice', '{"action":"sleep","action":"csv-profile","input":{}}', '/action'],
    [
      'an integer that would be rounded',
      '{"action":"sleep","input":{"seconds":9007199254740993}}',
      '/input/seconds',
    ],
    ['a missing action', '{"input":{"seconds":0}}', '/action'],
    ['an action that is not a text', '{"action":1,"input":{"seconds":0}}', '/action'],
    ['an empty action', '{"action":"","input":{"seconds":0}}', '/action'],
    ['an unknown member', '{"action":"sleep","input":{"seconds":0},"priority":1}', '/priority'],
    [
      'a member named like the prototype',
      '{"action":"sleep","input":{"seconds":0},"__proto__":{}}',
      '/__proto__',
    ],
  ])('%s, and names the place', async (_, body, pointer) => {
    const problem = problemOf(await post(body));
    expect(problem).toMatchObject({ status: 400, code: 'invalid-request', places: [pointer] });
  });

  test.each([65, 1000, 50_000])('an input nested %i levels deep', async (levels) => {
    const input = '['.repeat(levels) + ']'.repeat(levels);
    const answer = await post(`{"action":"sleep","input":${input}}`);
    expect(problemOf(answer)).toMatchObject({ status: 400, code: 'invalid-request' });
  });

  test.each(['no-such-action', 'constructor', '__proto__', 'Sleep'])('the action %j', async (action) => {
    const problem = problemOf(await postTask(send, action, {}));
    expect(problem).toMatchObject({ status: 404, code: 'action-not-found' });
  });

  test.each([
    ['a missing member', 'csv-profile', {}, '/input/csv'],
    ['a member of another type', 'csv-profile', { csv: 1 }, '/input/csv'],
    ['an unknown member', 'csv-profile', { csv: '', 'a/b~c': 1 }, '/input/a~1b~0c'],
    ['a number out of range', 'sleep', { seconds: 241 }, '/input/seconds'],
    ['a private address', 'http-request', { url: 'https://169.254.169.254/latest/meta-data/' }, '/input/url'],
    [
      'a header that is not its own',
      'http-request',
      { url: 'https://example.com', headers: { host: 'a' } },
      '/input/headers/host',
    ],
    ['null', 'sleep', null, '/input'],
    ['a text', 'sleep', '1', '/input'],
  ])('an input with %s, and points at it', async (_, action, input, pointer) => {
    const problem = problemOf(await postTask(send, action, input));
    expect(problem).toMatchObject({ status: 422, code: 'input-rejected' });
    expect(problem.places).toContain(pointer);
  });

  test('a missing input where the action needs one', async () => {
    const problem = problemOf(await post('{"action":"sleep"}'));
    expect(problem).toMatchObject({ status: expect.toBeOneOf([400, 422]) });
    expect(problem.places).toContain('/input');
  });

  test('an input of 257 KiB', async () => {
    const problem = problemOf(await postTask(send, 'csv-profile', { csv: 'a'.repeat(257 * 1024) }));
    expect(problem).toMatchObject({ status: 413, code: 'content-too-large' });
  });

  test('a body above 1 MiB, valid or not', async () => {
    const problem = problemOf(await post(' '.repeat(1024 * 1024) + VALID));
    expect(problem).toMatchObject({ status: 413, code: 'content-too-large' });
  });

  test('nothing that is written differently but means the same', async () => {
    const body = '\t{ "input" : { "seconds" : 0e0 }, "\\u0061ction":"sleep" }\r\n';
    const answer = await post(body, { 'Content-Type': 'Application/JSON; charset="utf-8"' });
    expect(answer.status).toBe(202);
  });
});

describe('GET /tasks/{id} refuses', () => {
  test.each<[string, (id: string) => string]>([
    ['like that of a task', (id) => id.replaceAll(/\d/g, (digit) => String(9 - Number(digit)))],
    ['longer than that of a task', (id) => `${id}x`],
    ['of another shape', () => 'nope'],
    ['of 300 characters', () => 'a'.repeat(300)],
    ['of a control character', () => '%00'],
    ['named like the prototype', () => '__proto__'],
  ])('an unknown id %s', async (_, unknown) => {
    const { id } = await startTask(send, 'sleep', { seconds: 0 });
    const problem = problemOf(await send('GET', `/tasks/${unknown(id)}`));
    expect(problem).toMatchObject({ status: 404, code: 'task-not-found' });
  });

  test.each(['abc', '0', '-1', '1.5', '', '1e1', '0x10', '1&wait=2'])('wait=%s', async (wait) => {
    const { id } = await startTask(send, 'sleep', { seconds: 0 });
    const problem = problemOf(await send('GET', `/tasks/${id}?wait=${wait}`));
    expect(problem).toMatchObject({ status: 400, code: 'invalid-request', places: ['wait'] });
  });

  test('an unknown query parameter, and names it', async () => {
    const { id } = await startTask(send, 'sleep', { seconds: 0 });
    const problem = problemOf(await send('GET', `/tasks/${id}?timeout=1`));
    expect(problem).toMatchObject({ status: 400, code: 'invalid-request', places: ['timeout'] });
  });
});

describe('the API refuses', () => {
  test.each(['/nothing', '/tasks/a/b', '/Tasks', '/'])('the path %s', async (path) => {
    const problem = problemOf(await send('GET', path));
    expect(problem).toMatchObject({ status: 404, code: 'not-found' });
  });

  test.each([
    ['DELETE', '/tasks', 'POST'],
    ['PUT', '/tasks', 'POST'],
    ['POST', '/tasks/some-id', 'GET'],
    ['DELETE', '/tasks/some-id', 'GET'],
    ['PATCH', '/tasks/some-id', 'GET'],
  ])('%s %s, and tells what it allows', async (method, path, allowed) => {
    const answer = await send(method, path);
    expect(problemOf(answer)).toMatchObject({ status: 405, code: 'method-not-allowed' });
    expect((answer.headers.get('allow') ?? '').split(/, */)).toContain(allowed);
  });
});

describe('every call with a body refuses', () => {
  const paths = ['/task-batches', '/tasks/x/cancel', '/tasks/x/retry', '/tasks/x/fail', '/tasks/x/heartbeat'];

  test.each(paths)('what is no JSON, or too large: POST %s', async (path) => {
    const text = await send('POST', path, { body: 'x', headers: { 'Content-Type': 'text/plain' } });
    expect(problemOf(text)).toMatchObject({ status: 415, code: 'unsupported-media-type' });
    const large = await send('POST', path, { body: ' '.repeat(1024 * 1024 + 1), headers: JSON_TYPE });
    expect(problemOf(large)).toMatchObject({ status: 413, code: 'content-too-large' });
    const list = await send('POST', path, { body: '[]', headers: JSON_TYPE });
    expect(problemOf(list)).toMatchObject({ status: 400, code: 'invalid-request' });
  });

  test.each(['/health', '/openapi.json'])('and GET %s a parameter', async (path) => {
    const problem = problemOf(await send('GET', `${path}?verbose=1`));
    expect(problem).toEqual({ status: 400, code: 'invalid-request', places: ['verbose'] });
  });
});
