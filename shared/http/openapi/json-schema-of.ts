import type { StandardJSONSchemaV1, StandardSchemaV1 } from '@standard-schema/spec';
import { toJsonSchema } from '@valibot/to-json-schema';
import type * as v from 'valibot';
import { asSchema } from './as-schema.ts';
import type { JsonSchema } from './open-api-document.ts';

/** Draft 2020-12 is what OpenAPI 3.1 takes as it is. */
const TARGET = 'draft-2020-12';
/** What anything at all is valid against. */
const ANYTHING: JsonSchema = {};

/**
 * What a valibot schema takes, before its transformations, as JSON Schema. Rules that JSON Schema cannot state are left out: what the
 * schema takes is always valid against the result, and the converse nearly so.
 */
export function jsonSchemaOf(schema: v.GenericSchema): JsonSchema {
  const { $schema: _dialect, ...converted } = toJsonSchema(schema, {
    typeMode: 'input',
    target: TARGET,
    errorMode: 'ignore',
    overrideAction: ({ valibotAction, jsonSchema }) => {
      const rule: object = valibotAction;
      const requirement = 'requirement' in rule ? rule.requirement : undefined;
      if (!(requirement instanceof RegExp) || isStatable(requirement)) return undefined;
      const { pattern: _unstatable, ...others } = jsonSchema;
      return others;
    },
  });
  return converted;
}

/** Whether a pattern means the same as a JSON Schema has it: without flags, and compiled with `u` by many who read it. */
function isStatable({ source, flags }: RegExp): boolean {
  try {
    return /^[dguv]*$/.test(flags) && new RegExp(source, 'u').source === source;
  } catch {
    return false;
  }
}

/**
 * What any Standard Schema takes, as JSON Schema: by its own word where it has one (Standard JSON Schema), by its library where that is valibot,
 * else anything. It never throws: no user's schema shall stop a synth for the sake of its description.
 */
export function standardJsonSchemaOf(schema: StandardSchemaV1): JsonSchema {
  try {
    const own = hasJsonSchema(schema) ? schema['~standard'].jsonSchema.input({ target: TARGET }) : undefined;
    const found: unknown = own ?? (isValibot(schema) ? jsonSchemaOf(schema) : ANYTHING);
    // A default may be a date or a bigint: what has no JSON is refused here, not when the whole document is written.
    const { $schema: _dialect, ...plain } = asSchema(JSON.parse(JSON.stringify(found)));
    return plain;
  } catch {
    return ANYTHING;
  }
}

/** Whether a schema takes a value that is left out. An asynchronous one does not say in time, and counts as one that does not. */
export function takesNothing(schema: StandardSchemaV1): boolean {
  try {
    const result = schema['~standard'].validate(undefined);
    if (!(result instanceof Promise)) return result.issues === undefined;
    result.catch(() => undefined);
    return false;
  } catch {
    return false;
  }
}

function hasJsonSchema(schema: StandardSchemaV1): schema is StandardSchemaV1 & StandardJSONSchemaV1 {
  return 'jsonSchema' in schema['~standard'];
}

function isValibot(schema: StandardSchemaV1): schema is v.GenericSchema {
  return schema['~standard'].vendor === 'valibot';
}
