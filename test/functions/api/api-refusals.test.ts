import { gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, test } from 'vitest';
import { createApiWorld } from '../../fakes/api-world.ts';

let world: ReturnType<typeof createApiWorld>;

beforeEach(() => {
  world = createApiWorld();
});

describe('a refused request', () => {
  const deep = `{"action":"anything","input":${'['.repeat(100)}${']'.repeat(100)}}`;
  const invalid = { status: 400, body: { type: 'urn:task-system:invalid-request' } };

  test.each([
    ['not JSON', { body: '{"action":' }, { ...invalid, body: { errors: [{ pointer: '' }] } }],
    ['an empty body', { body: '' }, invalid],
    ['no body', {}, invalid],
    ['not UTF-8', { body: new Uint8Array([0x22, 0xff, 0x22]) }, invalid],
    ['an array', { body: '[]' }, invalid],
    ['null', { body: 'null' }, invalid],
    [
      'no action',
      { body: '{"input":1}' },
      { ...invalid, body: { errors: [{ pointer: '/action', detail: 'is missing' }] } },
    ],
    [
      'an action that is no text',
      { body: '{"action":7}' },
      { body: { errors: [{ pointer: '/action', detail: 'must be a string' }] } },
    ],
    [
      'an unknown member',
      { body: '{"action":"anything","inptu":1}' },
      { body: { errors: [{ pointer: '/inptu' }] } },
    ],
    [
      'a prototype member',
      { body: '{"action":"anything","__proto__":1}' },
      { body: { errors: [{ pointer: '/__proto__' }] } },
    ],
    ['deep nesting', { body: deep }, { status: 400, body: { detail: expect.stringContaining('64 levels') } }],
    ['very deep nesting', { body: '['.repeat(200_000) }, invalid],
    ['another content type', { headers: { 'Content-Type': 'text/plain' }, body: '{}' }, { status: 415 }],
    [
      'no content type',
      { headers: { 'Content-Type': '' }, body: '{}' },
      { status: 415, body: { errors: [{ header: 'Content-Type' }] } },
    ],
    ['a compressed body', { headers: { 'Content-Encoding': 'gzip' }, body: gzipSync('{}') }, { status: 415 }],
    [
      'an unknown action',
      { body: '{"action":"fly"}' },
      { status: 404, body: { type: 'urn:task-system:action-not-found' } },
    ],
    ['an action named like a prototype', { body: '{"action":"constructor"}' }, { status: 404 }],
    [
      'an input of another shape',
      { body: '{"action":"greet","input":{"name":""}}' },
      { status: 422, body: { errors: [{ pointer: '/input/name' }] } },
    ],
    [
      'a member named with / and ~',
      { body: '{"action":"greet","input":{"name":"A","a/b~c":"x"}}' },
      { status: 422, body: { errors: [{ pointer: '/input/a~1b~0c' }] } },
    ],
    [
      'no input where one is needed',
      { body: '{"action":"greet"}' },
      { status: 422, body: { errors: [{ pointer: '/input' }] } },
    ],
    [
      '257 KiB of input',
      { body: JSON.stringify({ action: 'anything', input: 'x'.repeat(257 * 1024) }) },
      { status: 413, body: { errors: [{ pointer: '/input' }] } },
    ],
    [
      '2 MiB of body',
      { body: ' '.repeat(2 * 1024 * 1024) },
      { status: 413, body: { type: 'urn:task-system:content-too-large' } },
    ],
  ] as const)('with %s names the rule, and stores nothing', async (_name, request, expected) => {
    const result = await world.send(request);
    expect(result).toMatchObject(expected);
    expect(result.headers['content-type']).toBe('application/problem+json');
    expect(result.body).toMatchObject({
      title: expect.any(String),
      status: result.status,
      detail: expect.any(String),
    });
    expect(world.writes()).toBe(0);
    expect(await world.queue.receive({ max: 1, waitSeconds: 0 })).toEqual([]);
  });

  test('that is not JSON is not quoted in the answer', async () => {
    const { body } = await world.send({ body: '{"secret": hunter2}' });
    expect(JSON.stringify(body)).not.toContain('hunter2');
  });
});
