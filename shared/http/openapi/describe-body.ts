import {
  MAX_ERROR_MESSAGE_BYTES,
  MAX_INPUT_BYTES,
  MAX_OUTPUT_BYTES,
  MAX_PROGRESS_MESSAGE_BYTES,
} from '../../task/limits.ts';
import type { CallName, PartSchema } from '../calls.ts';
import { calls } from '../calls.ts';
import type { ActionSchemas } from './action-schemas.ts';
import { jsonSchemaOf } from './json-schema-of.ts';
import { mapProperties } from './map-properties.ts';
import type { Example, JsonSchema, MediaType, Named } from './open-api-document.ts';
import { schemaRef } from './open-api-document.ts';

type BodyName = {
  [Name in CallName]: (typeof calls)[Name] extends { body: PartSchema } ? Name : never;
}[CallName];

/** The component that each call's body is. */
const COMPONENTS: Readonly<Record<BodyName, string>> = {
  createTask: 'TaskRequest',
  createTasks: 'BatchRequest',
  cancelTask: 'EmptyRequest',
  retryTask: 'EmptyRequest',
  succeedTask: 'SucceedRequest',
  failTask: 'FailRequest',
  heartbeatTask: 'HeartbeatRequest',
};

/** What the members of requests are, by name. */
const MEMBERS: Named<string> = {
  action: 'The name of the action to execute.',
  input: `What the action gets: JSON of at most ${MAX_INPUT_BYTES} bytes, which its schema takes.`,
  startAt: 'When the task shall start (RFC 3339); at once where it is not said.',
  deadlineAt: 'By when the task has to have ended (RFC 3339).',
  idempotencyKey:
    'Makes this task safe to ask for again, as the header Idempotency-Key does; the key itself, without quotes.',
  tasks: 'The tasks to create. What is wrong with one does not concern the others.',
  output: `What the task results in: JSON of at most ${MAX_OUTPUT_BYTES} bytes, which its action's output schema takes, if it has one.`,
  error: 'Why the task has failed.',
  message: `For people. In an error at most ${MAX_ERROR_MESSAGE_BYTES} bytes, in a progress ${MAX_PROGRESS_MESSAGE_BYTES}; a longer one is cut.`,
  name: 'The name of the error; `Error` where it is not said.',
  code: 'For programs; `action-failed` where it is not said.',
  progress: 'How far the work is.',
  percent: 'From 0 to 100.',
};

/** Bodies of requests: the components that they are. */
export function bodySchemas(actions: ActionSchemas): Named<JsonSchema> {
  const others = Object.keys(COMPONENTS)
    .filter(isBodyName)
    .filter((name) => name !== 'createTask' && name !== 'createTasks')
    .map((name) => [COMPONENTS[name], jsonSchemaOf(calls[name].body)] as const);
  const schemas: Named<JsonSchema> = {
    ...actions.components,
    [COMPONENTS.createTask]: actions.createBody,
    [COMPONENTS.createTasks]: mapProperties(jsonSchemaOf(calls.createTasks.body), (name, schema) =>
      name === 'tasks' ? { ...schema, items: schemaRef('TaskInBatch') } : schema,
    ),
    TaskInBatch: actions.batchTask,
    ...Object.fromEntries(others),
  };
  return Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [
      name,
      name.startsWith('InputOf') || name.startsWith('OutputOf') ? schema : withTexts(schema),
    ]),
  );
}

/** The body of a call, or undefined for one that has none. */
export function describeBody(name: CallName, actions: ActionSchemas): MediaType | undefined {
  if (!isBodyName(name)) return undefined;
  const examples = examplesOf(name, actions);
  return {
    schema: schemaRef(COMPONENTS[name]),
    ...(Object.keys(examples).length > 0 && { examples }),
  };
}

function examplesOf(name: BodyName, { examples }: ActionSchemas): Named<Example> {
  switch (name) {
    case 'createTask':
      return examples;
    case 'createTasks': {
      const tasks = Object.values(examples).map(({ value }) => value);
      return tasks.length === 0 ? {} : { batch: { value: { tasks } } };
    }
    case 'succeedTask':
      return { approved: { value: { output: { approved: true } } } };
    case 'failTask':
      return { refused: { value: { error: { message: 'The editor refused it.', code: 'refused' } } } };
    case 'heartbeatTask':
      return { 'half way': { value: { progress: { percent: 50, message: 'half way' } } } };
    default:
      return {};
  }
}

function withTexts(schema: JsonSchema): JsonSchema {
  return mapProperties(schema, (name, property) => ({
    ...withTexts(property),
    ...(MEMBERS[name] !== undefined && { description: MEMBERS[name] }),
  }));
}

function isBodyName(name: string): name is BodyName {
  return Object.hasOwn(COMPONENTS, name);
}
