import type { CorsConfiguration } from '../assembly/read-cors.ts';
import type { HttpAnswer } from './http-answer.ts';

/** Headers of a request, by lower-cased name. */
type RequestHeaders = Readonly<Record<string, string | string[] | undefined>>;

const NO_CONTENT = 204;

/** Whether a browser asks, with this request, if a page may make another one. */
export function isPreflight(method: string | undefined, headers: RequestHeaders): boolean {
  return (
    method === 'OPTIONS' &&
    headers['origin'] !== undefined &&
    headers['access-control-request-method'] !== undefined
  );
}

/**
 * API Gateway's own answer to a preflight request: what it takes of pages of that origin, and nothing for another one
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html).
 */
export function preflightAnswer(cors: CorsConfiguration, headers: RequestHeaders): HttpAnswer {
  const allowed = originHeaders(cors, headers);
  return {
    statusCode: NO_CONTENT,
    headers:
      (allowed && {
        ...allowed,
        ...listHeader('access-control-allow-methods', cors.allowMethods),
        ...listHeader('access-control-allow-headers', cors.allowHeaders),
        ...(cors.maxAge !== undefined && { 'access-control-max-age': String(cors.maxAge) }),
      }) ||
      {},
    body: Buffer.alloc(0),
  };
}

/** An integration's answer with the configured CORS headers, in the place of any of its own. */
export function withCorsHeaders(
  answer: HttpAnswer,
  cors: CorsConfiguration,
  headers: RequestHeaders,
): HttpAnswer {
  const own = Object.entries(answer.headers).filter(([name]) => !name.startsWith('access-control-'));
  return { ...answer, headers: { ...Object.fromEntries(own), ...originHeaders(cors, headers) } };
}

/** Nothing for a request of no page, or of one that is not let in. */
function originHeaders(cors: CorsConfiguration, headers: RequestHeaders): Record<string, string> | undefined {
  const origin = headers['origin'];
  if (typeof origin !== 'string') return undefined;
  const matching = cors.allowOrigins.find(
    (allowed) => allowed === '*' || allowed === origin || isSchemeOf(allowed, origin),
  );
  if (matching === undefined) return undefined;
  return {
    'access-control-allow-origin': matching === '*' ? '*' : origin,
    ...(cors.allowCredentials && { 'access-control-allow-credentials': 'true' }),
    ...listHeader('access-control-expose-headers', cors.exposeHeaders),
  };
}

/** `https://*` is every origin of that scheme. */
function isSchemeOf(allowed: string, origin: string): boolean {
  return /^https?:\/\/\*$/.test(allowed) && origin.startsWith(allowed.slice(0, -1));
}

function listHeader(name: string, values: readonly string[]): Record<string, string> {
  return values.length === 0 ? {} : { [name]: values.join(',') };
}
