import { connect } from 'node:net';
import { onTestFinished } from 'vitest';
import type { HttpApiDefinition } from '../../../../infra/local/assembly/read-http-api.ts';
import { openHttpFront } from '../../../../infra/local/http-api/http-front.ts';
import type { InvocationOutcome } from '../../../../infra/local/lambda/invocation-outcome.ts';

/** What stands for a function behind a front. */
export type Invoke = (event: unknown, signal?: AbortSignal) => Promise<InvocationOutcome>;

/** A front with one function behind every route, until the test is over; answers its URL. */
export async function frontOf(invoke: Invoke, settings: Partial<HttpApiDefinition> = {}): Promise<string> {
  const front = await openHttpFront(0);
  onTestFinished(() => front.close(0));
  const route = { functionName: 'any', timeoutMs: 30_000 };
  const routes = [
    { ...route, key: 'POST /items/{id}' },
    { ...route, key: '$default' },
  ];
  front.serve(
    { apiId: 'Api', stage: '$default', routes, unenforced: [], cors: undefined, ...settings },
    () => ({
      invoke,
    }),
  );
  return front.url;
}

/** Bytes to send as they are; null ends them before the server has closed the connection. */
export type RawBytes = string | Uint8Array | null;

/** What a server writes to raw bytes before it closes the connection, which it may do while they are still sent. */
export async function raw(url: string, ...bytes: readonly RawBytes[]): Promise<string> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  let answer = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => (answer += chunk));
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  socket.on('error', () => {
    // A connection that is cut tells it by its end.
  });
  for (const part of bytes) {
    if (part === null) socket.end();
    else socket.write(part);
  }
  await closed;
  return answer;
}
