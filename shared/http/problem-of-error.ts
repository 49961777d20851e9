import {
  ActionNotFoundError,
  CompletionTokenInvalidError,
  CompletionTokenStaleError,
  CursorInvalidError,
  IdempotencyKeyReusedError,
  InputRejectedError,
  InputTooLargeError,
  TaskAlreadyFinalError,
  TaskNotFoundError,
  TaskNotRetryableError,
  TaskTimeRejectedError,
  UnavailableError,
} from '../task/errors.ts';
import { AttemptError } from '../task/task-error.ts';
import { pointerTo, RequestProblem } from './problem.ts';
import type { Fault, ProblemCode, ProblemOptions } from './problem.ts';
import { taskPath } from './representation.ts';

/** How long a caller should wait before it tries again what was unavailable. */
const RETRY_AFTER_SECONDS = '5';

/** A problem that is not sent yet. */
export interface KnownProblem {
  readonly code: ProblemCode;
  readonly options: ProblemOptions;
}

/**
 * The problem that an error of the product is, or undefined for one that nobody foresaw.
 * @param root where in the body the task stands, as a JSON pointer.
 */
export function problemOfError(error: unknown, root = ''): KnownProblem | undefined {
  if (error instanceof RequestProblem) return error;
  if (error instanceof UnavailableError) return unavailable(error);
  if (!(error instanceof Error)) return undefined;
  const known = codeOf(error, root);
  return (
    known && { code: known[0], options: { detail: error.message, ...(known[1] && { errors: known[1] }) } }
  );
}

/** The code of a problem, and the parts of the request that are at fault. */
type Coded = readonly [code: ProblemCode, errors?: readonly Fault[]];

function codeOf(error: Error, root: string): Coded | undefined {
  if (error instanceof TaskNotFoundError) return ['task-not-found'];
  if (error instanceof TaskAlreadyFinalError) return ['task-already-final'];
  if (error instanceof TaskNotRetryableError) return ['task-not-retryable'];
  if (error instanceof ActionNotFoundError) {
    return ['action-not-found', [{ pointer: `${root}/action`, detail: 'names no action of this service' }]];
  }
  if (error instanceof InputRejectedError) {
    return [
      'input-rejected',
      error.issues.map(({ path, message }) => ({
        pointer: pointerTo(`${root}/input`, path),
        detail: message,
      })),
    ];
  }
  if (error instanceof InputTooLargeError) {
    return ['content-too-large', [{ pointer: `${root}/input`, detail: error.message }]];
  }
  if (error instanceof TaskTimeRejectedError) {
    return ['invalid-request', [{ pointer: `${root}/${error.member}`, detail: `is ${error.rule}` }]];
  }
  if (error instanceof IdempotencyKeyReusedError) {
    const detail = 'was used before with another request';
    return [
      'idempotency-key-reused',
      [root === '' ? { header: 'Idempotency-Key', detail } : { pointer: `${root}/idempotencyKey`, detail }],
    ];
  }
  if (error instanceof CursorInvalidError) {
    return [
      'invalid-cursor',
      [{ parameter: 'cursor', detail: 'is not a nextCursor of this list with these filters' }],
    ];
  }
  return completionCodeOf(error);
}

function completionCodeOf(error: Error): Coded | undefined {
  if (error instanceof CompletionTokenInvalidError) {
    return ['token-invalid', [{ header: 'Task-Token', detail: 'is not a token of this task' }]];
  }
  if (error instanceof CompletionTokenStaleError) {
    return ['token-stale', [{ header: 'Task-Token', detail: 'is not of the newest attempt' }]];
  }
  if (error instanceof AttemptError && error.code === 'output-rejected') {
    return ['output-rejected', [{ pointer: '/output', detail: error.message }]];
  }
  if (error instanceof AttemptError && error.code === 'output-too-large') {
    return ['content-too-large', [{ pointer: '/output', detail: error.message }]];
  }
  return undefined;
}

function unavailable({ message, taskCreated, taskId }: UnavailableError): KnownProblem {
  return {
    code: 'unavailable',
    options: {
      detail: taskCreated === true ? 'The task is stored, but could not be sent to a worker yet.' : message,
      headers: {
        'retry-after': RETRY_AFTER_SECONDS,
        ...(taskCreated === true && taskId !== undefined && { location: taskPath(taskId) }),
      },
      members: {
        ...(taskCreated !== undefined && { taskCreated }),
        ...(taskCreated === true && taskId !== undefined && { taskId }),
      },
    },
  };
}
