import {
  MAX_ERROR_MESSAGE_BYTES,
  MAX_INPUT_BYTES,
  MAX_OUTPUT_BYTES,
  MAX_PROGRESS_MESSAGE_BYTES,
} from '../../task/limits.ts';
import type { ServiceErrorCode } from '../../task/task-error.ts';
import {
  statusCancelled,
  statusFailed,
  statusStarted,
  statusStopped,
  statusSucceeded,
} from '../../task/task.ts';
import type { JsonSchema, Named } from './open-api-document.ts';
import { schemaRef } from './open-api-document.ts';

/** What the service's own error codes say. */
const SERVICE_CODES = {
  'action-failed': 'the action threw an error that has no code',
  'action-not-found': 'the deployment has no such action any more',
  'attempts-exhausted': 'its attempts were used up by workers that died or lost their lease',
  cancelled: 'the attempt stopped because a caller asked for it',
  'deadline-exceeded': 'its deadline came first',
  'input-rejected': 'the action does not take this input any more',
  'input-unreadable': 'its stored input cannot be read',
  'lease-lost': 'the attempt lost its lease, and its result with it',
  'output-rejected': "the output is not JSON, or not what the action's schema takes",
  'output-too-large': `the output has more than ${MAX_OUTPUT_BYTES} bytes of JSON`,
  timeout: 'the attempt took longer than its action may',
  undeliverable: 'it could not be handed to a worker, again and again',
  'worker-stopping': 'the worker stopped under the attempt',
} as const satisfies Readonly<Record<ServiceErrorCode, string>>;

const serviceCodes = Object.entries(SERVICE_CODES).map(([code, meaning]) => `\`${code}\` (${meaning})`);

const time = (description: string): JsonSchema => ({ type: 'string', format: 'date-time', description });
const text = (description: string): JsonSchema => ({ type: 'string', description });
const count = (description: string): JsonSchema => ({ type: 'integer', minimum: 0, description });

const taskError: JsonSchema = {
  type: 'object',
  description: 'Why an attempt did not succeed.',
  properties: {
    name: text('The name of the error.'),
    message: text(`For people; at most ${MAX_ERROR_MESSAGE_BYTES} bytes.`),
    code: text(`For programs: what the action gave, or one of the service: ${serviceCodes.join(', ')}.`),
    retryable: { type: 'boolean', description: 'Whether another attempt could have succeeded.' },
    attempt: count('The attempt that it ended, from 1; 0 when none was begun.'),
  },
  required: ['name', 'message', 'code', 'retryable', 'attempt'],
};

const progress: JsonSchema = {
  type: 'object',
  description: 'How far the newest attempt says it is.',
  properties: {
    percent: { type: 'number', minimum: 0, maximum: 100 },
    message: text(`At most ${MAX_PROGRESS_MESSAGE_BYTES} bytes; a longer one was cut.`),
  },
  required: ['percent'],
};

const input: JsonSchema = {
  description: `What the action was given: any JSON of at most ${MAX_INPUT_BYTES} bytes. Absent where none was sent.`,
};

const ofEvery = {
  id: text('Names the task; safe in a URL, and to be taken as it is.'),
  action: text('The name of the action.'),
  attempt: count('How many attempts were begun.'),
  createdAt: time('When the task was accepted.'),
  startAt: time('The time before which a delayed task is not started, as its caller asked for it.'),
  attemptStartedAt: time('When the newest attempt began.'),
  deadlineAt: time('By then the task has ended, whatever happens.'),
  cancelRequested: {
    type: 'boolean',
    const: true,
    description: 'A cancel was asked for while an attempt was running.',
  },
  retryOf: text('The id of the task that this one repeats.'),
} as const;

const ofEnded = {
  activeStatus: { type: 'string', const: statusStopped },
  stoppedAt: time('When it ended.'),
  expiresAt: time('From then on the task is as if it had never been.'),
} as const;

const everywhere = ['id', 'action', 'activeStatus', 'finalStatus', 'attempt', 'createdAt', 'deadlineAt'];

/** The kinds of task: what is true of one, and which members it has beside those of every task. */
const kinds = {
  OpenTask: {
    description: `A task that has not ended. It is \`${statusStarted}\` while it waits for a worker, runs, or waits to be completed from outside; \`${statusStopped}\` before its start.`,
    required: [],
    members: {
      activeStatus: { type: 'string', enum: [statusStarted, statusStopped] },
      finalStatus: { type: 'null' },
      progress: schemaRef('TaskProgress'),
      error: schemaRef('TaskError'),
    },
  },
  SucceededTask: {
    description: 'A task that ended with an output.',
    required: ['stoppedAt', 'expiresAt'],
    members: {
      ...ofEnded,
      finalStatus: { type: 'string', const: statusSucceeded },
      output: {
        description: `What the action returned: any JSON of at most ${MAX_OUTPUT_BYTES} bytes. Absent where it returned nothing.`,
      },
    },
  },
  FailedTask: {
    description: 'A task that ended with an error.',
    required: ['stoppedAt', 'expiresAt', 'error'],
    members: {
      ...ofEnded,
      finalStatus: { type: 'string', const: statusFailed },
      error: schemaRef('TaskError'),
    },
  },
  CancelledTask: {
    description: 'A task that ended because a caller asked for it.',
    required: ['stoppedAt', 'expiresAt'],
    members: { ...ofEnded, finalStatus: { type: 'string', const: statusCancelled } },
  },
} as const;

const described = Object.entries(kinds).map(([name, { description, required, members }]) => ({
  name,
  schema: {
    type: 'object',
    description,
    properties: { ...ofEvery, ...members },
    required: [...everywhere, ...required],
  },
}));

/** A task as the API shows it: one of four kinds, told apart by `finalStatus`. */
export const taskSchemas: Named<JsonSchema> = {
  Task: {
    description:
      'One request to execute an action, and what became of it. Once `finalStatus` is not null it never changes, nor does anything else of the task.',
    oneOf: described.map(({ name }) => schemaRef(name)),
  },
  ListedTask: {
    description: 'A task without its input and output, which may be large: fetch it to see them.',
    oneOf: described.map(({ name }) => schemaRef(`Listed${name}`)),
  },
  ...Object.fromEntries(
    described.flatMap(({ name, schema }) => {
      const { output: _output, ...listed } = { output: undefined, ...schema.properties };
      return [
        [name, { ...schema, properties: { ...schema.properties, input } }],
        [`Listed${name}`, { ...schema, properties: listed }],
      ];
    }),
  ),
  TaskError: taskError,
  TaskProgress: progress,
};
