import { memberOf } from './member-of.ts';

/** What this project reads of a record of a table's stream. */
export interface StreamRecord {
  readonly dynamodb: {
    /** Its place in the stream. */
    readonly SequenceNumber: string;
    readonly Keys?: unknown;
    /** The item after the write, in DynamoDB's JSON; absent when it was deleted. */
    readonly NewImage?: unknown;
  };
}

/** Whether an event is a batch of records of a table's stream: https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html */
export function isStreamBatch(event: unknown): event is { readonly Records: readonly StreamRecord[] } {
  const records = memberOf(event, 'Records');
  return Array.isArray(records) && records.every(isStreamRecord);
}

function isStreamRecord(record: unknown): boolean {
  return typeof memberOf(memberOf(record, 'dynamodb'), 'SequenceNumber') === 'string';
}
