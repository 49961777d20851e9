import { asSchema, isSchema } from './as-schema.ts';
import type { JsonSchema } from './open-api-document.ts';

/** The same schema of an object, each of its properties replaced by what `change` makes of it; of another schema the same. */
export function mapProperties(
  schema: JsonSchema,
  change: (name: string, property: JsonSchema) => JsonSchema,
): JsonSchema {
  const { properties } = schema;
  if (!isSchema(properties)) return schema;
  return {
    ...schema,
    properties: Object.fromEntries(
      Object.entries(properties).map(([name, property]) => [name, change(name, asSchema(property))]),
    ),
  };
}
