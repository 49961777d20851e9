import { MAX_BODY_BYTES, MAX_INPUT_BYTES, MAX_OUTPUT_BYTES } from '../../task/limits.ts';
import { problems } from '../problem.ts';
import type { ProblemCode } from '../problem.ts';
import type { JsonSchema, Named } from './open-api-document.ts';
import { schemaRef } from './open-api-document.ts';

/** What each problem says beyond its title: when it comes, and the cure. */
export const problemMeanings: Readonly<Record<ProblemCode, string>> = {
  'invalid-request':
    'A body, query parameter or header breaks its rule, or is not one of this call; `errors` names each. Correct the request.',
  'invalid-cursor': 'The cursor was cut or changed, or is of a list with other filters. Begin the list anew.',
  'tenant-missing':
    "This deployment takes the caller's tenant from a claim, and the caller's token has none. Use one that has.",
  'token-invalid': 'The Task-Token is missing, cut or changed, of another task, or its task has expired.',
  'action-not-found': 'No action of this deployment has this name. Nothing was stored.',
  'task-not-found': "No task of the caller's tenant has this id: it never was, or it has expired.",
  'not-found': 'No call of this API has this path.',
  'method-not-allowed': 'The path takes other methods; `Allow` names them.',
  'task-already-final': 'The task has ended, in another way than was asked for. It is as it was.',
  'task-not-retryable':
    'Only a task that failed or was cancelled is retried, and only while the deployment has its action.',
  'token-stale': 'A newer attempt has begun since, and has a token of its own. Nothing was changed.',
  'content-too-large': `A body has at most ${MAX_BODY_BYTES} bytes, an input ${MAX_INPUT_BYTES} and an output ${MAX_OUTPUT_BYTES} as JSON. Store it elsewhere, and pass its address.`,
  'unsupported-media-type': 'A body is `application/json`, and not compressed.',
  'input-rejected':
    "The action's schema refuses the input; `errors` names what is wrong. Nothing was stored.",
  'output-rejected': "The action's schema refuses the output. Nothing was changed.",
  'idempotency-key-reused': 'The key stands for another request. Use a new key for a new request.',
  'internal-error':
    'What nobody foresaw; it is in the log. With an idempotency key a request to create may be sent again.',
  unavailable:
    'The storage or the queue did not do its work. Send the request again after `Retry-After` seconds; of one that would have created a task, `taskCreated` says whether it did.',
};

const codes = Object.keys(problems).filter(isProblemCode);

function isProblemCode(code: string): code is ProblemCode {
  return Object.hasOwn(problems, code);
}

function problemType(code: ProblemCode): string {
  return `urn:task-system:${code}`;
}

const fault: JsonSchema = {
  type: 'object',
  description: 'What is wrong, and where: one of `pointer`, `parameter` and `header` says so.',
  properties: {
    pointer: { type: 'string', description: 'A JSON pointer (RFC 6901) into the body.' },
    parameter: { type: 'string', description: 'The name of a query parameter.' },
    header: { type: 'string', description: 'The name of a header.' },
    detail: { type: 'string', description: 'The rule that is broken.' },
  },
  required: ['detail'],
};

/** Answers that are no success: ours, and those of API Gateway, which come before ours or instead of them. */
export const problemSchemas: Named<JsonSchema> = {
  Problem: {
    type: 'object',
    description: `A problem document (RFC 9457). Decide by \`type\`:\n\n${codes
      .map((code) => `- \`${problemType(code)}\` (${problems[code].status}): ${problemMeanings[code]}`)
      .join('\n')}`,
    properties: {
      type: { type: 'string', enum: codes.map(problemType) },
      title: { type: 'string', description: 'The same for every problem of a type.' },
      status: { type: 'integer', description: "The answer's status." },
      detail: { type: 'string', description: 'What happened this time, and the cure; for people.' },
      errors: { type: 'array', items: schemaRef('Fault') },
      taskCreated: {
        type: 'boolean',
        description: `Only of \`${problemType('unavailable')}\`: whether the task is stored all the same. It then runs, a little later. Absent where that cannot be known.`,
      },
      taskId: { type: 'string', description: 'The id of that task.' },
    },
    required: ['type', 'title', 'status', 'detail'],
  },
  Fault: fault,
  GatewayError: {
    type: 'object',
    description:
      'What API Gateway answers itself: it refused the caller, or the service did not answer it. It says nothing of what became of the request.',
    properties: { message: { type: 'string' } },
    required: ['message'],
  },
};

/** The schema of a problem that has one of these codes. */
export function problemOf(allowed: readonly ProblemCode[]): JsonSchema {
  return {
    allOf: [
      schemaRef('Problem'),
      {
        type: 'object',
        properties: { type: { type: 'string', enum: allowed.map(problemType) } },
        required: ['type'],
      },
    ],
  };
}
