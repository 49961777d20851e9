import { isRecord } from '../assembly/record.ts';
import type { InvocationOutcome } from '../lambda/invocation-outcome.ts';

/** An answer to send. */
export interface HttpAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: Buffer;
}

/** Headers that belong to the connection, which API Gateway never takes from a function. */
const CONNECTION_HEADERS = new Set([
  'connection',
  'content-length',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
  'trailer',
]);
const INTERNAL_SERVER_ERROR = 500;

/** An answer of API Gateway's own: `{"message": …}`. */
export function gatewayAnswer(statusCode: number, message: string): HttpAnswer {
  return {
    statusCode,
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify({ message })),
  };
}

/**
 * What API Gateway makes of a function's outcome, payload format 2.0: a response when the output has a `statusCode`, else a 200 with
 * the output as JSON. A failed function, and a malformed response, are a 500 that tells nothing.
 */
export function httpAnswer(outcome: InvocationOutcome): HttpAnswer {
  if (outcome.kind === 'function-error') return internalError();
  const output = parse(outcome.output);
  if (!isRecord(output) || output['statusCode'] === undefined) {
    return {
      statusCode: 200,
      headers: { 'content-type': 'application/json' },
      body: Buffer.from(typeof output === 'string' ? output : outcome.output),
    };
  }
  const statusCode = Number(output['statusCode']);
  const body = output['body'] ?? '';
  if (!Number.isInteger(statusCode) || statusCode < 200 || statusCode > 599 || typeof body !== 'string') {
    return internalError();
  }
  const headers: Record<string, string | string[]> = { 'content-type': 'text/plain;charset=utf-8' };
  for (const [name, value] of Object.entries(isRecord(output['headers']) ? output['headers'] : {})) {
    const lowerCased = name.toLowerCase();
    if (!CONNECTION_HEADERS.has(lowerCased)) headers[lowerCased] = String(value);
  }
  const cookies: unknown = output['cookies'];
  if (Array.isArray(cookies) && cookies.length > 0) headers['set-cookie'] = cookies.map(String);
  return {
    statusCode,
    headers,
    body: Buffer.from(body, output['isBase64Encoded'] === true ? 'base64' : 'utf8'),
  };
}

function internalError(): HttpAnswer {
  return gatewayAnswer(INTERNAL_SERVER_ERROR, 'Internal Server Error');
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return json;
  }
}
