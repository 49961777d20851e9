import { describe, expect, test } from 'vitest';
import { requestOverHttp } from '../../../functions/actions/http-request.run.ts';
import { publicNetwork } from '../../../functions/actions/http-network.ts';
import { attemptContext } from './attempt-context.ts';
import { HOSTILE_URLS } from './hostile-urls.ts';
import { inputOf, loopbackNetwork, startWebServer } from './loopback-network.ts';

const PUBLIC = '93.184.215.14';

describe('http-request in production', () => {
  test.each([
    ['loopback', ['127.0.0.1']],
    ['another loopback', ['127.0.0.53']],
    ['this host', ['0.0.0.0']],
    ['metadata', ['169.254.169.254']],
    ['private addresses', ['10.0.0.1', '10.0.0.2']],
    ['an address of its VPC', ['172.31.0.2']],
    ['a home router', ['192.168.0.1']],
    ["an address behind carriers' NAT", ['100.64.0.1']],
    ['multicast', ['239.255.255.250']],
    ['broadcast', ['255.255.255.255']],
    ['a public and a private address', [PUBLIC, '10.0.0.1']],
    ['a private and a public address', ['10.0.0.1', PUBLIC]],
    ['a public address and IPv6 loopback', [PUBLIC, '::1']],
    ['IPv6 metadata', ['fd00:ec2::254']],
    ['IPv6 link-local', ['fe80::1']],
    ['a mapped address', ['::ffff:10.0.0.1']],
    ['a mapped public address', [`::ffff:${PUBLIC}`]],
    ['metadata behind NAT64', ['64:ff9b::a9fe:a9fe']],
    ['loopback in 6to4', ['2002:7f00:1::1']],
    ['Teredo', ['2001:0:4136:e378:8000:63bf:3fff:fdd2']],
    ['what is no address', ['localhost']],
  ])('connects to no name that leads to %s', async (_, addresses) => {
    const network = { ...publicNetwork, resolve: async () => addresses };
    const asking = requestOverHttp(
      inputOf('https://rebound.example.com/secret'),
      attemptContext(),
      3,
      network,
    );
    await expect(asking).rejects.toMatchObject({
      name: 'PermanentError',
      code: 'address-refused',
      message:
        'rebound.example.com leads to a private, local or reserved address, and requests go to the public internet only: name a host there.',
    });
  });

  test.each(HOSTILE_URLS)('makes no request to %s, though no schema looked at it', async (_, url) => {
    await expect(requestOverHttp(inputOf(url), attemptContext(), 3)).rejects.toMatchObject({
      name: 'PermanentError',
      code: 'url-refused',
    });
  });
});

describe('http-request against names that change', () => {
  test('looks a name up once, and connects to what it looked at', async () => {
    await using server = await startWebServer((response) => response.end('here'));
    const answers = [['127.0.0.1'], ['127.0.0.2']];
    const network = loopbackNetwork({ resolve: async () => answers.shift() ?? [] });
    const url = `http://rebound.test:${server.port}/`;
    expect(await requestOverHttp(inputOf(url), attemptContext(), 3, network)).toMatchObject({ body: 'here' });
    expect(answers).toHaveLength(1);
  });

  test.each(['/again', 'http://other.test:PORT/again'])(
    'looks again at the name of each redirect, and refuses a second answer inside: %s',
    async (location) => {
      await using server = await startWebServer((response, { headers }) => {
        const port = String(headers.host).split(':')[1] ?? '';
        response.writeHead(302, { location: location.replace('PORT', port) }).end();
      });
      const answers = [['127.0.0.1'], ['127.0.0.2']];
      const network = loopbackNetwork({ resolve: async () => answers.shift() ?? [] });
      const asking = requestOverHttp(
        inputOf(`http://rebound.test:${server.port}/`),
        attemptContext(),
        3,
        network,
      );
      await expect(asking).rejects.toMatchObject({ name: 'PermanentError', code: 'address-refused' });
      expect(server.connections.made).toBe(1);
    },
  );

  test('does not connect at all when one of the addresses is inside', async () => {
    await using server = await startWebServer((response) => response.end());
    const network = loopbackNetwork({ names: { 'one.test': ['127.0.0.1', '127.0.0.2'] } });
    const asking = requestOverHttp(inputOf(`http://one.test:${server.port}/`), attemptContext(), 3, network);
    await expect(asking).rejects.toMatchObject({ code: 'address-refused' });
    expect(server.connections.made).toBe(0);
  });
});
