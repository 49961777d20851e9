import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { HttpAnswer } from '../../../functions/actions/http-answer.ts';
import type { HttpRequestInput } from '../../../functions/actions/http-request-input.ts';
import { requestOverHttp } from '../../../functions/actions/http-request.run.ts';
import type { Network } from '../../../functions/actions/http-network.ts';
import { attemptContext } from './attempt-context.ts';
import { HOSTILE_URLS } from './hostile-urls.ts';
import { inputOf, loopbackNetwork, startWebServer } from './loopback-network.ts';
import type { WebServer } from './loopback-network.ts';
import { selfSignedCertificate } from './self-signed-certificate.ts';

const certificate = selfSignedCertificate('one.test', 'other.test');
let server: WebServer;
/** Where the server redirects to, if anywhere. */
let location: string;

beforeAll(async () => {
  server = await startWebServer((response) => {
    if (location === '') response.end('secret');
    else response.writeHead(302, { location }).end();
  }, certificate);
});

beforeEach(() => {
  location = '';
});

afterAll(() => server[Symbol.asyncDispose]());

describe('http-request over TLS', () => {
  test('checks the certificate against the name in the URL', async () => {
    expect(await ask('one.test')).toMatchObject({ status: 200, body: 'secret' });
    expect(await ask('OTHER.test.')).toMatchObject({ status: 200, body: 'secret' });
  });

  test.each([
    ['of another name', 'third.test', {}, 'ERR_TLS_CERT_ALTNAME_INVALID'],
    [
      'that nobody trusts',
      'one.test',
      { ca: selfSignedCertificate('one.test').cert },
      'DEPTH_ZERO_SELF_SIGNED_CERT',
    ],
  ])('sends nothing to a server with a certificate %s', async (_, host, network, code) => {
    const before = server.requests.length;
    await expect(ask(host, { method: 'POST', body: 'secret' }, network)).rejects.toMatchObject({
      name: 'RetryableError',
      code: 'connection-failed',
      message: `${host} could not be reached: ${code}.`,
    });
    expect(server.requests).toHaveLength(before);
  });

  test('trusts no certificate because the environment says so', async () => {
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
    try {
      const { ca: _ca, ...network } = networkOf();
      await expect(
        requestOverHttp(inputOf(urlOf('one.test')), attemptContext(), 3, network),
      ).rejects.toMatchObject({
        code: 'connection-failed',
      });
    } finally {
      Reflect.deleteProperty(process.env, 'NODE_TLS_REJECT_UNAUTHORIZED');
    }
  });

  test('takes a server that does not speak it for one that cannot be reached', async () => {
    await using plain = await startWebServer((response) => response.end());
    await expect(
      requestOverHttp(
        inputOf(`https://one.test:${plain.port}/`, { method: 'POST' }),
        attemptContext(),
        3,
        networkOf(),
      ),
    ).rejects.toMatchObject({ code: 'connection-failed' });
  });
});

describe('http-request redirected by a public server', () => {
  // Without slashes it is a path on the server that redirects.
  test.each(HOSTILE_URLS.filter(([, url]) => url !== 'https:localhost'))('refuses %s', async (_, url) => {
    const before = server.requests.length;
    // A header has no line ends, and other characters than ASCII are bytes of UTF-8 in it.
    location = Buffer.from(url.replaceAll('\n', '')).toString('latin1');
    await expect(ask('one.test')).rejects.toMatchObject({
      name: 'PermanentError',
      code: 'url-refused',
      message: expect.stringMatching(/^one\.test redirects to another URL, which must [^?]*\.$/),
    });
    expect(server.requests).toHaveLength(before + 1);
  });
});

async function ask(
  host: string,
  input: Partial<HttpRequestInput> = {},
  network: Partial<Network> = {},
): Promise<HttpAnswer> {
  return requestOverHttp(inputOf(urlOf(host), input), attemptContext(), 3, { ...networkOf(), ...network });
}

function urlOf(host: string): string {
  return `https://${host}:${server.port}/`;
}

function networkOf(): Network {
  return loopbackNetwork({ protocol: 'https:', ca: certificate.cert });
}
