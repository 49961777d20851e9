import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openHttpFront } from '../../../../infra/local/http-api/http-front.ts';
import { functionError } from '../../../../infra/local/lambda/invocation-outcome.ts';
import { frontOf, raw, type Invoke } from './open-front.ts';

const echo: Invoke = async (event) => ({ kind: 'answered', output: JSON.stringify(event) });

function returning(output: unknown): Invoke {
  return async () => ({ kind: 'answered', output: JSON.stringify(output) });
}

/** Waits until its signal aborts, as an invocation does that finds no environment. */
function waitingFor(gaveUp: PromiseWithResolvers<void>, begun?: PromiseWithResolvers<void>): Invoke {
  return async (_event, signal) => {
    signal?.addEventListener('abort', () => gaveUp.resolve());
    begun?.resolve();
    await gaveUp.promise;
    return functionError('ServiceException', 'dropped');
  };
}

describe('an event', () => {
  test('is of payload format 2.0', async () => {
    const url = await frontOf(echo);
    const { port } = new URL(url);
    const answer = await raw(
      url,
      [
        'POST /items/a%20b?x=1&x=2&y=%26&empty= HTTP/1.1',
        `Host: 127.0.0.1:${port}`,
        'User-Agent: test',
        'X-Twice: one',
        'X-TWICE: two',
        'Cookie: a=1; b=2',
        'Content-Type: application/json; charset=utf-8',
        'Content-Length: 10',
        'Connection: close',
        '',
        '{"a":"ü"}',
      ].join('\r\n'),
    );
    const event: unknown = JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4));
    expect(event).toEqual({
      version: '2.0',
      routeKey: 'POST /items/{id}',
      rawPath: '/items/a b',
      rawQueryString: 'x=1&x=2&y=%26&empty=',
      cookies: ['a=1', 'b=2'],
      headers: {
        host: `127.0.0.1:${port}`,
        'user-agent': 'test',
        'x-twice': 'one,two',
        'content-type': 'application/json; charset=utf-8',
        'content-length': '10',
        connection: 'close',
        'x-forwarded-for': '127.0.0.1',
        'x-forwarded-port': port,
        'x-forwarded-proto': 'http',
      },
      queryStringParameters: { x: '1,2', y: '&', empty: '' },
      requestContext: {
        accountId: '000000000000',
        apiId: 'Api',
        domainName: '127.0.0.1',
        domainPrefix: '127',
        http: {
          method: 'POST',
          path: '/items/a b',
          protocol: 'HTTP/1.1',
          sourceIp: '127.0.0.1',
          userAgent: 'test',
        },
        requestId: expect.stringMatching(/^[\da-f-]{36}$/),
        routeKey: 'POST /items/{id}',
        stage: '$default',
        time: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
        timeEpoch: expect.any(Number),
      },
      pathParameters: { id: 'a b' },
      body: '{"a":"ü"}',
      isBase64Encoded: false,
    });
  });

  test('has no cookies, parameters or body where the request has none', async () => {
    const event: unknown = await (await fetch(await frontOf(echo))).json();
    for (const name of ['cookies', 'queryStringParameters', 'pathParameters', 'body']) {
      expect(event).not.toHaveProperty(name);
    }
    expect(event).toMatchObject({ rawPath: '/', rawQueryString: '', isBase64Encoded: false });
  });

  test.each([
    ['text/csv', 'a,b', 'a,b', false],
    ['application/xml', '<a/>', '<a/>', false],
    ['application/x-www-form-urlencoded', 'a=b', 'YT1i', true],
    ['application/octet-stream', 'abc', 'YWJj', true],
    ['application/json', new Uint8Array([0xff, 0x61]), '/2E=', true],
  ])('holds a body of %s as API Gateway would', async (contentType, sent, body, isBase64Encoded) => {
    const response = await fetch(await frontOf(echo), {
      method: 'POST',
      headers: { 'content-type': contentType },
      body: sent,
    });
    expect(await response.json()).toMatchObject({ body, isBase64Encoded });
  });
});

describe('an answer', () => {
  test('has the status, headers, cookies and body that the function gives', async () => {
    const headers = { 'X-One': 1, Location: '/x' };
    const output = { statusCode: 201, headers, cookies: ['a=1', 'b=2'], body: 'é' };
    const response = await fetch(await frontOf(returning(output)));
    expect(response.status).toBe(201);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'x-one': '1',
      location: '/x',
      'content-type': 'text/plain;charset=utf-8',
      'content-length': '2',
    });
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(await response.text()).toBe('é');
  });

  test.each([
    [{ statusCode: '204' }, 204, ''],
    [{ statusCode: 200, body: 'YWJj', isBase64Encoded: true }, 200, 'abc'],
    [{ bare: true }, 200, '{"bare":true}'],
    ['text', 200, 'text'],
    [null, 200, 'null'],
    [{ statusCode: 99 }, 500, '{"message":"Internal Server Error"}'],
    [{ statusCode: 200, body: {} }, 500, '{"message":"Internal Server Error"}'],
    [{ statusCode: 200, headers: { 'a b': 'c' } }, 500, '{"message":"Internal Server Error"}'],
  ])('to the output %j is %i', async (output, status, body) => {
    const response = await fetch(await frontOf(returning(output)));
    expect([response.status, await response.text()]).toEqual([status, body]);
  });

  test('is API Gateway’s own when the function fails, and tells nothing', async () => {
    const response = await fetch(await frontOf(async () => functionError('Error', 'secret')));
    expect([response.status, await response.json()]).toEqual([500, { message: 'Internal Server Error' }]);
  });

  test('is 503 when the function outlasts the integration’s timeout', async () => {
    const url = await frontOf(() => new Promise(() => {}), {
      routes: [{ key: '$default', functionName: 'any', timeoutMs: 50 }],
    });
    const response = await fetch(url);
    expect([response.status, await response.json()]).toEqual([503, { message: 'Service Unavailable' }]);
  });

  test('is not waited for by the function once its caller is told that time is up', async () => {
    const gaveUp = Promise.withResolvers<void>();
    const url = await frontOf(waitingFor(gaveUp), {
      routes: [{ key: '$default', functionName: 'any', timeoutMs: 50 }],
    });
    expect((await fetch(url)).status).toBe(503);
    await gaveUp.promise;
  });

  test('is not waited for by the function once its caller hung up', async () => {
    const begun = Promise.withResolvers<void>();
    const gaveUp = Promise.withResolvers<void>();
    const url = await frontOf(waitingFor(gaveUp, begun));
    const caller = new AbortController();
    const answer = fetch(url, { signal: caller.signal });
    await begun.promise;
    caller.abort();
    await expect(answer).rejects.toMatchObject({ name: 'AbortError' });
    await gaveUp.promise;
  });

  test('is 404 where no route is', async () => {
    const response = await fetch(await frontOf(echo, { routes: [] }));
    expect([response.status, await response.json()]).toEqual([404, { message: 'Not Found' }]);
  });

  test('is 413 to a body above 10 MB, and 431 to headers above 10 KB', async () => {
    const url = await frontOf(echo);
    const large = await fetch(url, { method: 'POST', body: Buffer.alloc(10 * 1024 * 1024 + 1) });
    expect([large.status, await large.json()]).toEqual([413, { message: 'Request Entity Too Large' }]);
    const long = await fetch(url, { headers: { 'x-long': 'x'.repeat(10_240) } });
    expect([long.status, await long.json()]).toEqual([431, { message: 'Request Header Fields Too Large' }]);
  });

  test('reaches the next caller after one went away in the middle of its request', async () => {
    const url = await frontOf(echo);
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    await once(socket, 'connect');
    socket.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nhalf');
    socket.destroy();
    await once(socket, 'close');
    expect((await fetch(url)).status).toBe(200);
  });
});

describe('a stage with a name', () => {
  test('stands in front of every path, and in the event’s', async () => {
    const url = await frontOf(echo, { stage: 'test' });
    const answer: unknown = await (await fetch(`${url}/test/items/7`, { method: 'POST' })).json();
    expect(answer).toMatchObject({ rawPath: '/test/items/7', routeKey: 'POST /items/{id}' });
    expect((await fetch(`${url}/items/7`)).status).toBe(404);
  });
});

describe('a front that serves nothing yet', () => {
  test('answers 503', async () => {
    const front = await openHttpFront(0);
    onTestFinished(() => front.close(0));
    expect((await fetch(front.url)).status).toBe(503);
  });
});
