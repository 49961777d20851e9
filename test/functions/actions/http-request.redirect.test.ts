import { describe, expect, test } from 'vitest';
import type { HttpAnswer } from '../../../functions/actions/http-answer.ts';
import type { HttpRequestInput } from '../../../functions/actions/http-request-input.ts';
import { requestOverHttp } from '../../../functions/actions/http-request.run.ts';
import { attemptContext } from './attempt-context.ts';
import { inputOf, loopbackNetwork, startWebServer } from './loopback-network.ts';
import type { Answering, ArrivedRequest } from './loopback-network.ts';

const SECRETS = { authorization: 'Bearer 1', cookie: 'a=1', 'x-api-key': 'k', 'idempotency-key': 'i' };
const HARMLESS = { accept: 'text/csv', 'accept-language': 'sv', 'user-agent': 'mine' };

describe('http-request follows redirects', () => {
  test.each([301, 302, 303, 307, 308])('after %i, to where a relative location leads', async (status) => {
    const { answer, requests } = await follow(redirectFrom('/a/b', status, '../c?d#e'), '/a/b');
    expect(answer).toMatchObject({ status: 200, body: 'end', url: expect.stringMatching(/:\d+\/c\?d$/) });
    expect(requests.map((request) => request.path)).toEqual(['/a/b', '/c?d']);
  });

  test.each([
    [301, 'POST', 'GET'],
    [302, 'POST', 'GET'],
    [303, 'POST', 'GET'],
    [307, 'POST', 'POST'],
    [308, 'POST', 'POST'],
    [301, 'PUT', 'PUT'],
    [302, 'DELETE', 'DELETE'],
    [303, 'PUT', 'GET'],
    [303, 'HEAD', 'HEAD'],
    [302, 'HEAD', 'HEAD'],
  ] as const)('with %i, %s becomes %s', async (status, method, next) => {
    const isBodied = method !== 'HEAD';
    const { requests } = await follow(redirectFrom('/', status, '/next'), '/', {
      method,
      headers: { ...SECRETS, 'Content-Type': 'text/plain' },
      ...(isBodied && { body: 'body' }),
    });
    const [first, second] = requests;
    expect(first).toMatchObject({ method, body: isBodied ? 'body' : '' });
    const isKept = isBodied && next === method;
    expect(second).toMatchObject({ method: next, body: isKept ? 'body' : '', headers: SECRETS });
    expect(second?.headers['content-type']).toBe(isKept || next === 'HEAD' ? 'text/plain' : undefined);
    expect(second?.headers['content-length']).toBe(isKept ? '4' : undefined);
  });

  test.each(['http://other.test', 'http://sub.one.test', '//other.test'])(
    'to the other origin %s with harmless headers only, and not with more on the way back',
    async (origin) => {
      const { requests } = await follow(
        (response, { path, headers }) => {
          const port = String(headers.host).split(':')[1];
          if (path === '/') response.writeHead(302, { location: `${origin}:${port}/other` });
          if (path === '/other') response.writeHead(302, { location: `http://one.test:${port}/back` });
          response.end();
        },
        '/',
        { headers: { ...SECRETS, ...HARMLESS } },
      );
      expect(requests.map((request) => request.path)).toEqual(['/', '/other', '/back']);
      expect(requests[0]?.headers).toMatchObject({ ...SECRETS, ...HARMLESS });
      for (const { headers } of requests.slice(1)) {
        expect(headers).toMatchObject(HARMLESS);
        expect(Object.keys(headers).filter((name) => name in SECRETS)).toEqual([]);
      }
    },
  );

  test('to another origin after a POST that becomes a GET', async () => {
    const { requests } = await follow(redirectFrom('/', 303, 'http://other.test:PORT/'), '/', {
      method: 'POST',
      body: 'secret',
    });
    expect(requests[1]).toMatchObject({ method: 'GET', body: '', headers: { host: /^other\.test/ } });
  });

  test.each([307, 308])('with a body to its own origin only, after %i', async (status) => {
    const followed = follow(redirectFrom('/', status, 'http://other.test:PORT/'), '/', {
      method: 'PUT',
      body: 'secret',
    });
    await expect(followed).rejects.toMatchObject({
      name: 'PermanentError',
      code: 'redirect-refused',
      message:
        'one.test redirects the PUT to other.test, and a body is sent to the origin of the input only: name the other one in the input.',
    });
  });

  test('five times, and reads no body on the way', async () => {
    const { answer, requests } = await follow((response, { path }) => {
      const count = Number(path.slice(1));
      if (count < 5) response.writeHead(302, { location: `/${count + 1}` });
      // A redirect's body that never ends must not keep anybody waiting.
      if (count < 5) response.write('x');
      else response.end('end');
    }, '/0');
    expect(answer).toMatchObject({ body: 'end' });
    expect(requests).toHaveLength(6);
  });

  test('not a sixth time, as in a loop', async () => {
    await expect(
      follow((response) => response.writeHead(302, { location: '/' }).end(), '/'),
    ).rejects.toMatchObject({
      name: 'PermanentError',
      code: 'too-many-redirects',
      message: 'one.test redirects once more, after 5 redirects: name their end in the input.',
    });
  });

  test.each([
    [300, '/next'],
    [304, '/next'],
    [305, '/next'],
    [201, '/next'],
    [302, undefined],
  ])('but not from %i with the location %s', async (status, location) => {
    const { answer } = await follow(
      (response) => response.writeHead(status, location === undefined ? {} : { location }).end(),
      '/',
    );
    expect(answer.status).toBe(status);
  });
});

async function follow(
  answering: Answering,
  path: string,
  input: Partial<HttpRequestInput> = {},
): Promise<{ readonly answer: HttpAnswer; readonly requests: readonly ArrivedRequest[] }> {
  await using server = await startWebServer(answering);
  const url = `http://one.test:${server.port}${path}`;
  const answer = await requestOverHttp(inputOf(url, input), attemptContext(), 3, loopbackNetwork());
  return { answer, requests: server.requests };
}

/** Redirects `path`, and answers every other one; PORT in the location is the server's. */
function redirectFrom(path: string, status: number, location: string): Answering {
  return (response, request) => {
    if (request.path !== path || String(request.headers.host).startsWith('other')) {
      response.end('end');
      return;
    }
    const port = String(request.headers.host).split(':')[1] ?? '';
    response.writeHead(status, { location: location.replace('PORT', port) }).end();
  };
}
