import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { Delivery } from '../task/queue.ts';
import type { Disposition } from '../task/work.ts';

/** Whether an event is a batch of messages of a queue. */
export function isBatch(event: unknown): event is SQSEvent {
  if (typeof event !== 'object' || event === null || !('Records' in event)) return false;
  const { Records: records } = event;
  return Array.isArray(records) && records.every(isMessage);
}

function isMessage(record: unknown): record is SQSRecord {
  if (typeof record !== 'object' || record === null) return false;
  const texts = ['messageId', 'receiptHandle', 'body'].map((name): unknown => Reflect.get(record, name));
  return texts.every((text) => typeof text === 'string') && 'attributes' in record;
}

/**
 * Works on the messages of a batch at once, and reports those that must come again as failed, by their ids:
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export async function settleBatch(
  { Records: records }: SQSEvent,
  settle: (delivery: Delivery) => Promise<Disposition['kind']>,
): Promise<SQSBatchResponse> {
  const kept = await Promise.all(
    records.map(async ({ messageId, body, receiptHandle, attributes }) => {
      const receiveCount = Number(attributes.ApproximateReceiveCount);
      const kind = await settle({ body, receipt: receiptHandle, receiveCount });
      return kind === 'keep' ? [{ itemIdentifier: messageId }] : [];
    }),
  );
  return { batchItemFailures: kept.flat() };
}
