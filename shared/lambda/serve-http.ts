import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { answer } from '../http/answer.ts';
import type { HttpRequest, HttpResponse } from '../http/message.ts';
import { problemResponse } from '../http/problem.ts';
import type { Logger } from '../task/logger.ts';

/** A function behind an HTTP API. */
export type HttpHandler = (event: unknown, context: Context) => Promise<APIGatewayProxyStructuredResultV2>;

/**
 * Makes a handler that answers requests of an HTTP API, payload format 2.0:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html. It never rejects: an
 * event that is no such request is one line in the log and a 400, what nobody foresaw a 500.
 */
export function serveHttp(
  logger: Logger,
  respond: (request: HttpRequest, context: Context) => Promise<HttpResponse>,
): HttpHandler {
  return async (event, context) => {
    if (!isHttpEvent(event)) {
      logger.error('the function was invoked with an event that is no request of an HTTP API');
      const detail = 'The event is no request of an HTTP API, payload format 2.0.';
      return resultOf(problemResponse('invalid-request', { detail }));
    }
    const request = requestOf(event);
    const response = await answer(logger, () => respond(request, context));
    return resultOf(request.method === 'HEAD' ? { ...response, body: '' } : response);
  };
}

function isHttpEvent(event: unknown): event is APIGatewayProxyEventV2 {
  const method = member(member(member(event, 'requestContext'), 'http'), 'method');
  return (
    typeof method === 'string' &&
    typeof member(event, 'rawPath') === 'string' &&
    typeof member(event, 'rawQueryString') === 'string' &&
    typeof member(event, 'headers') === 'object' &&
    member(event, 'headers') !== null
  );
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function requestOf(event: APIGatewayProxyEventV2): HttpRequest {
  return {
    method: event.requestContext.http.method.toUpperCase(),
    path: event.rawPath,
    query: new URLSearchParams(event.rawQueryString),
    headers: event.headers,
    body: Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8'),
  };
}

function resultOf({ status, headers, body }: HttpResponse): APIGatewayProxyStructuredResultV2 {
  return { statusCode: status, headers: { ...headers }, body };
}
