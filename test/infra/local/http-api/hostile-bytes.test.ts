import { gzipSync } from 'node:zlib';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { createApi } from '../../../../functions/api/api.ts';
import { defineAction } from '../../../../shared/task/action.ts';
import { createRegistry } from '../../../../shared/task/registry.ts';
import { lambdaContext } from '../../../fakes/lambda-events.ts';
import { createWatchedWorld } from '../../../fakes/watched-world.ts';
import { frontOf, raw, type RawBytes } from './open-front.ts';

const anything = defineAction({ name: 'anything', input: v.unknown(), run: (input) => input });
const BODY = '{"action":"anything","input":"hunter2"}';
const JSON_TYPE = 'Content-Type: application/json';
const LENGTH = `Content-Length: ${BODY.length}`;

/** The api function behind the front, as it is behind API Gateway: it sees nothing but the event's JSON. */
async function openApi() {
  const world = createWatchedWorld(anything);
  const api = createApi({ ...world.parts, registry: createRegistry([anything]) });
  const url = await frontOf(async (event) => {
    const result = await api(JSON.parse(JSON.stringify(event)), lambdaContext());
    return { kind: 'answered', output: JSON.stringify(result) };
  });
  return { ...world, url };
}

function post(...headers: readonly string[]): string {
  return ['POST /v1/tasks HTTP/1.1', 'Host: x', 'Connection: close', ...headers, '', ''].join('\r\n');
}

const get = (target: string, ...headers: readonly string[]) =>
  [`GET ${target} HTTP/1.1`, 'Host: x', 'Connection: close', ...headers, '', ''].join('\r\n');

/** The status of each answer in what a server has written. */
function statusesOf(written: string): number[] {
  return [...written.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => Number(status));
}

/** Expects one answer of this status and type to the bytes, nothing touched by them, and a task made by the next request. */
async function expectRefusal(bytes: readonly RawBytes[], status: number, type: string) {
  const { url, touched, logger } = await openApi();
  const answer = await raw(url, ...bytes);
  expect(statusesOf(answer)).toEqual([status]);
  expect(answer.toLowerCase()).toContain(`content-type: ${type}\r\n`);
  expect(answer).not.toContain('hunter2');
  expect([...touched, ...logger.lines]).toEqual([]);
  expect(statusesOf(await raw(url, post(JSON_TYPE, LENGTH), BODY))).toEqual([202]);
}

describe('bytes that are no request of HTTP are answered as API Gateway’s front would, and the next request is served:', () => {
  test.each<[string, ...RawBytes[]]>([
    ['what begins a TLS connection', new Uint8Array([22, 3, 1, 2, 0, 1, 0, 1, 252, 3, 3])],
    ['what begins an HTTP/2 connection', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['no line of a request', 'hunter2\r\n\r\n'],
    ['a method that is none', get('/').replace('GET', 'HUNTER2')],
    ['a method in small letters', get('/').replace('GET', 'get')],
    ['another version', get('/').replace('1.1', '3.9')],
    ['no target', get('')],
    ['a NUL in the target', get('/\0')],
    ['raw UTF-8 in the target', get('/é')],
    ['lines that end with LF alone', get('/').replaceAll('\r', '')],
    ['a lone CR in a header', get('/', 'X: hunter2\rY: b')],
    ['a NUL in a header', get('/', 'X: hunter2\0')],
    ['a folded header', get('/', 'X: hunter2\r\n b')],
    ['a space before the colon', get('/', 'X : hunter2')],
    ['a header without a colon', get('/', 'hunter2')],
    ['two lengths', post(JSON_TYPE, LENGTH, 'Content-Length: 1'), BODY],
    ['a length and chunks', post(JSON_TYPE, LENGTH, 'Transfer-Encoding: chunked'), '0\r\n\r\n'],
    ['a negative length', post(JSON_TYPE, 'Content-Length: -1'), BODY],
    ['a length with a letter', post(JSON_TYPE, `${LENGTH}x`), BODY],
    ['a length beyond all numbers', post(JSON_TYPE, 'Content-Length: 99999999999999999999'), BODY],
    ['chunks that are not the last coding', post('Transfer-Encoding: chunked, gzip'), '0\r\n\r\n'],
    ['a chunk whose size is none', post(JSON_TYPE, 'Transfer-Encoding: chunked'), 'hunter2\r\n'],
    ['a chunk of a negative size', post(JSON_TYPE, 'Transfer-Encoding: chunked'), '-1\r\n'],
    ['a chunk beyond all numbers', post(JSON_TYPE, 'Transfer-Encoding: chunked'), `${'f'.repeat(17)}\r\n`],
  ])('%s', async (_, ...bytes) => {
    await expectRefusal(bytes, 400, 'application/json');
  });

  test.each<[string, string]>([
    ['a target of 11,000 bytes', get(`/${'a'.repeat(11_000)}`)],
    ['a query of 11,000 bytes', get(`/?${'a'.repeat(11_000)}`)],
    ['a header of 11,000 bytes', get('/', `X: ${'a'.repeat(11_000)}`)],
    ['a header whose name has 11,000 bytes', get('/', `${'a'.repeat(11_000)}: x`)],
    ['5,000 headers', get('/', ...Array.from({ length: 5000 }, () => 'a: b'))],
    ['headers that never end', `GET / HTTP/1.1\r\n${'a: b\r\n'.repeat(10_000)}`],
  ])('%s', async (_, bytes) => {
    await expectRefusal([bytes], 431, 'application/json');
  });

  test('a length above 10 MB, before any of it is sent', async () => {
    await expectRefusal([post(JSON_TYPE, 'Content-Length: 10485761')], 413, 'application/json');
  });

  test('a target in which names of an object stand', async () => {
    const { url, touched } = await openApi();
    const path = '/__proto__/%00%ff/%zz?__proto__=1&constructor=2&__proto__=3&%ff=%zz';
    expect(await raw(url, get(path, '__proto__: x', 'constructor: y'))).toMatch(/^HTTP\/1\.1 4\d\d /);
    expect(touched).toEqual([]);
  });
});

describe('a header that comes twice, of which neither is taken for the whole:', () => {
  test.each<[string, number, ...string[]]>([
    ['two types', 415, JSON_TYPE, 'Content-Type: text/plain'],
    ['the same type twice', 415, JSON_TYPE, 'content-type: application/json'],
    ['two codings', 415, JSON_TYPE, 'Content-Encoding: identity', 'Content-Encoding: gzip'],
    ['two keys', 400, JSON_TYPE, 'Idempotency-Key: hunter2', 'Idempotency-Key: b'],
    ['the same key twice', 400, JSON_TYPE, 'Idempotency-Key: hunter2', 'Idempotency-Key: hunter2'],
    ['two keys in quotes', 400, JSON_TYPE, 'Idempotency-Key: "hunter2"', 'Idempotency-Key: "b"'],
  ])('%s', async (_, status, ...headers) => {
    await expectRefusal([post(LENGTH, ...headers), BODY], status, 'application/problem+json');
  });

  test('two traceparents, which are no trace of the task’s', async () => {
    const { url, storage, queue, clock } = await openApi();
    const trace = `traceparent: 00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
    expect(statusesOf(await raw(url, post(JSON_TYPE, LENGTH, trace, trace), BODY))).toEqual([202]);
    const [delivery] = await queue.receive({ max: 1, waitSeconds: 0 });
    const key = v.parse(v.object({ tenant: v.string(), id: v.string() }), JSON.parse(delivery?.body ?? ''));
    expect(await storage.get(key, { now: clock.now() })).not.toHaveProperty('traceparent');
  });
});

describe('a body', () => {
  const chunked = post(JSON_TYPE, 'Transfer-Encoding: chunked');

  test('in chunks, with extensions and a trailer, is taken as a whole', async () => {
    const { url } = await openApi();
    const size = (BODY.length - 1).toString(16);
    const chunks = `1;a="b"\r\n{\r\n${size}\r\n${BODY.slice(1)}\r\n0\r\nTrailer: x\r\n\r\n`;
    expect(statusesOf(await raw(url, chunked, chunks))).toEqual([202]);
  });

  test.each<[string, number, ...RawBytes[]]>([
    ['in chunks, larger than 1 MiB', 413, chunked, `100001\r\n${' '.repeat(0x100001)}\r\n0\r\n\r\n`],
    ['in no chunk', 400, chunked, '0\r\n\r\n'],
    ['that is not there', 400, post(JSON_TYPE)],
    [
      'of a transfer coding',
      400,
      post(JSON_TYPE, 'Transfer-Encoding: gzip, chunked'),
      '2\r\n{}\r\n0\r\n\r\n',
    ],
    ['of no UTF-8', 400, post(JSON_TYPE, 'Content-Length: 3'), new Uint8Array([0x22, 0xff, 0x22])],
    ['of NULs', 400, post(JSON_TYPE, 'Content-Length: 9'), new Uint8Array(9)],
    [
      'compressed',
      415,
      post(JSON_TYPE, 'Content-Encoding: gzip', `Content-Length: ${gzipSync(BODY).length}`),
      gzipSync(BODY),
    ],
    ['without a type', 415, post(LENGTH), BODY],
  ])('%s is refused by the function', async (_, status, ...bytes) => {
    await expectRefusal(bytes, status, 'application/problem+json');
  });

  test('that breaks off makes no task', async () => {
    const { url, touched } = await openApi();
    const half = BODY.slice(0, -1);
    for (const bytes of [
      post(JSON_TYPE, LENGTH) + half,
      `${chunked}${BODY.length.toString(16)}\r\n${half}`,
    ]) {
      expect(statusesOf(await raw(url, bytes, null))).toEqual([400]);
    }
    expect(touched).toEqual([]);
    expect(statusesOf(await raw(url, post(JSON_TYPE, LENGTH), BODY))).toEqual([202]);
  });
});

describe('requests that are sent at once', () => {
  const kept = (headers: string) => headers.replace('Connection: close\r\n', '');

  test('are answered one by one, in their order', async () => {
    const { url } = await openApi();
    const first = kept(post(JSON_TYPE, LENGTH)) + BODY;
    const answer = await raw(url, first + kept(get('/nothing')) + first + get('/v1/tasks'));
    expect(statusesOf(answer)).toEqual([202, 404, 202, 404]);
  });

  test('hide none in what a length leaves over', async () => {
    const { url, touched } = await openApi();
    const hidden = post(JSON_TYPE, LENGTH) + BODY;
    const answer = await raw(
      url,
      kept(post(JSON_TYPE, `Content-Length: ${hidden.length}`)) + hidden + get('/'),
    );
    expect(statusesOf(answer)).toEqual([400, 404]);
    expect(touched).toEqual([]);
  });
});
