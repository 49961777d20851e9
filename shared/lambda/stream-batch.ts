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
  if (typeof event !== 'object' || event === null || !('Records' in event)) return false;
  const { Records: records } = event;
  return Array.isArray(records) && records.every(isStreamRecord);
}

function isStreamRecord(record: unknown): boolean {
  if (typeof record !== 'object' || record === null || !('dynamodb' in record)) return false;
  const { dynamodb } = record;
  if (typeof dynamodb !== 'object' || dynamodb === null || !('SequenceNumber' in dynamodb)) return false;
  return typeof dynamodb.SequenceNumber === 'string';
}
