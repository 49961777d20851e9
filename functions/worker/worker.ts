import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { settleBatch } from '../../shared/lambda/settle-batch.ts';
import { handleDelivery } from '../../shared/task/handle-delivery.ts';
import type { WorkDependencies } from '../../shared/task/work.ts';

/** Makes the handler of the worker function, which works on the tasks of a batch of messages, each in all the time of the invocation. */
export function createWorker(
  dependencies: WorkDependencies,
): (event: SQSEvent, context: Context) => Promise<SQSBatchResponse> {
  return async (event, context) => {
    const workerEndsAt = dependencies.clock.now() + context.getRemainingTimeInMillis();
    return settleBatch(event, (delivery) => handleDelivery(dependencies, delivery, workerEndsAt));
  };
}
