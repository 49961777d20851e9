import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type { Delivery } from '../task/queue.ts';
import type { Disposition } from '../task/work.ts';

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
