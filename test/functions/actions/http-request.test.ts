import { setGlobalProxyFromEnv } from 'node:http';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { requestOverHttp } from '../../../functions/actions/http-request.run.ts';
import type { HttpAnswer } from '../../../functions/actions/http-answer.ts';
import { attemptContext } from './attempt-context.ts';
import { inputOf, loopbackNetwork, startWebServer } from './loopback-network.ts';
import type { Answering, ArrivedRequest } from './loopback-network.ts';

describe('http-request', () => {
  test('returns status, headers and text of the answer, whatever the status', async () => {
    const { answer } = await ask((response) => {
      response.writeHead(
        418,
        [
          ['Content-Type', 'text/plain'],
          ['X-Many', '1'],
          ['x-many', '2'],
          ['Set-Cookie', 'a=1; Expires=Tue, 24 Nov 2026 08:00:00 GMT'],
          ['__proto__', 'polluted'],
          ['Date', 'today'],
        ].flat(),
      );
      response.end('tea ☕');
    });
    expect(answer).toEqual({
      url: expect.stringMatching(/^http:\/\/one\.test:\d+\/path\?query$/),
      status: 418,
      headers: {
        'content-type': 'text/plain',
        'x-many': '1, 2',
        'set-cookie': ['a=1; Expires=Tue, 24 Nov 2026 08:00:00 GMT'],
        ['__proto__']: 'polluted',
        date: 'today',
        connection: 'close',
        'transfer-encoding': 'chunked',
      },
      body: 'tea ☕',
    });
  });

  test('sends its own headers, which the input may replace', async () => {
    const { request } = await ask((response) => response.end());
    expect(request).toEqual({
      method: 'GET',
      path: '/path?query',
      headers: {
        host: expect.stringMatching(/^one\.test:\d+$/),
        accept: '*/*',
        'accept-encoding': 'identity',
        'user-agent': 'task-system',
        connection: 'close',
      },
      body: '',
    });
    const headers = { 'User-Agent': 'mine', ACCEPT: 'text/csv', Authorization: 'Bearer 1', Cookie: 'a=1' };
    expect((await ask((response) => response.end(), { headers })).request.headers).toMatchObject({
      'user-agent': 'mine',
      accept: 'text/csv',
      authorization: 'Bearer 1',
      cookie: 'a=1',
    });
  });

  test.each(['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const)(
    'sends a body with %s, in UTF-8 and framed',
    async (method) => {
      const { request } = await ask((response) => response.end(), { method, body: 'ä☕' });
      expect(request).toMatchObject({ method, body: 'ä☕', headers: { 'content-length': '5' } });
    },
  );

  test.each(['POST', 'PATCH'] as const)(
    "sends the task's idempotency key with %s, unless the input has one",
    async (method) => {
      expect((await ask((response) => response.end(), { method })).request.headers['idempotency-key']).toBe(
        '"key-1"',
      );
      const headers = { 'Idempotency-Key': 'mine' };
      expect(
        (await ask((response) => response.end(), { method, headers })).request.headers['idempotency-key'],
      ).toBe('mine');
    },
  );

  test.each(['HEAD', 204, 304])('returns an empty text for %s', async (how) => {
    const { answer } = await ask(
      (response) => {
        response.writeHead(typeof how === 'number' ? how : 200, {
          'content-encoding': 'gzip',
          'content-length': 99,
        });
        response.end();
      },
      how === 'HEAD' ? { method: 'HEAD' } : {},
    );
    expect(answer).toMatchObject({ body: '', headers: { 'content-encoding': 'gzip' } });
  });

  const BYTES = Buffer.from([0x66, 0xe9, 0x80]);
  test.each([
    ['text/html', Buffer.from('é'), 'é'],
    ['application/json; charset=utf-8', Buffer.from('\uFEFF{"a":1}'), '{"a":1}'],
    ['application/problem+json', Buffer.from('{}'), '{}'],
    ['image/svg+xml', Buffer.from('<svg/>'), '<svg/>'],
    ['application/x-www-form-urlencoded', Buffer.from('a=1'), 'a=1'],
    ['text/plain; charset=windows-1252', BYTES, 'fé€'],
    ['text/plain; format=flowed; Charset="UTF-16LE"', Buffer.from('fé', 'utf16le'), 'fé'],
    ['application/whatever; charset=utf-8', Buffer.from('f'), 'f'],
    [undefined, Buffer.from('fé'), 'fé'],
    ['text/plain', BYTES, undefined],
    ['text/plain; charset=utf-8', BYTES, undefined],
    ['text/plain; charset=klingon', Buffer.from('f'), undefined],
    [undefined, BYTES, undefined],
    ['application/octet-stream', Buffer.from('f'), undefined],
    ['image/png', Buffer.from('f'), undefined],
  ])('returns %s as the text that it is, or as bytes', async (type, bytes, text) => {
    const { answer } = await ask((response) => {
      if (type !== undefined) response.setHeader('content-type', type);
      response.end(bytes);
    });
    const { url: _url, status: _status, headers: _headers, ...body } = answer;
    expect(body).toEqual(text === undefined ? { bodyBase64: bytes.toString('base64') } : { body: text });
  });

  test.each([
    ['gzip', gzipSync],
    ['X-GZIP', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
    ['identity', (text: string) => text],
  ])('unpacks %s, though it did not ask for it', async (encoding, pack) => {
    const { answer } = await ask((response) => {
      response.writeHead(200, { 'content-encoding': encoding, 'content-type': 'text/plain' });
      response.end(pack('packed'));
    });
    expect(answer).toMatchObject({ body: 'packed', headers: { 'content-encoding': encoding } });
  });

  test('uses no proxy of the environment', async () => {
    await using proxy = await startWebServer((response) => response.end('from the proxy'));
    const restore = setGlobalProxyFromEnv({ http_proxy: `http://127.0.0.1:${proxy.port}` });
    try {
      expect((await ask((response) => response.end('direct'))).answer).toMatchObject({ body: 'direct' });
    } finally {
      restore();
    }
    expect(proxy.connections.made).toBe(0);
  });

  test('tries the addresses of a name in turn', async () => {
    const names = { 'one.test': ['127.0.0.3', '127.0.0.1'] };
    const network = loopbackNetwork({ names, admits: () => true });
    await using server = await startWebServer((response) => response.end('here'));
    const answer = await requestOverHttp(
      inputOf(`http://one.test:${server.port}/`),
      attemptContext(),
      3,
      network,
    );
    expect(answer).toMatchObject({ body: 'here' });
  });

  test('keeps no connection', async () => {
    await using server = await startWebServer((response) => response.end());
    const input = inputOf(`http://one.test:${server.port}/`);
    await requestOverHttp(input, attemptContext(), 3, loopbackNetwork());
    await requestOverHttp(input, attemptContext(), 3, loopbackNetwork());
    expect(server.connections.made).toBe(2);
    await expect.poll(() => server.connections.open).toBe(0);
  });
});

async function ask(
  answering: Answering,
  input: Parameters<typeof inputOf>[1] = {},
): Promise<{ readonly answer: HttpAnswer; readonly request: ArrivedRequest }> {
  await using server = await startWebServer(answering);
  const url = `http://one.test:${server.port}/path?query#fragment`;
  const answer = await requestOverHttp(inputOf(url, input), attemptContext(), 3, loopbackNetwork());
  const [request, ...others] = server.requests;
  if (request === undefined || others.length > 0)
    throw new Error(`${server.requests.length} requests arrived, not one.`);
  return { answer, request };
}
