import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { InputIssue } from './errors.ts';
import { cutToBytes } from './utf8.ts';

/** What a schema makes of a value: the parsed value, or what is wrong with it. */
export type Validated<Value> = { readonly value: Value } | { readonly issues: readonly InputIssue[] };

/** Issues beyond these are only counted: a list of 65,000 wrong elements is told by its first ones. */
const MAX_ISSUES = 20;
const MAX_MESSAGE_BYTES = 256;
const MAX_STEP_BYTES = 128;

/**
 * Applies any Standard Schema. What it says of a wrong value is told without the value, which may be a secret in the wrong
 * place, and cut to a size that always fits an answer.
 */
export async function validate<Schema extends StandardSchemaV1>(
  schema: Schema,
  value: unknown,
): Promise<Validated<StandardSchemaV1.InferOutput<Schema>>> {
  const result = await schema['~standard'].validate(value);
  if (result.issues === undefined) return { value: result.value };
  const issues = result.issues.slice(0, MAX_ISSUES).map((issue) => readIssue(issue, value));
  const more = result.issues.length - issues.length;
  return { issues: more === 0 ? issues : [...issues, { path: [], message: `and ${more} more` }] };
}

function readIssue({ message, path = [] }: StandardSchemaV1.Issue, value: unknown): InputIssue {
  const steps = path.map((step) => {
    const key = typeof step === 'object' ? step.key : step;
    return typeof key === 'symbol' ? key.toString() : key;
  });
  return {
    message: cutToBytes(withoutValue(message, valueAt(value, steps)), MAX_MESSAGE_BYTES),
    path: steps.map((step) => (typeof step === 'string' ? cutToBytes(step, MAX_STEP_BYTES) : step)),
  };
}

/** How valibot and arktype end the messages that quote a value. */
const QUOTED_VALUE = / but received .*$| \(was .*\)$/s;
/** A text shorter than this is found in any message by chance. */
const MIN_QUOTED_LENGTH = 3;

function withoutValue(message: string, value: unknown): string {
  const rule = message.replace(QUOTED_VALUE, '');
  const quotes = typeof value === 'string' && value.length >= MIN_QUOTED_LENGTH && rule.includes(value);
  return quotes ? 'is not what the schema takes' : rule;
}

function valueAt(value: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (inner, step) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, step) : undefined),
    value,
  );
}
