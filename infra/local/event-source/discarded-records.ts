import type { StreamRecord } from '../dynamodb/stream-record.ts';
import type { InvocationOutcome } from '../lambda/invocation-outcome.ts';

/** Records that are not handed over again, and why. */
export interface DiscardedRecords {
  readonly records: readonly StreamRecord[];
  readonly condition: 'RetryAttemptsExhausted' | 'RecordAgeExceeded';
  /** How often the function was given them. */
  readonly invocations: number;
  /** How the last of these invocations ended; nothing when there was none. */
  readonly outcome: InvocationOutcome | undefined;
}

/**
 * What Lambda sends to a mapping's destination on failure: where the records are, not the records
 * (https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html).
 */
export function discardedRecordsMessage(
  discarded: DiscardedRecords,
  functionArn: string,
  nowMs: number,
): string {
  const { records, condition, invocations, outcome } = discarded;
  const first = records[0];
  const last = records.at(-1);
  return JSON.stringify({
    requestContext: {
      requestId: outcome?.requestId,
      functionArn,
      condition,
      approximateInvokeCount: invocations,
    },
    responseContext: outcome && {
      statusCode: 200,
      executedVersion: '$LATEST',
      functionError: outcome.kind === 'function-error' ? 'Unhandled' : undefined,
    },
    version: '1.0',
    timestamp: new Date(nowMs).toISOString(),
    DDBStreamBatchInfo: {
      shardId: SHARD_ID,
      startSequenceNumber: first?.dynamodb.SequenceNumber,
      endSequenceNumber: last?.dynamodb.SequenceNumber,
      approximateArrivalOfFirstRecord: arrival(first),
      approximateArrivalOfLastRecord: arrival(last),
      batchSize: records.length,
      streamArn: first?.eventSourceARN,
    },
  });
}

/** In the form of AWS's; there is one. */
const SHARD_ID = 'shardId-00000000000000000000-00000000';

/** In whole seconds, as Lambda writes it. */
function arrival(record: StreamRecord | undefined): string | undefined {
  if (record === undefined) return undefined;
  return new Date(record.dynamodb.ApproximateCreationDateTime * 1000).toISOString().replace('.000Z', 'Z');
}
