import { reasonOf } from '../task/errors.ts';
import type { Logger } from '../task/logger.ts';
import type { HttpResponse } from './message.ts';
import { problems, problemResponse } from './problem.ts';
import { problemOfError } from './problem-of-error.ts';
import type { KnownProblem } from './problem-of-error.ts';

/** The answer of `produce`, or the problem that its error is. It never rejects: what nobody foresaw is logged and becomes a 500. */
export async function answer(logger: Logger, produce: () => Promise<HttpResponse>): Promise<HttpResponse> {
  try {
    return await produce();
  } catch (error) {
    const { code, options } = toldProblem(logger, error);
    return problemResponse(code, options);
  }
}

/**
 * The problem that an error is; a failure of ours is logged.
 * @param root where in the body the task stands that it is about, as a JSON pointer.
 */
export function toldProblem(logger: Logger, error: unknown, root = ''): KnownProblem {
  const known = problemOfError(error, root);
  if (known === undefined || problems[known.code].status >= 500) logFailure(logger, error);
  return (
    known ?? {
      code: 'internal-error',
      options: { detail: 'An error occurred that the service did not expect.' },
    }
  );
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
