import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { listenOnLoopback } from '../../infra/local/listen-on-loopback.ts';

/** A request of the AWS SDK: its operation, and its input as JSON. */
export interface AwsRequest {
  readonly operation: string;
  readonly input: Record<string, unknown>;
}

/** An answer of an AWS service, or undefined for none at all. */
export type AwsAnswer = { readonly status: number; readonly body: object } | undefined;

/** A server that answers the AWS SDK as a test wants it. */
export interface AnsweringServer {
  readonly url: string;
  /** What was asked, in order. */
  readonly requests: readonly AwsRequest[];
  close(): Promise<void>;
}

/** Starts a server on this machine that gives the answers of `answer`. */
export async function startAnsweringServer(
  answer: (request: AwsRequest) => AwsAnswer | Promise<AwsAnswer>,
): Promise<AnsweringServer> {
  const requests: AwsRequest[] = [];
  const server = createServer((request, response) => {
    void (async () => {
      const [, operation = ''] = String(request.headers['x-amz-target']).split('.');
      const asked = { operation, input: JSON.parse(await text(request)) };
      requests.push(asked);
      write(response, await answer(asked));
    })();
  });
  const port = await listenOnLoopback(server, 0);
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function write(response: ServerResponse, answer: AwsAnswer): void {
  if (answer === undefined) return;
  response.writeHead(answer.status, { 'Content-Type': 'application/x-amz-json-1.0' });
  response.end(JSON.stringify(answer.body));
}
