import type { TaskClient } from '../task-client-types.ts';

/** An action of the API, as its description tells. */
export interface DescribedAction {
  readonly action: string;
  /** The JSON schema of its input; undefined where the API knows none. */
  readonly input: unknown;
}

/** The actions that the API's description names: the alternatives of the body of `createTask`. */
export async function readActions(client: TaskClient): Promise<readonly DescribedAction[]> {
  const document = await client.describe();
  const operation = operationsOf(document).find((found) => member(found, 'operationId') === 'createTask');
  const body = resolved(document, member(operation, 'requestBody'));
  const schema = resolved(document, member(body, 'content', 'application/json', 'schema'));
  const alternatives = member(schema, 'oneOf') ?? [schema];
  if (!Array.isArray(alternatives)) return [];
  return alternatives.flatMap((alternative: unknown) => {
    const found = resolved(document, alternative);
    const action = member(found, 'properties', 'action', 'const');
    const input = resolved(document, member(found, 'properties', 'input'));
    return typeof action === 'string' ? [{ action, input }] : [];
  });
}

function operationsOf(document: object): readonly unknown[] {
  const paths = member(document, 'paths') ?? {};
  return Object.values(paths).flatMap((path: unknown) => Object.values(path ?? {}));
}

/** The value that `steps` lead to, or undefined. */
function member(value: unknown, ...steps: readonly string[]): unknown {
  return steps.reduce<unknown>(
    (at, step) =>
      typeof at === 'object' && at !== null && Object.hasOwn(at, step) ? Reflect.get(at, step) : undefined,
    value,
  );
}

/** What a local reference points to (`#/components/schemas/CreateTask`); any other value as it is. */
function resolved(document: object, value: unknown): unknown {
  const reference = member(value, '$ref');
  if (typeof reference !== 'string' || !reference.startsWith('#/')) return value;
  const steps = reference.slice(2).split('/');
  return member(document, ...steps.map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~')));
}
