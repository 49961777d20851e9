import type { Context, SQSBatchResponse } from 'aws-lambda';
import { isBatch, settleBatch } from '../../shared/lambda/settle-batch.ts';
import { handleDelivery } from '../../shared/task/handle-delivery.ts';
import type { WorkDependencies } from '../../shared/task/work.ts';

/**
 * Makes the handler of the worker function, which works on the tasks of a batch of messages, each in all the time of the
 * invocation. An event that is no batch is one line in the log.
 */
export function createWorker(
  dependencies: WorkDependencies,
): (event: unknown, context: Context) => Promise<SQSBatchResponse> {
  return async (event, context) => {
    if (!isBatch(event)) {
      dependencies.logger.error('the worker was invoked with an event that is no batch of messages');
      return { batchItemFailures: [] };
    }
    const workerEndsAt = dependencies.clock.now() + context.getRemainingTimeInMillis();
    return settleBatch(event, dependencies.logger, (delivery) =>
      handleDelivery(dependencies, delivery, workerEndsAt),
    );
  };
}
