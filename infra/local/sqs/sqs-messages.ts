import type { IncomingHttpHeaders } from 'node:http';
import { targetOperation } from '../wire/wire-message.ts';

/** The members that our rules read in SQS's requests; each request has a few of them, and others. */
export interface SqsInput {
  QueueUrl?: string;
  Entries?: BatchEntry[];
  MessageAttributes?: object;
  MessageGroupId?: string;
  MessageSystemAttributes?: { AWSTraceHeader?: { StringValue?: string } };
  DelaySeconds?: number;
  ReceiptHandle?: string;
  AttributeNames?: string[];
  MessageSystemAttributeNames?: string[];
}

/** One entry of a batch: its members are those of the single request, beside its id. */
export interface BatchEntry extends SqsInput {
  Id?: string;
}

/** An entry of a batch that was refused, as the answer lists it. */
export interface FailedEntry {
  Id: string;
  SenderFault: true;
  Code: string;
  Message: string;
}

const TARGET_PREFIX = 'AmazonSQS.';

/** The operation a request asks for; `undefined` when it does not speak SQS's JSON protocol. */
export function operationOf(headers: IncomingHttpHeaders): string | undefined {
  return targetOperation(headers, TARGET_PREFIX);
}
