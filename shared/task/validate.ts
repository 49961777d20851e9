import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { InputIssue } from './errors.ts';

/** What a schema makes of a value: the parsed value, or what is wrong with it. */
export type Validated<Value> = { readonly value: Value } | { readonly issues: readonly InputIssue[] };

/** Applies any Standard Schema. */
export async function validate<Schema extends StandardSchemaV1>(
  schema: Schema,
  value: unknown,
): Promise<Validated<StandardSchemaV1.InferOutput<Schema>>> {
  const result = await schema['~standard'].validate(value);
  if (result.issues === undefined) return { value: result.value };
  return {
    issues: result.issues.map(({ message, path = [] }) => ({
      message,
      path: path.map((step) => {
        const key = typeof step === 'object' ? step.key : step;
        return typeof key === 'symbol' ? key.toString() : key;
      }),
    })),
  };
}
