import { describe, expect, test } from 'vitest';
import { matchRoute } from '../../../../infra/local/http-api/match-route.ts';

const ROUTES = [
  '$default',
  'ANY /v1/{rest+}',
  'GET /v1/tasks/{id}',
  'GET /v1/tasks/newest',
  'POST /v1/tasks',
  'ANY /v1/tasks',
  'POST /v1/tasks/{id}/cancel',
].map((key) => ({ key }));

function match(method: string, path: string, routes = ROUTES): unknown[] | undefined {
  const found = matchRoute(routes, method, path);
  return found && [found.route.key, found.pathParameters];
}

describe('a request', () => {
  test.each([
    ['POST', '/v1/tasks', 'POST /v1/tasks', {}],
    ['DELETE', '/v1/tasks', 'ANY /v1/tasks', {}],
    ['GET', '/v1/tasks/newest', 'GET /v1/tasks/newest', {}],
    ['GET', '/v1/tasks/7', 'GET /v1/tasks/{id}', { id: '7' }],
    ['POST', '/v1/tasks/7/cancel', 'POST /v1/tasks/{id}/cancel', { id: '7' }],
    ['PUT', '/v1/tasks/7', 'ANY /v1/{rest+}', { rest: 'tasks/7' }],
    ['GET', '/v1/tasks/', 'ANY /v1/{rest+}', { rest: 'tasks/' }],
    ['GET', '/v2', '$default', {}],
    ['GET', '/v1', '$default', {}],
  ])('%s %s takes the most specific route, %s', (method, path, key, parameters) => {
    expect(match(method, path)).toEqual([key, parameters]);
    expect(match(method, path, ROUTES.toReversed())).toEqual([key, parameters]);
  });

  test('has a variable that is one whole segment, decoded', () => {
    expect(match('GET', '/v1/tasks/a%2Fb%20c')).toEqual(['GET /v1/tasks/{id}', { id: 'a/b c' }]);
    expect(match('GET', '/v1/tasks/100%')).toEqual(['GET /v1/tasks/{id}', { id: '100%' }]);
  });

  test('has no route when there is no default', () => {
    expect(match('GET', '/v2', [{ key: 'GET /v1' }])).toBeUndefined();
  });
});
