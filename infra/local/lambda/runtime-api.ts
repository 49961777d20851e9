import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { listenOnLoopback } from '../listen-on-loopback.ts';
import { isRecord } from '../assembly/record.ts';
import { functionError, type InvocationOutcome } from './invocation-outcome.ts';

/** An invocation to hand to the runtime. */
interface PendingInvocation {
  readonly requestId: string;
  readonly functionArn: string;
  /** Milliseconds since 1970. */
  readonly deadlineMs: number;
  /** JSON. */
  readonly event: string;
}

/** What the runtime tells. */
export interface RuntimeListener {
  /** The runtime asks for an invocation: it is initialized, and idle. */
  idle(): void;
  ended(requestId: string, outcome: InvocationOutcome): void;
  initFailed(outcome: InvocationOutcome): void;
}

/** The Lambda Runtime API for one execution environment. */
export interface RuntimeApi {
  /** `host:port`, for `AWS_LAMBDA_RUNTIME_API`. */
  readonly address: string;
  /** Answers the runtime's open question for an invocation. Only call it when the runtime is idle. */
  deliver(invocation: PendingInvocation): void;
  close(): void;
}

/** Lambda's limit for a synchronous answer. */
const MAX_OUTPUT_BYTES = 6 * 1024 * 1024;
const ROUTE = /^\/2018-06-01\/runtime\/(?:(init\/error)|invocation\/(?:(next)|([\w-]+)\/(response|error)))$/;

/** Serves the Runtime API (https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html) on a free port of 127.0.0.1. */
export async function startRuntimeApi(listener: RuntimeListener): Promise<RuntimeApi> {
  let waiting: ServerResponse | undefined;

  const server = createServer((request, response) => {
    const [, init, next, requestId, verb] = ROUTE.exec(request.url ?? '') ?? [];
    if (next !== undefined) {
      waiting = response;
      listener.idle();
      return;
    }
    if (init === undefined && requestId === undefined) {
      response.writeHead(404).end();
      return;
    }
    readBody(request, (body) => {
      response.writeHead(202, { 'content-type': 'application/json' }).end('{"status":"OK"}');
      if (requestId === undefined) listener.initFailed(readError(body));
      else listener.ended(requestId, verb === 'response' ? readOutput(body) : readError(body));
    });
  });
  // A handler may take its whole timeout between two requests of one connection.
  server.keepAliveTimeout = 0;
  server.requestTimeout = 0;
  server.headersTimeout = 0;
  const port = await listenOnLoopback(server, 0);

  return {
    address: `127.0.0.1:${port}`,
    deliver(invocation) {
      waiting?.writeHead(200, {
        'content-type': 'application/json',
        'lambda-runtime-aws-request-id': invocation.requestId,
        'lambda-runtime-deadline-ms': String(invocation.deadlineMs),
        'lambda-runtime-invoked-function-arn': invocation.functionArn,
        'lambda-runtime-trace-id': traceId(invocation.requestId),
      });
      waiting?.end(invocation.event);
      waiting = undefined;
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

function readBody(request: IncomingMessage, use: (body: string) => void): void {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  // A process that dies while it talks is told of by its exit.
  request.on('error', () => {});
  request.on('end', () => use(Buffer.concat(chunks).toString()));
}

function readOutput(output: string): InvocationOutcome {
  const size = Buffer.byteLength(output);
  if (size <= MAX_OUTPUT_BYTES) return { kind: 'answered', output };
  return functionError(
    'Function.ResponseSizeTooLarge',
    `Response payload size (${size} bytes) exceeded maximum allowed payload size (${MAX_OUTPUT_BYTES} bytes).`,
  );
}

function readError(body: string): InvocationOutcome {
  const error = parse(body);
  if (!isRecord(error)) return functionError('Runtime.Unknown', body);
  return functionError(String(error['errorType']), String(error['errorMessage']));
}

/** Nothing when it is no JSON: the handler's own code may call this API, and send what it likes. */
function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/** In X-Ray's form, and not sampled. */
function traceId(requestId: string): string {
  const digits = requestId.replaceAll('-', '');
  return `Root=1-${digits.slice(0, 8)}-${digits.slice(8)};Sampled=0`;
}
