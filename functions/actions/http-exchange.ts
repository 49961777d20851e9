import http from 'node:http';
import type { ClientRequest, IncomingMessage } from 'node:http';
import https from 'node:https';
import { isIPv6 } from 'node:net';
import type { LookupFunction, Socket, TcpSocketConnectOpts } from 'node:net';
import { MAX_OUTPUT_BYTES } from '../../shared/task/limits.ts';
import { PermanentError } from '../../shared/task/permanent-error.ts';
import type { Network } from './http-network.ts';
import { hostOf } from './http-target.ts';

/** Of an answer: Node's own limit unless it is told otherwise. */
const MAX_HEADER_BYTES = 16 * 1024;
/** For each address but the last. Node's own 250 ms give up on servers that are only far away. */
const ADDRESS_TIMEOUT_MS = 2000;

/** One request, to one server. */
export interface Hop {
  readonly url: URL;
  readonly method: string;
  /** By names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string | undefined;
}

/** What a server answered. */
export interface Reply {
  readonly status: number;
  /** By names in lower case. */
  readonly headers: ReadonlyMap<string, readonly string[]>;
  /** As it was sent, encoded or not; empty where the answer is a redirect, whose body nobody reads. */
  readonly body: Buffer;
}

/** No answer, or not the whole of one. */
export class HttpFault extends Error {
  override readonly name: string = 'HttpFault';
  /** Whether the server may have got the request. */
  readonly sent: boolean;

  constructor(message: string, options: { readonly sent: boolean; readonly cause?: unknown }) {
    super(message, { cause: options.cause });
    this.sent = options.sent;
  }
}

/**
 * Sends one request and reads its answer. Every address of the host is looked at first, and only what was looked at is connected to: no
 * second look-up, no connection of an earlier request, no proxy of the environment.
 * @throws PermanentError with the code `address-refused` or `answer-too-large`.
 * @throws HttpFault when no whole answer came.
 */
export async function exchange(hop: Hop, network: Network, signal: AbortSignal): Promise<Reply> {
  const addresses = await admittedAddresses(hop.url, network, signal);
  const request = open(hop, addresses, network);
  const abort = (): unknown => request.destroy();
  let sent = false;
  let silentMs: number | undefined;
  // An error after the answer began is the answer's too; without a listener this one would end the process.
  request.on('error', () => {});
  request.once('socket', (socket: Socket) => {
    let patienceMs = network.limits.connectMs;
    socket.setTimeout(patienceMs);
    socket.on('timeout', () => {
      silentMs = patienceMs;
      request.destroy();
    });
    socket.once(hop.url.protocol === 'https:' ? 'secureConnect' : 'connect', () => {
      sent = true;
      patienceMs = network.limits.silenceMs;
      socket.setTimeout(patienceMs);
    });
  });
  signal.addEventListener('abort', abort, { once: true });
  try {
    signal.throwIfAborted();
    request.end(hop.body);
    const response = await responseTo(request);
    return await readReply(response, hop.url);
  } catch (error) {
    if (error instanceof PermanentError) throw error;
    if (codeOf(error) === 'HPE_HEADER_OVERFLOW') throw headersTooLarge(hop.url);
    const what = silentMs === undefined ? faultOf(error, signal) : `nothing came for ${silentMs} ms`;
    throw new HttpFault(what, { sent, cause: error });
  } finally {
    signal.removeEventListener('abort', abort);
    request.destroy();
  }
}

async function admittedAddresses(
  url: URL,
  { resolve, admits, limits }: Network,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const host = hostOf(url);
  const inTime = AbortSignal.any([signal, AbortSignal.timeout(limits.connectMs)]);
  let addresses: readonly string[];
  try {
    addresses = await resolve(host, inTime);
  } catch (error) {
    const what = `its name was not resolved, ${faultOf(error, inTime)}`;
    throw new HttpFault(what, { sent: false, cause: error });
  }
  // All of them, not any: a name that also leads inside is an attack or a mistake, and must not succeed by chance.
  if (addresses.every((address) => admits(address))) return addresses;
  throw new PermanentError(
    `${host} leads to a private, local or reserved address, and requests go to the public internet only: name a host there.`,
    { code: 'address-refused' },
  );
}

function open(
  { url, method, headers, body }: Hop,
  addresses: readonly string[],
  network: Network,
): ClientRequest {
  const host = hostOf(url);
  const lookup: LookupFunction = (_name, _options, found) => {
    found(
      null,
      addresses.map((address) => ({ address, family: isIPv6(address) ? 6 : 4 })),
    );
  };
  const options: https.RequestOptions &
    Pick<TcpSocketConnectOpts, 'autoSelectFamily' | 'autoSelectFamilyAttemptTimeout'> = {
    protocol: url.protocol,
    host,
    port: url.port,
    path: url.pathname + url.search,
    method,
    headers: {
      ...Object.fromEntries(headers),
      host: url.host,
      // Node itself leaves it out for some methods, and the body would then be taken for another request.
      ...(body !== undefined && { 'content-length': Buffer.byteLength(body) }),
    },
    agent: false,
    lookup,
    // Has all addresses asked for, and tried in turn.
    autoSelectFamily: true,
    autoSelectFamilyAttemptTimeout: ADDRESS_TIMEOUT_MS,
    servername: host,
    rejectUnauthorized: true,
    maxHeaderSize: MAX_HEADER_BYTES,
    ...(network.ca !== undefined && { ca: network.ca }),
  };
  return url.protocol === 'https:' ? https.request(options) : http.request(options);
}

function responseTo(request: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.once('response', resolve);
    request.once('error', reject);
    request.once('close', () => reject(new Error('the connection was closed')));
  });
}

async function readReply(response: IncomingMessage, url: URL): Promise<Reply> {
  const status = response.statusCode ?? 0;
  if (status < 200) throw new Error(`it switches to another protocol, with ${status}`);
  const headers = new Map<string, readonly string[]>();
  for (const [name, values] of Object.entries(response.headersDistinct)) headers.set(name, values ?? []);
  const body = isRedirect(status, headers) ? Buffer.alloc(0) : await readBody(response, url);
  return { status, headers, body };
}

/** Whether an answer sends the request elsewhere: RFC 9110, 15.4, without 300 and 304, which leave it to the reader. */
export function isRedirect(status: number, headers: Reply['headers']): boolean {
  return [301, 302, 303, 307, 308].includes(status) && headers.has('location');
}

async function readBody(response: IncomingMessage, url: URL): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response) {
    const part = Buffer.from(chunk);
    bytes += part.length;
    if (bytes > MAX_OUTPUT_BYTES) throw tooLarge(url, response.headers['content-length']);
    chunks.push(part);
  }
  return Buffer.concat(chunks);
}

function tooLarge(url: URL, announced: string | undefined): PermanentError {
  const size = announced ?? `more than ${MAX_OUTPUT_BYTES}`;
  return new PermanentError(
    `The answer of ${hostOf(url)} has ${size} bytes, and an output takes at most ${MAX_OUTPUT_BYTES}: ask for less of it, such as with a range header.`,
    { code: 'answer-too-large' },
  );
}

function headersTooLarge(url: URL): PermanentError {
  return new PermanentError(
    `The headers of the answer of ${hostOf(url)} have more than ${MAX_HEADER_BYTES} bytes, and no more are read.`,
    { code: 'answer-too-large' },
  );
}

/** An error in a few words that hold nothing of the request: its code where it has one. */
function faultOf(error: unknown, signal: AbortSignal): string {
  if (signal.aborted) return 'the time was up';
  if (!(error instanceof Error)) return 'an unknown fault';
  return codeOf(error) ?? error.message;
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
