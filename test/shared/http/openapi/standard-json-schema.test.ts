import type { StandardSchemaV1 } from '@standard-schema/spec';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { standardJsonSchemaOf, takesNothing } from '../../../../shared/http/openapi/json-schema-of.ts';
import { liftSchema } from '../../../../shared/http/openapi/lift-schema.ts';

type Validate = StandardSchemaV1.Props['validate'];

/** A schema of a library that nobody knows, which says `json` of itself. */
function foreign(json: () => unknown, validate: Validate = (value) => ({ value })): StandardSchemaV1 {
  const standard = {
    version: 1,
    vendor: 'foreign',
    validate,
    jsonSchema: { input: json, output: json },
  } as const;
  return { '~standard': standard };
}

describe('the JSON Schema of a Standard Schema', () => {
  test('is what the schema says of itself, without the dialect', () => {
    const schema = foreign(() => ({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'string',
    }));
    expect(standardJsonSchemaOf(schema)).toEqual({ type: 'string' });
  });

  test("is valibot's conversion where the schema is of valibot", () => {
    const schema = v.object({ count: v.pipe(v.string(), v.minLength(2), v.transform(Number)) });
    expect(standardJsonSchemaOf(schema)).toEqual({
      type: 'object',
      properties: { count: { type: 'string', minLength: 2 } },
      required: ['count'],
    });
  });

  test('is anything where nobody can tell', () => {
    const silent: StandardSchemaV1 = {
      '~standard': { version: 1, vendor: 'x', validate: (value) => ({ value }) },
    };
    const throwing = foreign(() => {
      throw new Error('draft-2020-12 is not supported');
    });
    const cyclic: Record<string, unknown> = {};
    cyclic['properties'] = cyclic;
    for (const schema of [
      silent,
      throwing,
      foreign(() => cyclic),
      foreign(() => 'text'),
      foreign(() => undefined),
    ]) {
      expect(standardJsonSchemaOf(schema)).toEqual({});
    }
    expect(standardJsonSchemaOf(v.optional(v.bigint(), 1n))).toEqual({});
  });

  test('leaves out a pattern that has another meaning there', () => {
    expect(standardJsonSchemaOf(v.pipe(v.string(), v.regex(/^a+$/i)))).toEqual({ type: 'string' });
    expect(standardJsonSchemaOf(v.pipe(v.string(), v.regex(/^[\w-.]+$/)))).toEqual({ type: 'string' });
    expect(standardJsonSchemaOf(v.pipe(v.string(), v.regex(/^a+$/)))).toEqual({
      type: 'string',
      pattern: '^a+$',
    });
  });
});

describe('whether a schema takes nothing', () => {
  test('is what it makes of undefined', () => {
    expect(takesNothing(v.optional(v.string()))).toBe(true);
    expect(takesNothing(v.unknown())).toBe(true);
    expect(takesNothing(v.string())).toBe(false);
  });

  test('is no where it throws, or takes its time', () => {
    const throwing = foreign(
      () => ({}),
      () => {
        throw new TypeError('Cannot read properties of undefined');
      },
    );
    const slow = foreign(
      () => ({}),
      async () => {
        throw new TypeError('too late to tell');
      },
    );
    expect(takesNothing(throwing)).toBe(false);
    expect(takesNothing(slow)).toBe(false);
  });
});

describe('a schema that becomes a component', () => {
  test('takes its definitions with it, and refers to them there', () => {
    const tree = { type: 'object', properties: { $ref: { $ref: '#/$defs/a~1b' }, root: { $ref: '#' } } };
    const schema = { ...tree, $defs: { 'a/b': { items: { $ref: '#/$defs/a~1b' } } } };
    expect(liftSchema('InputOfX', schema)).toEqual({
      InputOfX: {
        type: 'object',
        properties: {
          $ref: { $ref: '#/components/schemas/InputOfX__a_47_b' },
          root: { $ref: '#/components/schemas/InputOfX' },
        },
      },
      InputOfX__a_47_b: { items: { $ref: '#/components/schemas/InputOfX__a_47_b' } },
    });
  });

  test('keeps its data as it is', () => {
    const schema = { default: { $ref: '#/nowhere' }, enum: [{ $ref: '#' }], examples: [{ $id: 'x' }] };
    expect(liftSchema('InputOfX', schema)).toEqual({ InputOfX: schema });
  });

  test.each([
    { $ref: '#/$defs/missing' },
    { items: { $ref: 'https://example.com/schema.json' } },
    { $id: 'https://example.com/', items: { $ref: '#' } },
    { anyOf: [{ $dynamicRef: '#node' }] },
  ])('takes anything where its references cannot be followed: %j', (schema) => {
    expect(liftSchema('InputOfX', schema)).toEqual({ InputOfX: {} });
  });
});
