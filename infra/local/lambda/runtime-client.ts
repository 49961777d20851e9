import type { IncomingMessage, RequestOptions } from 'node:http';

/** What the Runtime API says about one invocation. */
export interface RuntimeInvocation {
  readonly requestId: string;
  /** Milliseconds since 1970. */
  readonly deadlineMs: number;
  readonly functionArn: string;
  readonly traceId: string;
  readonly event: unknown;
}

/** An error in the Runtime API's words. */
export interface RuntimeError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace: readonly string[];
}

/** The calls of the Lambda Runtime API, version 2018-06-01. */
export interface RuntimeClient {
  /** Waits, without a limit, for an invocation. */
  next(): Promise<RuntimeInvocation>;
  answer(requestId: string, output: string): Promise<void>;
  fail(requestId: string, error: RuntimeError): Promise<void>;
  failInit(error: RuntimeError): Promise<void>;
}

// An import of node:http in an ES module loads undici, about 34 ms of every start; this road does not.
const http = process.getBuiltinModule('node:http');

/** A client of the Runtime API at `address` (host:port). */
export function createRuntimeClient(address: string): RuntimeClient {
  const agent = new http.Agent({ keepAlive: true });
  const call = (method: string, path: string, body?: string): Promise<[IncomingMessage, string]> =>
    new Promise((resolve, reject) => {
      const [host, port] = address.split(':');
      const options: RequestOptions = { host, port, agent, method, path: `/2018-06-01/runtime/${path}` };
      const request = http.request(options, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => resolve([response, Buffer.concat(chunks).toString()]));
      });
      request.on('error', reject);
      request.end(body);
    });
  const post = async (path: string, body: string): Promise<void> => {
    const [response, answer] = await call('POST', path, body);
    if (response.statusCode !== 202) throw new Error(`The Runtime API refused ${path}: ${answer}`);
  };
  return {
    async next() {
      const [{ headers }, body] = await call('GET', 'invocation/next');
      return {
        requestId: String(headers['lambda-runtime-aws-request-id']),
        deadlineMs: Number(headers['lambda-runtime-deadline-ms']),
        functionArn: String(headers['lambda-runtime-invoked-function-arn']),
        traceId: String(headers['lambda-runtime-trace-id']),
        event: JSON.parse(body),
      };
    },
    answer: (requestId, output) => post(`invocation/${requestId}/response`, output),
    fail: (requestId, error) => post(`invocation/${requestId}/error`, JSON.stringify(error)),
    failInit: (error) => post('init/error', JSON.stringify(error)),
  };
}

/** Whatever was thrown, in the Runtime API's words. */
export function describeError(thrown: unknown): RuntimeError {
  if (!(thrown instanceof Error))
    return { errorType: typeof thrown, errorMessage: String(thrown), trace: [] };
  return { errorType: thrown.name, errorMessage: thrown.message, trace: thrown.stack?.split('\n') ?? [] };
}
