import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { httpRequest } from '../../../functions/actions/http-request.ts';
import { validate } from '../../../shared/task/validate.ts';
import { HOSTILE_URLS } from './hostile-urls.ts';

const url = 'https://example.com/';

describe('the input of http-request', () => {
  test.each(HOSTILE_URLS)('refuses %s', async (_, hostile) => {
    expect(await issuesOf({ url: hostile })).toEqual([
      { path: ['url'], message: expect.stringMatching(/^must /) },
    ]);
  });

  test('refuses every spelling of every IPv4 address', async () => {
    const byte = fc.integer({ min: 0, max: 255 });
    await fc.assert(
      fc.asyncProperty(
        fc.tuple(byte, byte, byte, byte),
        fc.array(fc.nat(2), { minLength: 4, maxLength: 4 }),
        async ([a, b, c, d], radixes) => {
          const parts = [
            [a, b, c, d],
            [a, b, c * 256 + d],
            [a, b * 65_536 + c * 256 + d],
            [a * 16_777_216 + b * 65_536 + c * 256 + d],
          ];
          for (const numbers of parts) {
            const host = numbers.map((number, index) => spell(number, radixes[index])).join('.');
            expect(await issuesOf({ url: `https://${host}/` })).toHaveLength(1);
          }
        },
      ),
    );
  });

  test.each([
    'https://example.com',
    'HTTPS://EXAMPLE.COM:8443/a?b=c#d',
    'https://example.com./',
    'https://bücher.example/ä',
    'https://1.example.com/',
    'https://internal.example.com/',
    'https://localhost.example.com/',
    'https://example.com/?next=http://localhost/',
    'https://example.com/@localhost',
    `https://example.com/${'a'.repeat(2028)}`,
  ])('takes %s', async (good) => {
    expect(await issuesOf({ url: good })).toEqual([]);
  });

  test('fills its defaults in', async () => {
    expect(await validate(httpRequest.input, { url })).toEqual({
      value: { url, method: 'GET', headers: {} },
    });
  });

  test.each(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])(
    'takes the method %s',
    async (method) => {
      expect(await issuesOf({ url, method })).toEqual([]);
    },
  );

  test.each(['get', 'CONNECT', 'TRACE', 'QUERY', '', 'GET / HTTP/1.1\r\nX: y', null])(
    'refuses the method %j',
    async (method) => {
      expect(await issuesOf({ url, method })).toMatchObject([{ path: ['method'] }]);
    },
  );

  test.each(['GET', 'HEAD'])('refuses a body with %s, even an empty one', async (method) => {
    expect(await issuesOf({ url, method, body: '' })).toEqual([
      { path: ['body'], message: 'is not for GET and HEAD' },
    ]);
  });

  test.each(['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])('takes a body with %s', async (method) => {
    expect(await issuesOf({ url, method, body: '{"a":1}' })).toEqual([]);
  });

  test.each(
    'Accept-Encoding Connection Content-Length Expect Host HTTP2-Settings Keep-Alive Proxy-Authorization Proxy-Connection TE Trailer Transfer-Encoding Upgrade'.split(
      ' ',
    ),
  )('refuses to have the header %s set', async (name) => {
    for (const written of [name, name.toLowerCase(), name.toUpperCase()]) {
      expect(await issuesOf({ url, headers: { [written]: 'x' } })).toEqual([
        { path: ['headers', written], message: 'is set by the request itself' },
      ]);
    }
  });

  test.each(['', 'a b', 'a:', 'a\r\nHost', 'ä', 'a\u0000', 'a(b)', ' a', 'host\t'])(
    'refuses the header name %j',
    async (name) => {
      expect(await issuesOf({ url, headers: { [name]: 'x' } })).toEqual([
        { path: ['headers', name], message: 'must have a name of letters, digits and hyphens' },
      ]);
    },
  );

  test.each(['a\r\nHost: localhost', 'a\nb', 'a\u0000', '\u007f', 'ä', '\u{1F600}'])(
    'refuses the header value %j, and does not quote it',
    async (value) => {
      expect(await issuesOf({ url, headers: { 'x-secret': value } })).toEqual([
        { path: ['headers', 'x-secret'], message: 'must be visible ASCII, spaces and tabs' },
      ]);
    },
  );

  test.each([
    ['a list', ['a']],
    ['a text', 'a: b'],
    ['null', null],
    ['a number as a value', { a: 1 }],
    ['a list as a value', { a: ['1', '2'] }],
  ])('refuses %s as headers', async (_, headers) => {
    expect(await issuesOf({ url, headers })).toMatchObject([{ path: ['headers'] }]);
  });

  test('refuses a header that stands twice', async () => {
    expect(await issuesOf({ url, headers: { 'X-A': '1', 'x-a': '2' } })).toMatchObject([
      { path: ['headers', 'x-a'] },
    ]);
  });

  test('takes 64 headers of 8,192 characters, and refuses one more of either', async () => {
    const headers = Object.fromEntries(
      Array.from({ length: 64 }, (_, index) => [`x${100 + index}`, 'v'.repeat(124)]),
    );
    expect(await issuesOf({ url, headers })).toEqual([]);
    expect(await issuesOf({ url, headers: { ...headers, x100: 'v'.repeat(125) } })).toMatchObject([
      { path: ['headers'] },
    ]);
    expect(await issuesOf({ url, headers: { ...headers, x100: '', x: '' } })).toMatchObject([
      { path: ['headers'] },
    ]);
  });

  test('loses no header, whatever it is called', async () => {
    const headers: unknown = JSON.parse('{"constructor":"1","prototype":"2","__proto__":"3"}');
    expect(await validate(httpRequest.input, { url, headers })).toMatchObject({ value: { headers } });
  });

  test('refuses unknown members, and no URL at all', async () => {
    expect(await issuesOf({ url, json: {} })).toMatchObject([{ path: ['json'] }]);
    expect(await issuesOf({})).toMatchObject([{ path: ['url'] }]);
  });
});

async function issuesOf(input: unknown): Promise<readonly object[]> {
  const result = await validate(httpRequest.input, input);
  return 'issues' in result ? result.issues : [];
}

function spell(number: number, way: number | undefined): string {
  if (way === 1) return `0x${number.toString(16)}`;
  return way === 2 ? `0${number.toString(8)}` : String(number);
}
