import fc from 'fast-check';
import canonicalize from 'canonicalize';
import { describe, expect, test } from 'vitest';
import { canonicalJson } from '../../../shared/task/canonical-json.ts';
import { findDepthIssue, jsonOf, renderPath } from '../../../shared/task/json.ts';

const nested = (levels: number) => JSON.parse('['.repeat(levels) + ']'.repeat(levels)) as unknown;

describe('writing JSON', () => {
  test('writes every JSON value as JSON.stringify does', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 8 }), (value) => {
        expect(jsonOf(value)).toEqual({ text: JSON.stringify(value) });
      }),
    );
  });

  test('leaves undefined members out, and writes what has a toJSON', () => {
    expect(jsonOf({ a: undefined, at: new Date(0) })).toEqual({ text: '{"at":"1970-01-01T00:00:00.000Z"}' });
    expect(jsonOf(undefined)).toEqual({ text: '' });
    expect(jsonOf(Object.create(null))).toEqual({ text: '{}' });
    expect(jsonOf(nested(64))).toEqual({ text: '['.repeat(64) + ']'.repeat(64) });
  });

  const cyclic: unknown[] = [];
  cyclic.push({ back: cyclic });
  class Point {
    readonly x = 1;
  }

  test.each([
    ['a function', () => 1, '', 'function'],
    ['a symbol within', { a: [Symbol('s')] }, '.a[0]', 'symbol'],
    ['NaN', { rows: [1, { mean: Number.NaN }] }, '.rows[1].mean', 'NaN'],
    ['an infinity', [Number.POSITIVE_INFINITY], '[0]', 'Infinity'],
    ['a BigInt', { big: 1n }, '.big', 'BigInt'],
    ['a hole in an array', [undefined], '[0]', 'undefined'],
    ['a cycle', cyclic, '[0].back', 'cycle'],
    ['a Map', { m: new Map() }, '.m', 'Map'],
    ['an instance of a class', new Point(), '', 'Point'],
    ['65 levels', nested(65), '[0]'.repeat(64), '64 levels'],
  ])('refuses %s, and tells where it is', (_name, value, path, rule) => {
    const result = jsonOf(value);
    if (!('issue' in result)) throw new Error('it was written');
    expect(renderPath('', result.issue.path)).toBe(path);
    expect(result.issue.message).toContain(rule);
  });

  test('takes the same object twice, side by side', () => {
    const shared = { a: 1 };
    expect(jsonOf([shared, shared])).toEqual({ text: '[{"a":1},{"a":1}]' });
  });

  test('reports a getter that throws instead of throwing', () => {
    const hostile = {
      get a(): never {
        throw new Error('from a getter');
      },
    };
    expect(jsonOf(hostile)).toMatchObject({ issue: { message: expect.stringContaining('from a getter') } });
  });
});

test('depth is measured without recursion, so that the deepest text is refused and not feared', () => {
  expect(findDepthIssue(nested(64))).toBeUndefined();
  expect(findDepthIssue(nested(65))).toBeDefined();
  expect(findDepthIssue(nested(65), 65)).toBeUndefined();
  expect(findDepthIssue(nested(5000))).toMatchObject({ message: expect.stringContaining('64') });
});

describe('canonical JSON', () => {
  test('is what RFC 8785 says, for every value', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6, stringUnit: 'grapheme' }), (value) => {
        expect(canonicalJson(value)).toBe(canonicalize(value));
      }),
    );
  });

  test('is the same whatever the order of members', () => {
    expect(canonicalJson({ b: [1, { d: 1, c: 2 }], a: 1e3 })).toBe('{"a":1000,"b":[1,{"c":2,"d":1}]}');
    expect(canonicalJson({ '\u{1F600}': 1, '\uFB33': 2 })).toBe('{"\u{1F600}":1,"\uFB33":2}');
  });
});
