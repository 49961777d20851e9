import type { JsonSchema } from './open-api-document.ts';

/** A value as a schema; one that takes anything where it is no object, or a list. */
export function asSchema(value: unknown): JsonSchema {
  return isSchema(value) ? { ...value } : {};
}

/** Whether a value may be a schema: an object, and no list. */
export function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
