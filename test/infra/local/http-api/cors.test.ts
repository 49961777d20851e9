import { describe, expect, test } from 'vitest';
import type { HttpApiDefinition } from '../../../../infra/local/assembly/read-http-api.ts';
import { frontOf, type Invoke } from './open-front.ts';

const ORIGIN = 'https://example.com';
const cors = {
  allowOrigins: [ORIGIN, 'http://*'],
  allowMethods: ['GET', 'POST'],
  allowHeaders: ['authorization', 'content-type'],
  exposeHeaders: ['etag', 'location'],
  allowCredentials: false,
  maxAge: 600,
};
const jwt = {
  identitySource: '$request.header.Authorization',
  issuer: 'https://issuer.example',
  audiences: ['tasks'],
  scopes: [],
};
const route = { functionName: 'any', timeoutMs: 30_000 };
const ASKS = { 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' };
const answering: Invoke = async () => ({
  kind: 'answered',
  output: JSON.stringify({
    statusCode: 207,
    headers: { etag: '"1"', 'Access-Control-Allow-Origin': 'https://elsewhere.example' },
    body: 'of the function',
  }),
});

async function answerTo(
  method: string,
  headers: Record<string, string>,
  settings: Partial<HttpApiDefinition> = {},
) {
  const url = await frontOf(answering, { cors, ...settings });
  const response = await fetch(`${url}/v1/tasks`, { method, headers });
  const named = [...response.headers].filter(([name]) => name.startsWith('access-control-'));
  return { status: response.status, text: await response.text(), cors: Object.fromEntries(named) };
}

describe('a preflight request', () => {
  test('is answered by the front, with all that pages of that origin may do', async () => {
    expect(await answerTo('OPTIONS', { ...ASKS, origin: ORIGIN })).toEqual({
      status: 204,
      text: '',
      cors: {
        'access-control-allow-origin': ORIGIN,
        'access-control-allow-methods': 'GET,POST',
        'access-control-allow-headers': 'authorization,content-type',
        'access-control-expose-headers': 'etag,location',
        'access-control-max-age': '600',
      },
    });
  });

  test('is told nothing when it comes from elsewhere', async () => {
    const answer = await answerTo('OPTIONS', { ...ASKS, origin: 'https://example.com.evil.example' });
    expect(answer).toEqual({ status: 204, text: '', cors: {} });
  });

  test('is refused without a token where the route that takes it asks for one', async () => {
    const routes = [{ ...route, key: '$default', jwt }];
    expect((await answerTo('OPTIONS', { ...ASKS, origin: ORIGIN }, { routes })).status).toBe(401);
    const open = [...routes, { ...route, key: 'OPTIONS /{path+}' }];
    expect((await answerTo('OPTIONS', { ...ASKS, origin: ORIGIN }, { routes: open })).status).toBe(204);
  });

  test('is none without an origin and a method: the function answers', async () => {
    for (const headers of [{ origin: ORIGIN }, ASKS]) {
      expect(await answerTo('OPTIONS', headers)).toMatchObject({ status: 207, text: 'of the function' });
    }
  });
});

describe('an answer', () => {
  test('has the configured headers, in the place of the function’s own', async () => {
    expect(await answerTo('POST', { origin: ORIGIN })).toEqual({
      status: 207,
      text: 'of the function',
      cors: {
        'access-control-allow-origin': ORIGIN,
        'access-control-expose-headers': 'etag,location',
      },
    });
  });

  test.each([
    ['of a scheme that is let in as a whole', ['http://*'], 'http://localhost:5173', 'http://localhost:5173'],
    ['where every page is let in', ['*'], ORIGIN, '*'],
    ['of another scheme', ['http://*'], ORIGIN, undefined],
    ['of no page', [ORIGIN], undefined, undefined],
  ])('to a request %s', async (_, allowOrigins, origin, allowed) => {
    const headers: Record<string, string> = origin === undefined ? {} : { origin };
    const answer = await answerTo('GET', headers, { cors: { ...cors, allowOrigins } });
    expect(answer.cors['access-control-allow-origin']).toBe(allowed);
  });

  test('keeps the function’s own headers where none are configured', async () => {
    const answer = await answerTo('GET', { origin: ORIGIN }, { cors: undefined });
    expect(answer.cors).toEqual({ 'access-control-allow-origin': 'https://elsewhere.example' });
  });
});
