import {
  ActionNotFoundError,
  IdempotencyKeyReusedError,
  InputRejectedError,
  InputTooLargeError,
  reasonOf,
  TaskNotFoundError,
  UnavailableError,
} from '../task/errors.ts';
import type { Logger } from '../task/logger.ts';
import type { HttpResponse } from './message.ts';
import { pointerTo, problemResponse, RequestProblem } from './problem.ts';
import { taskPath } from './representation.ts';

/** How long a caller should wait before it tries again what was unavailable. */
const RETRY_AFTER_SECONDS = '5';

/** The answer of `produce`, or the problem that its error is. It never rejects: what nobody foresaw is logged and becomes a 500. */
export async function answer(logger: Logger, produce: () => Promise<HttpResponse>): Promise<HttpResponse> {
  try {
    return await produce();
  } catch (error) {
    const known = problemOf(error);
    if (known === undefined || known.status >= 500) logFailure(logger, error);
    return (
      known ??
      problemResponse('internal-error', { detail: 'An error occurred that the service did not expect.' })
    );
  }
}

function problemOf(error: unknown): HttpResponse | undefined {
  if (error instanceof RequestProblem) return error.response;
  if (error instanceof TaskNotFoundError) return problemResponse('task-not-found', { detail: error.message });
  if (error instanceof ActionNotFoundError) {
    const errors = [{ pointer: '/action', detail: 'names no action of this service' }];
    return problemResponse('action-not-found', { detail: error.message, errors });
  }
  if (error instanceof InputRejectedError) {
    const errors = error.issues.map(({ path, message }) => ({
      pointer: pointerTo('/input', path),
      detail: message,
    }));
    return problemResponse('input-rejected', { detail: error.message, errors });
  }
  if (error instanceof InputTooLargeError) {
    const errors = [{ pointer: '/input', detail: error.message }];
    return problemResponse('content-too-large', { detail: error.message, errors });
  }
  if (error instanceof IdempotencyKeyReusedError) {
    const errors = [{ header: 'Idempotency-Key', detail: 'was used before with another request' }];
    return problemResponse('idempotency-key-reused', { detail: error.message, errors });
  }
  return error instanceof UnavailableError ? unavailable(error) : undefined;
}

function unavailable({ message, taskCreated, taskId }: UnavailableError): HttpResponse {
  return problemResponse('unavailable', {
    detail: taskCreated === true ? 'The task is stored, but could not be sent to a worker yet.' : message,
    headers: {
      'retry-after': RETRY_AFTER_SECONDS,
      ...(taskCreated === true && taskId !== undefined && { location: taskPath(taskId) }),
    },
    members: {
      ...(taskCreated !== undefined && { taskCreated }),
      ...(taskCreated === true && taskId !== undefined && { taskId }),
    },
  });
}

function logFailure(logger: Logger, error: unknown): void {
  const {
    name,
    message,
    cause,
    stack = '',
  } = error instanceof Error ? error : new TypeError(`thrown: ${typeof error}`);
  // The stack begins with the message, which may quote a request.
  const frames = stack.slice(stack.indexOf(message) + message.length);
  const where = /^\s*at .*$/m.exec(frames)?.[0].trim() ?? '';
  logger.error('a request failed', {
    error: name,
    where,
    ...(cause instanceof Error && { cause: reasonOf(cause) }),
  });
}
