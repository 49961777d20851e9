import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { finished } from 'node:stream/promises';

import { listenOnLoopback } from '../listen-on-loopback.ts';
import { jsonAnswer, type WireAnswer, type WireRequest } from './wire-message.ts';

/** Longer than any client keeps an idle connection, so that none is reset just as it is used again. */
const KEEP_ALIVE_MS = 120_000;

/** A server on 127.0.0.1 that answers whole requests with whole answers. */
export interface WireServer {
  readonly port: number;
  /** Stops listening at once, and settles when every request that had arrived is answered. */
  close(): Promise<void>;
}

/** Opens the server. A failure of `answer` becomes an InternalServerError, which SDKs retry. */
export async function openWireServer(
  port: number,
  answer: (request: WireRequest) => Promise<WireAnswer>,
): Promise<WireServer> {
  const answering = new Set<Promise<void>>();

  async function respond(request: WireRequest, response: ServerResponse): Promise<void> {
    const { status, headers, body } = await answer(request).catch(internalError);
    response.writeHead(status, headers).end(body);
    await finished(response);
  }

  async function receive(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', url = '/', headers } = incoming;
    const body = await buffer(incoming);
    const answered = respond({ method, url, headers, body }, response);
    answering.add(answered);
    await answered.finally(() => answering.delete(answered));
  }

  const server = createServer((incoming, response) => {
    // What fails here is the connection, and nobody is left to be told.
    receive(incoming, response).catch(() => response.destroy());
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  return {
    port: await listenOnLoopback(server, port),
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      await Promise.allSettled(answering);
      server.closeAllConnections();
      await closed;
    },
  };
}

function internalError(error: unknown): WireAnswer {
  return jsonAnswer(500, {
    __type: 'InternalServerError',
    message: String(error),
  });
}
