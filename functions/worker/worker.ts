import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { handleDelivery } from '../../shared/task/handle-delivery.ts';
import type { WorkDependencies } from '../../shared/task/work.ts';

/**
 * Makes the handler of the worker function. The messages of a batch are worked on at once; those that must come again are
 * reported as failed, by their ids: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export function createWorker(
  dependencies: WorkDependencies,
): (event: SQSEvent, context: Context) => Promise<SQSBatchResponse> {
  return async ({ Records: records }, context) => {
    const workerEndsAt = dependencies.clock.now() + context.getRemainingTimeInMillis();
    const kept = await Promise.all(
      records.map(async ({ messageId, body, receiptHandle, attributes }) => {
        const receiveCount = Number(attributes.ApproximateReceiveCount);
        const delivery = { body, receipt: receiptHandle, receiveCount };
        const disposition = await handleDelivery(dependencies, delivery, workerEndsAt);
        return disposition === 'keep' ? [{ itemIdentifier: messageId }] : [];
      }),
    );
    return { batchItemFailures: kept.flat() };
  };
}
