import type { IncomingMessage } from 'node:http';
import { isUtf8 } from 'node:buffer';
import { LOCAL_ACCOUNT } from '../assembly/local-account.ts';
import { decode } from './match-route.ts';

/** What a request is, besides its own message. */
export interface HttpEventContext {
  readonly apiId: string;
  readonly stage: string;
  readonly routeKey: string;
  readonly pathParameters: Readonly<Record<string, string>>;
  readonly requestId: string;
  readonly receivedAt: Date;
  readonly body: Buffer;
  /** What an authorizer says of the caller, such as `{ jwt: { claims, scopes } }`. */
  readonly authorizer?: object;
}

const TEXT_TYPES = new Set(['application/json', 'application/javascript', 'application/xml']);
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/**
 * The event that API Gateway makes of a request, payload format 2.0
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html). As there, the path is
 * decoded and the query string is not, duplicate headers and parameters are joined by commas, and a body is text only for JSON, XML,
 * JavaScript and `text/*`.
 */
export function httpEvent(request: IncomingMessage, context: HttpEventContext): object {
  const [path = '/', query = ''] = splitOnce(request.url ?? '/', '?');
  const { cookie, ...headers } = request.headersDistinct;
  const joined = Object.entries(headers).map(([name, values]) => [name, (values ?? []).join(',')]);
  const cookies = (cookie ?? []).flatMap((line) => line.split(/;\s*/)).filter((entry) => entry !== '');
  const parameters = queryParameters(query);
  const host = request.headers.host ?? 'localhost';
  const isText = isTextual(request.headers['content-type']) && isUtf8(context.body);
  return {
    version: '2.0',
    routeKey: context.routeKey,
    rawPath: decode(path),
    rawQueryString: query,
    ...(cookies.length > 0 && { cookies }),
    headers: {
      ...Object.fromEntries(joined),
      'x-forwarded-for': request.socket.remoteAddress ?? '127.0.0.1',
      'x-forwarded-port': String(request.socket.localPort ?? ''),
      'x-forwarded-proto': 'http',
    },
    ...(Object.keys(parameters).length > 0 && { queryStringParameters: parameters }),
    requestContext: {
      accountId: LOCAL_ACCOUNT,
      apiId: context.apiId,
      ...(context.authorizer && { authorizer: context.authorizer }),
      domainName: host.replace(/:\d+$/, ''),
      domainPrefix: host.split(/[.:]/)[0],
      http: {
        method: request.method,
        path: decode(path),
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: request.socket.remoteAddress ?? '127.0.0.1',
        userAgent: request.headers['user-agent'] ?? '',
      },
      requestId: context.requestId,
      routeKey: context.routeKey,
      stage: context.stage,
      time: commonLogTime(context.receivedAt),
      timeEpoch: context.receivedAt.getTime(),
    },
    ...(Object.keys(context.pathParameters).length > 0 && { pathParameters: context.pathParameters }),
    ...(context.body.length > 0 && { body: context.body.toString(isText ? 'utf8' : 'base64') }),
    isBase64Encoded: context.body.length > 0 && !isText,
  };
}

function queryParameters(query: string): Record<string, string> {
  const parameters: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(query)) {
    const earlier = Object.hasOwn(parameters, name) ? `${parameters[name]},` : '';
    // Defined, not assigned: the name is the caller's, and may be `__proto__`.
    Object.defineProperty(parameters, name, {
      value: earlier + value,
      configurable: true,
      enumerable: true,
      writable: true,
    });
  }
  return parameters;
}

function isTextual(contentType: string | undefined): boolean {
  const type = contentType?.split(';')[0]?.trim().toLowerCase() ?? '';
  return type.startsWith('text/') || TEXT_TYPES.has(type);
}

/** `24/Nov/2026:03:46:00 +0000`. */
function commonLogTime(date: Date): string {
  const day = `${twoDigits(date.getUTCDate())}/${MONTHS[date.getUTCMonth()]}/${date.getUTCFullYear()}`;
  return `${day}:${twoDigits(date.getUTCHours())}:${twoDigits(date.getUTCMinutes())}:${twoDigits(date.getUTCSeconds())} +0000`;
}

function splitOnce(text: string, separator: string): string[] {
  const at = text.indexOf(separator);
  return at === -1 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
