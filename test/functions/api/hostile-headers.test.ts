import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, test } from 'vitest';
import { createApiWorld } from '../../fakes/api-world.ts';
import { expectRefusal, expectTaken, SECRET } from './expect-answer.ts';

const BODY = `{"action":"anything","input":"${SECRET}"}`;

let world: ReturnType<typeof createApiWorld>;
beforeEach(() => {
  world = createApiWorld();
});

describe('a header', () => {
  test.each([
    'application/json,text/plain',
    'application/json, application/json',
    'text/plain,application/json',
    'application/json;charset=utf-8,text/plain',
    'application/json; a="b", x',
    'application/json; a="b',
    '',
    ' ',
    ',',
    'json',
    'application/jsonp',
    'application/json/x',
    'application/ json',
    '\u0000',
    `application/json;${'"'.repeat(9999)}`,
  ])('Content-Type that is not one type of JSON is refused: %j', async (type) => {
    await expectRefusal(world, { body: BODY, headers: { 'Content-Type': type } }, 415, [
      { header: 'Content-Type' },
    ]);
  });

  test.each(['application/json; a="b,c"', 'application/json ;charset=UTF-16', 'application/vnd.x+json;a'])(
    'Content-Type of JSON is taken, whatever its parameters: %j',
    async (type) => {
      expect(await expectTaken(world, { body: BODY, headers: { 'Content-Type': type } })).toBeDefined();
    },
  );

  const codedBodies: [string, string | Buffer][] = [
    ['gzip', gzipSync(BODY)],
    ['GZip', gzipSync(BODY)],
    ['x-gzip', gzipSync(BODY)],
    ['deflate', deflateSync(BODY)],
    ['br', brotliCompressSync(BODY)],
    ...['gzip', 'zstd', 'identity,gzip', 'gzip, identity', 'gzip,gzip', '*', 'aws-chunked', ';'].map(
      (coding): [string, string] => [coding, BODY],
    ),
  ];
  test.each(codedBodies)(
    'Content-Encoding %j is refused, whether it is true or not',
    async (coding, body) => {
      await expectRefusal(world, { body, headers: { 'Content-Encoding': coding } }, 415, [
        { header: 'Content-Encoding' },
      ]);
    },
  );

  test.each(['identity', 'Identity', 'identity, identity', '', ' , '])(
    'Content-Encoding %j codes nothing, and is taken',
    async (coding) => {
      expect(await expectTaken(world, { body: BODY, headers: { 'Content-Encoding': coding } })).toBeDefined();
    },
  );

  test('of no body’s coding does not make compressed bytes JSON', async () => {
    await expectRefusal(world, { body: gzipSync(BODY) }, 400, [{ pointer: '' }]);
  });

  test.each([
    `${SECRET},b`,
    `${SECRET},${SECRET}`,
    `"${SECRET}","b"`,
    '"a", "b"',
    'a,"b"',
    ',a',
    'a,',
    ',',
    '"a"b"',
    '"a";q=1',
    'a b',
    ' a',
    'a\u007f',
    'a\u0000',
    'é',
    '"é"',
    '"',
    '"\\a"',
    '"a\\"',
    'a'.repeat(256),
    `"${'a'.repeat(256)}"`,
    '\\"'.repeat(5000),
  ])('Idempotency-Key that is not one key is refused: %j', async (key) => {
    const headers = { 'Idempotency-Key': key };
    await expectRefusal(world, { body: BODY, headers }, 400, [{ header: 'Idempotency-Key' }]);
  });

  test.each(['"a,b"', '"a, \\"b\\""', '__proto__', 'constructor', '~!#$', 'a"b'])(
    'Idempotency-Key %j is one key, which gives the same task again',
    async (key) => {
      const headers = { 'Idempotency-Key': key };
      const row = await expectTaken(world, { body: BODY, headers });
      expect(await world.send({ body: BODY, headers })).toMatchObject({ body: { id: row?.id } });
    },
  );

  const trace = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
  test.each([
    [trace, trace],
    [`${trace},${trace}`, undefined],
    [`${trace}, ${trace.replace('a', 'c')}`, undefined],
    [trace.toUpperCase(), undefined],
    [`ff${trace.slice(2)}`, undefined],
    [`${trace}\n`, undefined],
    [trace.replaceAll('a', '0'), undefined],
    [trace.replaceAll('b', '0'), undefined],
    ['', undefined],
    ['x'.repeat(9999), undefined],
  ])('traceparent %.70j goes on with the task only when it is one of version 00', async (header, kept) => {
    const row = await expectTaken(world, { body: BODY, headers: { traceparent: header } });
    expect(row?.traceparent).toBe(kept);
  });

  test.each([
    { 'Content-Length': '1' },
    { 'Content-Length': 'x' },
    JSON.parse('{"__proto__":"gzip","constructor":"x","idempotency-key ":"a,b"}'),
    { 'X-Odd': 'é\u0000,' },
  ])('that no one reads changes nothing: %j', async (headers) => {
    expect(await expectTaken(world, { body: BODY, headers })).toMatchObject({
      input: { json: `"${SECRET}"` },
    });
  });
});
