import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';
import { crc32 } from 'node:zlib';

/** One HTTP request, its body read to the end. */
export interface WireRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** One HTTP answer, complete. */
export interface WireAnswer {
  readonly status: number;
  readonly headers: OutgoingHttpHeaders;
  readonly body: Buffer;
}

/** The operation that a request asks for; `undefined` when it does not speak the JSON protocol of the service with that prefix. */
export function targetOperation(headers: IncomingHttpHeaders, prefix: string): string | undefined {
  const target = headers['x-amz-target'];
  if (typeof target !== 'string' || !target.startsWith(prefix)) return undefined;
  return target.slice(prefix.length);
}

/** An answer of our own in a version of AWS's JSON protocol, with the checksum that SDKs may verify. */
export function jsonAnswer(status: number, content: object, version = '1.0'): WireAnswer {
  const headers = {
    'Content-Type': `application/x-amz-json-${version}`,
    'x-amzn-RequestId': randomUUID(),
  };
  return withContent({ status, headers, body: Buffer.alloc(0) }, content);
}

/** The same answer with another content: status and other headers stay. */
export function withContent(answer: WireAnswer, content: object): WireAnswer {
  const body = Buffer.from(JSON.stringify(content));
  const headers = {
    'Content-Type': 'application/x-amz-json-1.0',
    ...answer.headers,
    'x-amz-crc32': crc32(body),
    'Content-Length': body.length,
  };
  return { status: answer.status, headers, body };
}
