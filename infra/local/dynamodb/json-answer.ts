import { randomUUID } from 'node:crypto';
import { crc32 } from 'node:zlib';

import type { WireAnswer } from './engine.ts';

/** An answer of our own in DynamoDB's JSON protocol, with the checksum that SDKs may verify. */
export function jsonAnswer(status: number, content: object): WireAnswer {
  return withContent(
    { status, headers: { 'x-amzn-RequestId': randomUUID() }, body: Buffer.alloc(0) },
    content,
  );
}

/** An error as DynamoDB reports it: status 400, the SDK's exception is named `type`. */
export function refusal(type: string, message: string): WireAnswer {
  return jsonAnswer(400, { __type: `com.amazonaws.dynamodb.v20120810#${type}`, message });
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
