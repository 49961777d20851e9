import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { afterEach, expect, test, vi } from 'vitest';
import { httpClient } from './http-client.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

test('sends no content type of its own', async () => {
  const { headers } = await received((url) =>
    httpClient({ url, signRegion: null })('POST', '/tasks', { body: '{}' }),
  );
  expect(headers['content-type']).toBeUndefined();
  expect(headers.authorization).toBeUndefined();
});

test('signs for execute-api in the region, with the session token among the signed headers', async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY');
  vi.stubEnv('AWS_SESSION_TOKEN', 'a-session-token');
  const { headers, url } = await received((base) =>
    httpClient({ url: base, signRegion: 'eu-west-1' })('GET', '/tasks/a?wait=1'),
  );
  expect(url).toBe('/tasks/a?wait=1');
  expect(headers['x-amz-security-token']).toBe('a-session-token');
  expect(headers['x-amz-date']).toMatch(/^\d{8}T\d{6}Z$/);
  expect(headers.authorization).toMatch(
    /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/eu-west-1\/execute-api\/aws4_request, SignedHeaders=host;[a-z0-9;-]*x-amz-date;x-amz-security-token, Signature=[0-9a-f]{64}$/,
  );
});

test('names the variables that signing needs', () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', undefined);
  expect(() => httpClient({ url: 'http://127.0.0.1', signRegion: 'eu-west-1' })).toThrow(
    'set AWS_ACCESS_KEY_ID',
  );
});

/** The request that `act` sends to a server of its own. */
async function received(act: (url: string) => Promise<unknown>): Promise<IncomingMessage> {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    response.end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('The server has no port.');
    await act(`http://127.0.0.1:${address.port}`);
  } finally {
    server.close();
    server.closeAllConnections();
  }
  const [request] = requests;
  if (request === undefined) throw new Error('The server got no request.');
  return request;
}
