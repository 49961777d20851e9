import type { Context } from 'aws-lambda';
import type { CallName } from '../http/calls.ts';
import { findCall } from '../http/find-call.ts';
import { emptyResponse } from '../http/message.ts';
import type { HttpRequest, HttpResponse } from '../http/message.ts';
import { RequestProblem } from '../http/problem.ts';
import type { Clock } from '../task/clock.ts';
import type { Logger } from '../task/logger.ts';
import { ANSWER_MARGIN_MS, inTime } from './in-time.ts';
import { serveHttp } from './serve-http.ts';
import type { HttpHandler } from './serve-http.ts';

/** A request of a call. */
export interface CallRequest extends HttpRequest {
  /** The id of a task in its path, whatever its shape; '' where the call has none. */
  readonly id: string;
  /** When the request came: waits count from then. */
  readonly arrivedAt: number;
  /** When the answer must be on its way, in milliseconds since 1970. */
  readonly answerBy: number;
}

/** Answers the requests of one call. */
export type CallHandler = (request: CallRequest) => Promise<HttpResponse>;

/**
 * Makes a handler that answers some calls of the API; any other request gets 404, 405 or the methods that its path takes. An answer that
 * does not come in the function's time is a 503, or the caller would get API Gateway's without a reason.
 */
export function serveCalls(
  { logger, clock }: { readonly logger: Logger; readonly clock: Clock },
  handlers: Readonly<Partial<Record<CallName, CallHandler>>>,
): HttpHandler {
  return serveHttp(logger, async (request, context: Context) => {
    const call = findCall(request);
    if ('allow' in call) return emptyResponse(204, { allow: call.allow });
    const handler = handlers[call.name];
    if (handler === undefined) {
      throw new RequestProblem('not-found', { detail: 'This function does not answer this call.' });
    }
    const leftMs = context.getRemainingTimeInMillis() - ANSWER_MARGIN_MS;
    const arrivedAt = clock.now();
    const answer = handler({ ...request, id: call.id, arrivedAt, answerBy: arrivedAt + leftMs });
    return inTime(clock, leftMs + ANSWER_MARGIN_MS / 2, answer);
  });
}
