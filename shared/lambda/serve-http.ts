import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { answer } from '../http/answer.ts';
import type { HttpRequest, HttpResponse } from '../http/message.ts';
import { problemResponse } from '../http/problem.ts';
import type { Logger } from '../task/logger.ts';
import { memberOf } from './member-of.ts';

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
  const headers = memberOf(event, 'headers');
  const texts = [
    memberOf(memberOf(memberOf(event, 'requestContext'), 'http'), 'method'),
    memberOf(event, 'rawPath'),
    memberOf(event, 'rawQueryString'),
    ...(typeof headers === 'object' && headers !== null ? Object.values(headers) : [undefined]),
  ];
  return (
    texts.every((text) => typeof text === 'string') &&
    isReadable(memberOf(event, 'body') ?? '', memberOf(event, 'isBase64Encoded') ?? false)
  );
}

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** Whether a body stands for bytes. Node would skip what is no base64, and change a text that is no UTF-16. */
function isReadable(body: unknown, isBase64Encoded: unknown): boolean {
  if (typeof body !== 'string') return false;
  if (isBase64Encoded === true) return body.length % 4 === 0 && BASE64.test(body);
  return isBase64Encoded === false && body.isWellFormed();
}

function requestOf(event: APIGatewayProxyEventV2): HttpRequest {
  return {
    method: event.requestContext.http.method.toUpperCase(),
    path: event.rawPath,
    query: new URLSearchParams(event.rawQueryString),
    claims: claimsOf(event),
    headers: event.headers,
    body: Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8'),
  };
}

/** What the authorizer says of the caller: a token's claims, a Lambda authorizer's context, or an IAM identity. */
function claimsOf(event: APIGatewayProxyEventV2): HttpRequest['claims'] {
  const authorizer = memberOf(event.requestContext, 'authorizer');
  const said = [
    memberOf(memberOf(authorizer, 'jwt'), 'claims'),
    memberOf(authorizer, 'lambda'),
    memberOf(authorizer, 'iam'),
  ];
  return Object.assign({}, ...said.filter((claims) => typeof claims === 'object' && claims !== null));
}

function resultOf({ status, headers, body }: HttpResponse): APIGatewayProxyStructuredResultV2 {
  return { statusCode: status, headers: { ...headers }, body };
}
