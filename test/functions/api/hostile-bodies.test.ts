import { gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, test } from 'vitest';
import { createApiWorld } from '../../fakes/api-world.ts';
import { expectRefusal, expectTaken, SECRET } from './expect-answer.ts';

const MIB = 1024 * 1024;
const DEEP = 100_000;

let world: ReturnType<typeof createApiWorld>;
beforeEach(() => {
  world = createApiWorld();
});

const withInput = (input: string) => `{"action":"anything","input":${input}}`;
const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
const inObjects = (levels: number) => `${'{"a":'.repeat(levels - 1)}{}${'}'.repeat(levels - 1)}`;
const secretText = withInput(`"${SECRET}"`);

function bytes(...parts: readonly (string | readonly number[])[]): Buffer {
  return Buffer.concat(
    parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from(part))),
  );
}

/** A body with these bytes within the text of its input. */
function bytesInInput(...odd: readonly number[]): Buffer {
  return bytes(`{"action":"anything","input":"${SECRET}`, odd, '"}');
}

const body = [{ pointer: '' }];

describe('bytes that are no UTF-8, or no JSON, are refused:', () => {
  test.each<[string, Buffer | string]>([
    ['a lone byte of a sequence', bytesInInput(0x80)],
    ['a sequence cut short', bytesInInput(0xe2, 0x82)],
    ['a body cut within a character', bytes(secretText.slice(0, -2), [0xc3])],
    ['an overlong slash', bytesInInput(0xc0, 0xaf)],
    ['an overlong NUL', bytesInInput(0xc0, 0x80)],
    ['an overlong quote in three bytes', bytesInInput(0xe0, 0x80, 0xa2)],
    ['a surrogate in bytes', bytesInInput(0xed, 0xa0, 0x80)],
    ['a pair of surrogates in bytes', bytesInInput(0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80)],
    ['a character beyond Unicode', bytesInInput(0xf4, 0x90, 0x80, 0x80)],
    ['Latin-1', Buffer.from(withInput('"é"'), 'latin1')],
    ['UTF-16', Buffer.from(secretText, 'utf16le')],
    ['UTF-16 with its mark', Buffer.from(`\ufeff${secretText}`, 'utf16le')],
    ['UTF-16, the other way round', Buffer.from(`\ufeff${secretText}`, 'utf16le').swap16()],
    ['UTF-32', bytes(...Array.from(secretText, (char) => [char.charCodeAt(0), 0, 0, 0]))],
    ['two byte order marks', bytes([0xef, 0xbb, 0xbf, 0xef, 0xbb, 0xbf], secretText)],
    ['a byte order mark at the end', bytes(secretText, [0xef, 0xbb, 0xbf])],
    ['a raw NUL in a text', bytesInInput(0)],
    ['a raw line break in a text', bytesInInput(0x0a)],
    ['NULs behind it', bytes(secretText, [0, 0])],
    ['a no-break space before it', `\u00a0${secretText}`],
    ['compressed bytes that do not say so', gzipSync(secretText)],
    ['only a byte order mark', bytes([0xef, 0xbb, 0xbf])],
    ['nothing but spaces', ' \r\n\t'],
    ['two values', `${secretText}${secretText}`],
    ['JSON5', `{action:'anything',input:'${SECRET}',}`],
    ['a comment', `/* ${SECRET} */${secretText}`],
    ['a number in hexadecimal', withInput('0x10')],
    ['a number with a zero before it', withInput('007')],
    ['NaN', withInput('NaN')],
    ['half an escape', withInput(`"${SECRET}\\u12"`)],
    ['an unknown escape', withInput(`"${SECRET}\\x41"`)],
  ])('%s', async (_, sent) => {
    await expectRefusal(world, { body: sent }, 400, body);
  });
});

describe('JSON that would not be kept as it was sent is refused:', () => {
  test.each<[string, string, string]>([
    ['an action that comes twice', `{"action":"anything","action":"${SECRET}"}`, '/action'],
    ['one that comes twice with the same value', '{"action":"anything","action":"anything"}', '/action'],
    ['one that comes twice, written differently', '{"action":"anything","\\u0061ction":"x"}', '/action'],
    ['an input that comes twice', '{"action":"anything","input":1,"input":2}', '/input'],
    ['a member within', withInput(`[{"a":{"b":"${SECRET}","c":2,"b":3}}]`), '/input/0/a/b'],
    ['__proto__ that comes twice', withInput('{"__proto__":1,"__proto__":2}'), '/input/__proto__'],
    ['2 ** 53 + 1', withInput('{"n":9007199254740993}'), '/input/n'],
    ['an id of 64 bits', withInput('[-9223372036854775807]'), '/input/0'],
  ])('%s', async (_, sent, pointer) => {
    await expectRefusal(world, { body: sent }, 400, [{ pointer }]);
  });

  test.each(['1e400', '-1e400', '9'.repeat(400), `1e${'9'.repeat(100_000)}`])(
    '%.20j…, which is an infinity in JavaScript',
    async (number) => {
      await expectRefusal(world, { body: withInput(`{"n":[${number}]}`) }, 422, [{ pointer: '/input/n/0' }]);
    },
  );
});

describe('absurd sizes and depths are refused:', () => {
  test.each<[string, string, number, string]>([
    ['a body of 1 MiB and 1', secretText.padEnd(MIB + 1), 413, ''],
    ['one of 1 MiB and 1 that is no JSON', SECRET.repeat(MIB / 7 + 1), 413, ''],
    ['65 levels of lists', withInput(nested(65)), 400, ''],
    ['65 levels of objects', withInput(inObjects(65)), 400, ''],
    ['100,000 levels of lists', withInput(nested(DEEP)), 400, ''],
    ['100,000 levels of objects', withInput(inObjects(DEEP)), 400, ''],
    ['100,000 levels that never end', withInput('['.repeat(DEEP)), 400, ''],
    ['100,000 levels around everything', nested(DEEP), 400, ''],
    ['256 KiB and 1 of input', withInput(`"${'x'.repeat(256 * 1024 - 1)}"`), 413, '/input'],
    ['a list of 150,000', withInput(`[${'1,'.repeat(150_000)}1]`), 413, '/input'],
    ['an action of 1 MB', `{"action":"${'a'.repeat(1e6)}"}`, 404, '/action'],
  ])('%s', async (_, sent, status, pointer) => {
    await expectRefusal(world, { body: sent }, status, [{ pointer }]);
  });

  test('10,000 unknown members, of which the first ones are named', async () => {
    const members = Array.from({ length: 10_000 }, (_, index) => `"m${index}":"${SECRET}"`);
    const result = await world.send({ body: `{"action":"anything",${members.join(',')}}` });
    expect(result).toMatchObject({ status: 400, body: { errors: expect.any(Array) } });
    expect(JSON.stringify(result)).toContain('"/m0"');
    expect(JSON.stringify(result).length).toBeLessThan(10_000);
    expect(JSON.stringify(result)).not.toContain(SECRET);
    expect(world.writes()).toBe(0);
  });
});

describe('members named like an object’s own are members like others:', () => {
  test.each(['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty'])('%s', async (name) => {
    await expectRefusal(world, { body: `{"action":"anything","${name}":{"action":"greet"}}` }, 400, [
      { pointer: `/${name}` },
    ]);
    await expectRefusal(world, { body: `{"${name}":{"action":"anything","input":1}}` }, 400, [
      { pointer: '/action' },
      { pointer: `/${name}` },
    ]);
    await expectRefusal(world, { path: `/v1/tasks?${name}=1`, body: secretText }, 400, [{ parameter: name }]);
    const input = `{"${name}":{"polluted":true},"list":[{"${name}":1}]}`;
    expect(await expectTaken(world, { body: withInput(input) })).toMatchObject({ input: { json: input } });
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });
});

describe('what is odd but says what it means is kept as it was sent:', () => {
  test.each<[string, string, string]>([
    ['an escaped NUL', '"\\u0000"', '"\\u0000"'],
    ['an escaped half of a pair', '["\\ud800","\\uDC00x"]', '["\\ud800","\\udc00x"]'],
    ['a name with one', '{"\\ud800":1}', '{"\\ud800":1}'],
    ['an escaped pair', '"\\ud83d\\ude00"', '"😀"'],
    ['the last code points', '"\uffff\u{10ffff}"', '"\uffff\u{10ffff}"'],
    ['a byte order mark in a text', '"\ufeff"', '"\ufeff"'],
    ['-0, which is 0', '-0', '0'],
    ['2 ** 53', '[9007199254740992]', '[9007199254740992]'],
    ['the smallest number', '5e-324', '5e-324'],
    ['a number too small for any', '1e-400', '0'],
    ['a fraction of 1,000 digits', `0.${'3'.repeat(1000)}`, '0.3333333333333333'],
    ['64 levels of lists', nested(64), nested(64)],
    ['64 levels of objects', inObjects(64), inObjects(64)],
    ['null', 'null', 'null'],
  ])('%s', async (_, input, json) => {
    expect(await expectTaken(world, { body: withInput(input) })).toMatchObject({ input: { json } });
  });

  test('10,000 members of an input', async () => {
    const members = Array.from({ length: 10_000 }, (_, index) => `"m${index}":${index}`);
    expect(await expectTaken(world, { body: withInput(`{${members.join(',')}}`) })).toBeDefined();
  });

  test('a body of 1 MiB to the byte, as text and in base64', async () => {
    const padded = secretText.padEnd(MIB);
    expect(await expectTaken(world, { body: padded })).toBeDefined();
    expect(await expectTaken(world, { body: Buffer.from(padded) })).toBeDefined();
  });

  test('a body after a byte order mark, as text and in base64', async () => {
    expect(await expectTaken(world, { body: `\ufeff${secretText}` })).toBeDefined();
    expect(await expectTaken(world, { body: Buffer.from(`\ufeff${secretText}`) })).toBeDefined();
  });
});
