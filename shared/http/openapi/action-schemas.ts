import type { Action } from '../../task/action.ts';
import { batchTask, createBody } from '../bodies.ts';
import { asSchema } from './as-schema.ts';
import { jsonSchemaOf, standardJsonSchemaOf, takesNothing } from './json-schema-of.ts';
import { liftSchema } from './lift-schema.ts';
import type { Example, JsonSchema, Named } from './open-api-document.ts';
import { schemaRef } from './open-api-document.ts';
import type { SampleRequest } from './sample-tasks.ts';

/** What the document says of the actions of a deployment. */
export interface ActionSchemas {
  readonly components: Named<JsonSchema>;
  /** The body of a request to create a task: one alternative an action. */
  readonly createBody: JsonSchema;
  /** One task of a batch: likewise. */
  readonly batchTask: JsonSchema;
  /** Bodies that create a task, by the action's name: those whose schemas have an example of an input. */
  readonly examples: Named<Example & { readonly value: SampleRequest }>;
}

/**
 * Describes actions by their schemas. Of an action `csv-profile` come the components `CreateCsvProfile`, `BatchedCsvProfile`,
 * `InputOfCsvProfile` and, where it has an output schema, `OutputOfCsvProfile`. Without any action the bodies are described for any.
 */
export function actionSchemas(actions: readonly Action[]): ActionSchemas {
  const described = actions.map(describeAction);
  const examples = described.flatMap(({ name, inputs: [first] }) =>
    first === undefined ? [] : [[name, { value: { action: name, input: first.input } }] as const],
  );
  return {
    components: Object.assign({}, ...described.map(({ components }) => components)),
    createBody: oneOfActions(actions, 'Create', jsonSchemaOf(createBody)),
    batchTask: oneOfActions(actions, 'Batched', jsonSchemaOf(batchTask)),
    examples: Object.fromEntries(examples),
  };
}

interface DescribedAction {
  readonly name: string;
  readonly components: Named<JsonSchema>;
  /** At most one: an input may be undefined or null. */
  readonly inputs: readonly { readonly input: unknown }[];
}

function describeAction({ name, input, output }: Action): DescribedAction {
  const typeName = typeNameOf(name);
  const inputSchema = standardJsonSchemaOf(input);
  const requests = [
    [`Create${typeName}`, jsonSchemaOf(createBody)],
    [`Batched${typeName}`, jsonSchemaOf(batchTask)],
  ] as const;
  const examples: readonly unknown[] = Array.isArray(inputSchema['examples']) ? inputSchema['examples'] : [];
  return {
    name,
    components: {
      ...Object.fromEntries(
        requests.map(([component, schema]) => [component, requestOf(name, schema, takesNothing(input))]),
      ),
      ...liftSchema(`InputOf${typeName}`, inputSchema),
      ...(output && liftSchema(`OutputOf${typeName}`, standardJsonSchemaOf(output))),
    },
    inputs: examples.slice(0, 1).map((example) => ({ input: example })),
  };
}

/** The request of one action: as for any, with this name and input. */
function requestOf(name: string, schema: JsonSchema, inputIsOptional: boolean): JsonSchema {
  return {
    ...schema,
    properties: {
      ...asSchema(schema['properties']),
      action: { type: 'string', const: name },
      input: schemaRef(`InputOf${typeNameOf(name)}`),
    },
    required: inputIsOptional ? ['action'] : ['action', 'input'],
  };
}

function oneOfActions(actions: readonly Action[], prefix: string, ofAny: JsonSchema): JsonSchema {
  const refs = actions.map(({ name }) => [name, schemaRef(prefix + typeNameOf(name))] as const);
  if (refs.length === 0) return ofAny;
  return {
    type: 'object',
    oneOf: refs.map(([, ref]) => ref),
    discriminator: {
      propertyName: 'action',
      mapping: Object.fromEntries(refs.map(([name, { $ref }]) => [name, $ref])),
    },
  };
}

/** `CsvProfile` of `csv-profile`; of two names never the same: a digit keeps its hyphen, as `_`. */
function typeNameOf(name: string): string {
  return name.replaceAll(/(^|-)([a-z0-9])/g, (_, start: string, sign: string) =>
    start === '-' && /\d/.test(sign) ? `_${sign}` : sign.toUpperCase(),
  );
}
