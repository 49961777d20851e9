import type { SQSBatchResponse, SQSRecord } from 'aws-lambda';
import type { Logger } from '../task/logger.ts';
import type { Delivery } from '../task/queue.ts';
import type { Disposition } from '../task/work.ts';
import { memberOf } from './member-of.ts';

/** A batch of messages of a queue; what is no message among its records is none of ours. */
export interface Batch {
  readonly Records: readonly unknown[];
}

/** Whether an event is a batch of messages of a queue. */
export function isBatch(event: unknown): event is Batch {
  if (typeof event !== 'object' || event === null || !('Records' in event)) return false;
  const { Records: records } = event;
  return Array.isArray(records) && (records.length === 0 || records.some(isMessage));
}

function isMessage(record: unknown): record is SQSRecord {
  const texts = ['messageId', 'receiptHandle', 'body'].map((name) => memberOf(record, name));
  const receiveCount = memberOf(memberOf(record, 'attributes'), 'ApproximateReceiveCount');
  return texts.every((text) => typeof text === 'string') && /^\d+$/.test(String(receiveCount));
}

/**
 * Works on the messages of a batch at once, and reports those that must come again as failed, by their ids:
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html. Records that are no messages come from no queue: they are
 * one line in the log.
 */
export async function settleBatch(
  { Records: records }: Batch,
  logger: Logger,
  settle: (delivery: Delivery) => Promise<Disposition['kind']>,
): Promise<SQSBatchResponse> {
  const messages = records.filter(isMessage);
  const others = records.length - messages.length;
  if (others > 0) logger.error('records of a batch are no messages; they are left out', { records: others });
  const kept = await Promise.all(
    messages.map(async ({ messageId, body, receiptHandle, attributes }) => {
      const receiveCount = Number(attributes.ApproximateReceiveCount);
      const kind = await settle({ body, receipt: receiptHandle, receiveCount });
      return kind === 'keep' ? [{ itemIdentifier: messageId }] : [];
    }),
  );
  return { batchItemFailures: kept.flat() };
}
