import { describe, expect, test } from 'vitest';
import type { HttpApiDefinition } from '../../../../infra/local/assembly/read-http-api.ts';
import { frontOf, type Invoke } from './open-front.ts';

const echo: Invoke = async (event) => ({ kind: 'answered', output: JSON.stringify(event) });
const HOUR = 3600;
const now = Math.floor(Date.now() / 1000);
const jwt = {
  identitySource: '$request.header.Authorization',
  issuer: 'https://issuer.example',
  audiences: ['tasks', 'more'],
  scopes: [],
};
const claims = { iss: jwt.issuer, aud: 'tasks', sub: 'ada', exp: now + HOUR };

function part(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/** A token with these claims, whose signature is none. */
function token(values: object): string {
  return `${part({ alg: 'RS256', kid: '1' })}.${part(values)}.c2ln`;
}

function guarded(requirement: object = {}): Promise<string> {
  const route = { functionName: 'any', timeoutMs: 30_000 };
  const routes: HttpApiDefinition['routes'] = [
    { ...route, key: 'GET /open' },
    { ...route, key: '$default', jwt: { ...jwt, ...requirement } },
  ];
  return frontOf(echo, { routes });
}

async function answerTo(url: string, authorization?: string) {
  const response = await fetch(url, { headers: authorization === undefined ? {} : { authorization } });
  const body: unknown = await response.json();
  return { response, body };
}

async function expectRefusal(authorization: string | undefined, description: string | null): Promise<void> {
  const { response, body } = await answerTo(await guarded(), authorization);
  expect([response.status, body]).toEqual([401, { message: 'Unauthorized' }]);
  expect(response.headers.get('www-authenticate')).toBe(
    description === null
      ? 'Bearer'
      : `Bearer scope="" error="invalid_token" error_description="${description}"`,
  );
}

describe('a route with a JWT authorizer', () => {
  test('tells the function the claims of the token, each as a text', async () => {
    const values = {
      ...claims,
      admin: true,
      level: 1.5,
      groups: ['a', 'b c'],
      none: null,
      address: { city: 'Oslo' },
    };
    const { response, body } = await answerTo(await guarded(), `Bearer ${token(values)}`);
    expect(response.status).toBe(200);
    expect(body).toMatchObject({
      requestContext: {
        authorizer: {
          jwt: {
            claims: {
              ...claims,
              exp: String(now + HOUR),
              admin: 'true',
              level: '1.5',
              groups: '[a b c]',
              none: 'null',
              address: '{"city":"Oslo"}',
            },
            scopes: null,
          },
        },
      },
    });
  });

  test.each([
    ['without its scheme', claims],
    ['for several audiences', { ...claims, aud: ['other', 'more'] }],
    ['for a client, where it has no audience', { ...claims, aud: undefined, client_id: 'tasks' }],
    ['that began to be valid', { ...claims, nbf: now - HOUR, iat: now - HOUR }],
  ])('takes a token %s', async (_, values) => {
    expect((await answerTo(await guarded(), token(values))).response.status).toBe(200);
  });

  test.each<[string, string | undefined, string | null]>([
    ['a request without one', undefined, null],
    ['an empty one', 'Bearer ', null],
    ['a text', 'Bearer hunter2', 'the token is malformed'],
    ['four parts', `Bearer ${token(claims)}.x`, 'the token is malformed'],
    ['claims that are no object', `Bearer ${part({})}.${part([])}.x`, 'the token is malformed'],
    ['a header that is no JSON', `Bearer e.${part(claims)}.x`, 'the token is malformed'],
    [
      'another issuer',
      token({ ...claims, iss: 'https://issuer.example/' }),
      'the token has an invalid issuer',
    ],
    ['no issuer', token({ ...claims, iss: undefined }), 'the token has an invalid issuer'],
    ['another audience', token({ ...claims, aud: 'task' }), 'the token does not have a valid audience'],
    [
      'another audience, whatever its client',
      token({ ...claims, aud: 'other', client_id: 'tasks' }),
      'the token does not have a valid audience',
    ],
    ['no audience', token({ ...claims, aud: undefined }), 'the token does not have a valid audience'],
    ['an end that is over', token({ ...claims, exp: now - 1 }), 'the token has expired'],
    ['no end', token({ ...claims, exp: undefined }), 'the token has expired'],
    ['a begin that is ahead', token({ ...claims, nbf: now + HOUR }), 'the token is not valid yet'],
    ['an issue that is ahead', token({ ...claims, iat: now + HOUR }), 'the token is not valid yet'],
  ])('refuses %s', async (_, authorization, description) => {
    await expectRefusal(authorization, description);
  });

  test('asks for one of its scopes, and tells those of the token', async () => {
    const url = await guarded({ scopes: ['tasks/write', 'tasks/all'] });
    for (const scope of [{ scope: 'openid tasks/all' }, { scp: ['openid', 'tasks/all'] }]) {
      const { body } = await answerTo(url, token({ ...claims, ...scope }));
      expect(body).toMatchObject({
        requestContext: { authorizer: { jwt: { scopes: ['openid', 'tasks/all'] } } },
      });
    }
    const { response, body } = await answerTo(url, token({ ...claims, scope: 'tasks/al' }));
    expect([response.status, body]).toEqual([403, { message: 'Forbidden' }]);
    expect(response.headers.get('www-authenticate')).toContain('error="insufficient_scope"');
  });

  test('may take the token from the query', async () => {
    const url = await guarded({ identitySource: '$request.querystring.token' });
    expect((await answerTo(`${url}/?a=1&token=${token(claims)}`)).response.status).toBe(200);
    expect((await answerTo(url, token(claims))).response.status).toBe(401);
  });

  test('guards no other route', async () => {
    const { response, body } = await answerTo(`${await guarded()}/open`);
    expect(response.status).toBe(200);
    expect(body).not.toHaveProperty('requestContext.authorizer');
  });
});
