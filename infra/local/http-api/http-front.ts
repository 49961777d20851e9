import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import type { HttpApiDefinition } from '../assembly/read-http-api.ts';
import { listenOnLoopback } from '../listen-on-loopback.ts';
import type { LocalFunction } from '../lambda/local-function.ts';
import { authorize } from './authorize.ts';
import { isPreflight, preflightAnswer, withCorsHeaders } from './cors.ts';
import { gatewayAnswer, httpAnswer, type HttpAnswer } from './http-answer.ts';
import { httpEvent } from './http-event.ts';
import { matchRoute } from './match-route.ts';
import { requestBody } from './request-body.ts';

/** What a route leads to. */
type Invocable = Pick<LocalFunction, 'invoke'>;

/** The port of the HTTP API, which is taken before there is anything to serve. */
export interface HttpFront {
  /** Without a slash at the end. */
  readonly url: string;
  /** Serves the API from now on; until then every request is answered with 503. */
  serve(api: HttpApiDefinition, functionNamed: (name: string) => Invocable): void;
  /** Takes no further connections, lets requests end within `graceMs`, then cuts them. */
  close(graceMs: number): Promise<void>;
}

/** API Gateway's limit for the request line and all headers. */
const MAX_HEADER_BYTES = 10_240;
/** Longer than clients keep idle connections, so that none is reset just as it is used again. */
const KEEP_ALIVE_MS = 65_000;
const REASONS: Readonly<Record<string, [number, string]>> = {
  HPE_HEADER_OVERFLOW: [431, 'Request Header Fields Too Large'],
};

/**
 * Takes a port of 127.0.0.1; 0 picks a free one.
 *
 * @throws Error when the port is taken.
 */
export async function openHttpFront(port: number): Promise<HttpFront> {
  let answer: (request: IncomingMessage, gone: AbortSignal) => Promise<HttpAnswer> = notServedYet;
  const server = createServer({ maxHeaderSize: MAX_HEADER_BYTES }, (request, response) => {
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    answer(request, gone.signal).then(
      (sent) => send(request, response, sent),
      // The caller went away, or its request broke off: there is nobody to answer.
      () => response.destroy(),
    );
  });
  server.on('clientError', (error: Error & { code?: string }, socket) => {
    if (!socket.writable) return;
    const [status, message] = REASONS[error.code ?? ''] ?? [400, 'Bad Request'];
    const body = JSON.stringify({ message });
    socket.end(
      `HTTP/1.1 ${status} ${message}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`,
    );
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  const actualPort = await listenOnLoopback(server, port);

  return {
    url: `http://127.0.0.1:${actualPort}`,
    serve(api, functionNamed) {
      answer = (request, gone) => answerRequest(request, gone, api, functionNamed);
    },
    async close(graceMs) {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      const over = new AbortController();
      await Promise.race([closed, pause(graceMs, undefined, { signal: over.signal })]);
      over.abort();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function notServedYet(): Promise<HttpAnswer> {
  return gatewayAnswer(503, 'Service Unavailable');
}

async function answerRequest(
  request: IncomingMessage,
  gone: AbortSignal,
  api: HttpApiDefinition,
  functionNamed: (name: string) => Invocable,
): Promise<HttpAnswer> {
  const receivedAt = new Date();
  const body = await requestBody(request);
  if (body === undefined) return gatewayAnswer(413, 'Request Entity Too Large');
  const path = pathInStage(request.url ?? '/', api.stage);
  const match = path === undefined ? undefined : matchRoute(api.routes, request.method ?? 'GET', path);
  if (match === undefined) return gatewayAnswer(404, 'Not Found');
  const { route, pathParameters } = match;
  const { headers } = request;
  const query = new URLSearchParams(/\?(.*)$/.exec(request.url ?? '')?.[1]);
  const caller = route.jwt && authorize(route.jwt, { headers, query }, receivedAt.getTime());
  if (caller !== undefined && 'statusCode' in caller) return caller;
  if (api.cors !== undefined && isPreflight(request.method, headers))
    return preflightAnswer(api.cors, headers);
  const requestId = randomUUID();
  const event = httpEvent(request, {
    apiId: api.apiId,
    stage: api.stage,
    routeKey: route.key,
    pathParameters,
    requestId,
    receivedAt,
    body,
    ...(caller && { authorizer: { jwt: caller } }),
  });
  const over = new AbortController();
  // A function that has begun goes on when its caller went away, or is told that time is up, as in AWS; one that has not never begins.
  const outcome = await Promise.race([
    functionNamed(route.functionName).invoke(event, AbortSignal.any([gone, over.signal])),
    pause(route.timeoutMs, undefined, { signal: over.signal }),
  ]);
  over.abort();
  const answer = outcome === undefined ? gatewayAnswer(503, 'Service Unavailable') : httpAnswer(outcome);
  const sent = api.cors === undefined ? answer : withCorsHeaders(answer, api.cors, headers);
  return { ...sent, headers: { ...sent.headers, 'apigw-requestid': requestId } };
}

/** The path without its query and without the stage's name in front; nothing when it is another stage's. */
function pathInStage(url: string, stage: string): string | undefined {
  const [path = '/'] = url.split('?');
  if (stage === '$default') return path;
  const prefix = `/${stage}`;
  if (path === prefix) return '/';
  return path.startsWith(`${prefix}/`) ? path.slice(prefix.length) : undefined;
}

function send(request: IncomingMessage, response: ServerResponse, answer: HttpAnswer): void {
  try {
    response.writeHead(answer.statusCode, { ...answer.headers, 'content-length': answer.body.length });
  } catch {
    // A header's name or value that HTTP does not allow: API Gateway calls it a malformed response.
    const error = gatewayAnswer(500, 'Internal Server Error');
    response.writeHead(error.statusCode, { ...error.headers, 'content-length': error.body.length });
    response.end(error.body);
    return;
  }
  response.end(answer.body);
  // What is left of a body that was too large is not read.
  if (!request.complete) request.socket.destroySoon();
}
