import { EventEmitter } from 'node:events';
import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';

import dynalite from 'dynalite';

import { listenOnLoopback } from '../listen-on-loopback.ts';
import { openStorage } from './open-storage.ts';
import { targetOperation, type WireAnswer, type WireRequest } from '../wire/wire-message.ts';

const TARGET_PREFIX = 'DynamoDB_20120810.';

/** dynalite in this process, reached without a socket. */
export interface Engine {
  /** Answers a caller's request as dynalite does, errors included. */
  handle(request: WireRequest): Promise<WireAnswer>;
  /** Calls an operation of DynamoDB on our own behalf. */
  call(operation: string, input: object): Promise<WireAnswer>;
  close(): Promise<void>;
}

/** Opens dynalite in memory, or in a directory that nobody else may have open. */
export async function openEngine(directory: string | undefined): Promise<Engine> {
  const instant = { createTableMs: 0, deleteTableMs: 0 };
  const storage = directory === undefined ? undefined : await openStorage(directory);
  const server = dynalite(directory === undefined ? instant : { ...instant, path: directory });
  // dynalite closes its database only behind a server that listens; nothing is sent to this port.
  await listenOnLoopback(server, 0);

  const handle = (request: WireRequest): Promise<WireAnswer> =>
    new Promise((resolve) => {
      const { method, url, headers, body } = request;
      const incoming = Object.assign(new EventEmitter(), { method, url, headers });
      server.emit('request', incoming, new CollectedResponse(resolve));
      // Not from a stream: what dynalite throws at a request it did not expect must come here, or it ends the process.
      incoming.emit('data', body);
      incoming.emit('end');
    });

  return {
    handle,
    call: (operation, input) =>
      handle({
        method: 'POST',
        url: '/',
        headers: { ...OWN_HEADERS, 'x-amz-target': `${TARGET_PREFIX}${operation}` },
        body: Buffer.from(JSON.stringify(input)),
      }),
    async close() {
      await new Promise<void>((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
      });
      storage?.closedClean();
    },
  };
}

/** The operation a request asks for; `undefined` when it does not speak DynamoDB's JSON protocol. */
export function operationOf(headers: IncomingHttpHeaders): string | undefined {
  return targetOperation(headers, TARGET_PREFIX);
}

/** dynalite wants a signature and does not check it. */
const OWN_HEADERS = {
  'content-type': 'application/x-amz-json-1.0',
  'x-amz-date': '20120810T000000Z',
  authorization: 'AWS4-HMAC-SHA256 Credential=local, SignedHeaders=host, Signature=local',
};

/** The part of a ServerResponse that dynalite writes to. */
class CollectedResponse {
  statusCode = 200;
  readonly #headers: OutgoingHttpHeaders = {};
  readonly #resolve: (answer: WireAnswer) => void;

  constructor(resolve: (answer: WireAnswer) => void) {
    this.#resolve = resolve;
  }

  setHeader(name: string, value: string | number): void {
    this.#headers[name] = value;
  }

  end(body = ''): void {
    this.#resolve({ status: this.statusCode, headers: this.#headers, body: Buffer.from(body) });
  }
}
