import { createServer as createHttpServer } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { text } from 'node:stream/consumers';
import type { HttpRequestInput } from '../../../functions/actions/http-request-input.ts';
import { publicNetwork } from '../../../functions/actions/http-network.ts';
import type { Network } from '../../../functions/actions/http-network.ts';
import { isPublicAddress } from '../../../functions/actions/public-address.ts';
import { listenOnLoopback } from '../../../infra/local/listen-on-loopback.ts';
import type { Certificate } from './self-signed-certificate.ts';

/** A request as a server got it. */
export interface ArrivedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Answers a request that arrived whole. */
export type Answering = (response: ServerResponse, request: ArrivedRequest) => unknown;

/** A web server of a test's own, on loopback. */
export interface WebServer extends AsyncDisposable {
  readonly port: number;
  /** What arrived, in order. */
  readonly requests: readonly ArrivedRequest[];
  /** How many connections were made to it, and how many of them are open. */
  readonly connections: { made: number; open: number };
}

/** Starts a server that answers as a test wants it; with a certificate it speaks https. */
export async function startWebServer(answer: Answering, certificate?: Certificate): Promise<WebServer> {
  const requests: ArrivedRequest[] = [];
  const connections = { made: 0, open: 0 };
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    void (async () => {
      const { method = '', url = '', headers } = request;
      const arrived = { method, path: url, headers, body: await text(request) };
      requests.push(arrived);
      await answer(response, arrived);
    })();
  };
  const server = certificate ? createHttpsServer({ ...certificate }, listener) : createHttpServer(listener);
  server.on('connection', (socket) => {
    connections.made += 1;
    connections.open += 1;
    socket.once('close', () => {
      connections.open -= 1;
    });
  });
  const port = await listenOnLoopback(server, 0);
  return {
    port,
    requests,
    connections,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

/** A network that is opened to 127.0.0.1, by plain http, and on which all names lead there, unless `names` says otherwise. */
export function loopbackNetwork({
  names = {},
  ...others
}: Partial<Network> & { readonly names?: Readonly<Record<string, readonly string[]>> } = {}): Network {
  return {
    ...publicNetwork,
    protocol: 'http:',
    resolve: async (name) => names[name] ?? ['127.0.0.1'],
    admits: (address) => address === '127.0.0.1' || isPublicAddress(address),
    ...others,
  };
}

/** An input with defaults filled in, as the schema does. */
export function inputOf(url: string, input: Partial<HttpRequestInput> = {}): HttpRequestInput {
  return { url, method: 'GET', headers: {}, body: undefined, ...input };
}
