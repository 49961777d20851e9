import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findJsonLoss } from '../../../shared/http/find-json-loss.ts';

describe('what JSON.parse would lose', () => {
  test.each([
    ['{"a":1,"a":1}', ['a']],
    ['{"a":1,"b":{"a":2},"a":3}', ['a']],
    ['[{"x":0},{"b":[1],"\\u0062":2}]', [1, 'b']],
    ['{"__proto__":1,"x":{},"__proto__":2}', ['__proto__']],
    ['{"constructor":1,"constructor":2}', ['constructor']],
    ['{"":1,"":2}', ['']],
    ['{ "a" : "\\"" , "a" : 1 }', ['a']],
  ])('is a member that comes twice: %s', (text, path) => {
    expect(findJsonLoss(text)).toMatchObject({ path, message: expect.stringContaining('twice') });
  });

  test.each([
    ['9007199254740993', []],
    ['[0,[1,-9007199254740993]]', [1, 1]],
    ['{"a":{"b":[{},12345678901234567890]}}', ['a', 'b', 1]],
    [`[${'9'.repeat(308)}]`, [0]],
  ])('is an integer that becomes another: %s', (text, path) => {
    expect(findJsonLoss(text)).toMatchObject({ path, message: expect.stringContaining('integer') });
  });

  test.each([
    ['9007199254740991', 'the largest safe integer'],
    ['[9007199254740992,-9007199254740994]', 'larger ones that are exact'],
    ['100000000000000000000000', 'a power of ten that is written back as it is'],
    ['147573952589676410000', 'what JavaScript writes for 2 ** 67'],
    ['[0.1234567890123456789012,9007199254740993.5,1e400,1E+2]', 'fractions, and exponents'],
    [`[${'9'.repeat(400)}]`, 'what is no number of JavaScript’s'],
    ['{"a":{"a":{"a":["a","a"]}},"b":"a","c":["a","a",{"a":1},{"a":1}]}', 'names at other places'],
    ['{"a":"\\"b\\":1,\\"b\\":2","c":"{\\"d\\":1,\\"d\\":9007199254740993}"}', 'texts that look like JSON'],
    ['{"a":1,"A":2,"a ":3,"á":4,"a\u0301":5}', 'names that are not the same'],
    ['["9007199254740993"]', 'digits in a text'],
  ])('is nothing in %s: %s', (text) => {
    expect(findJsonLoss(text)).toBeUndefined();
  });

  test('is nothing in any text that JSON.stringify writes', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6, stringUnit: 'binary' }), fc.nat(3), (value, space) => {
        expect(findJsonLoss(JSON.stringify(value, undefined, space))).toBeUndefined();
      }),
    );
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(findJsonLoss(JSON.stringify([value, Math.round(value)]))).toBeUndefined();
      }),
    );
  });

  test('is found wherever a member of an object is repeated', () => {
    const name = fc.string({ unit: 'binary', maxLength: 5 });
    fc.assert(
      fc.property(fc.dictionary(name, fc.jsonValue(), { minKeys: 1, noNullPrototype: true }), (object) => {
        const members = Object.entries(object).map((pair) =>
          pair.map((one) => JSON.stringify(one)).join(':'),
        );
        const [first = ''] = members;
        expect(findJsonLoss(`[{${[...members, first].join(',')}}]`)).toBeDefined();
      }),
    );
  });

  test('is named by a path of which no step is long', () => {
    const long = 'k'.repeat(10_000);
    const path = findJsonLoss(`{"${long}":[1,9007199254740993]}`)?.path ?? [];
    expect(path).toEqual([expect.stringMatching(/^k{125}…$/), 1]);
  });
});
