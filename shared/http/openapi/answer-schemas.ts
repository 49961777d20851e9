import type { Action } from '../../task/action.ts';
import { MAX_BATCH_TASKS } from '../../task/limits.ts';
import type { ProblemCode } from '../problem.ts';
import type { JsonSchema, Named } from './open-api-document.ts';
import { schemaRef } from './open-api-document.ts';
import type { ActionSchemas } from './action-schemas.ts';
import { problemOf } from './problem-schemas.ts';
import { sampleTasks } from './sample-tasks.ts';

/** What may be wrong with one task of a batch. */
const BATCH_PROBLEMS: readonly ProblemCode[] = [
  'invalid-request',
  'action-not-found',
  'content-too-large',
  'input-rejected',
  'idempotency-key-reused',
  'internal-error',
  'unavailable',
];

const result: JsonSchema = {
  type: 'object',
  description:
    'What became of one task of a batch: `status` is what a request for it alone had been answered with.',
  oneOf: [
    {
      type: 'object',
      title: 'CreatedInBatch',
      properties: {
        status: { type: 'integer', enum: [200, 202] },
        task: schemaRef('ListedTask'),
        replayed: {
          type: 'boolean',
          const: true,
          description: 'The idempotency key was used before, and this is the task that it stands for.',
        },
      },
      required: ['status', 'task'],
    },
    {
      type: 'object',
      title: 'RefusedInBatch',
      properties: { status: { type: 'integer', minimum: 400 }, problem: problemOf(BATCH_PROBLEMS) },
      required: ['status', 'problem'],
    },
  ],
};

/** Bodies of successful answers that are no task. */
export const answerSchemas: Named<JsonSchema> = {
  TaskPage: {
    type: 'object',
    description:
      'Part of a list. It may be short, even empty, and still not the last one: only `nextCursor` tells.',
    properties: {
      tasks: { type: 'array', items: schemaRef('ListedTask') },
      nextCursor: {
        type: 'string',
        description:
          'Names the next page; absent from the last one. To be taken as it is, with the same filters.',
      },
    },
    required: ['tasks'],
  },
  BatchResult: {
    type: 'object',
    properties: {
      results: {
        type: 'array',
        description: 'In the order of the request.',
        items: schemaRef('TaskResult'),
        minItems: 1,
        maxItems: MAX_BATCH_TASKS,
      },
    },
    required: ['results'],
  },
  TaskResult: result,
  ApiDescription: { type: 'object', description: 'An OpenAPI document.' },
  Health: {
    type: 'object',
    properties: { status: { type: 'string', const: 'ok' } },
    required: ['status'],
  },
  Degraded: {
    type: 'object',
    description: 'Why the service cannot do its work.',
    properties: {
      status: { type: 'string', const: 'degraded' },
      reason: {
        type: 'string',
        enum: ['storage', 'clock'],
        description: '`storage`: the table does not answer. `clock`: nobody looked for overdue tasks lately.',
      },
    },
    required: ['status', 'reason'],
  },
};

/** Bodies of successful answers, by the component that each is; about an action of the deployment, where one has an example. */
export function sampleAnswers({ examples }: ActionSchemas, actions: readonly Action[]): Named<unknown> {
  const [request = { action: actions[0]?.name ?? 'my-action', input: {} }] = Object.values(examples).map(
    ({ value }) => value,
  );
  const tasks = sampleTasks(request);
  const { input: _ofSucceeded, ...listed } = tasks.SucceededTask;
  const { input: _ofOpen, ...accepted } = tasks.OpenTask;
  return {
    ...tasks,
    TaskPage: { tasks: [listed] },
    BatchResult: { results: [{ status: 202, task: accepted }] },
    Health: { status: 'ok' },
    Degraded: { status: 'degraded', reason: 'storage' },
  };
}
