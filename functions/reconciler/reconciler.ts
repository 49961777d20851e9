import type { Context, SQSBatchResponse } from 'aws-lambda';
import { memberOf } from '../../shared/lambda/member-of.ts';
import { isBatch, settleBatch } from '../../shared/lambda/settle-batch.ts';
import { handleDeadLetter } from '../../shared/task/dead-letter.ts';
import type { TaskQueue } from '../../shared/task/queue.ts';
import { reconcile } from '../../shared/task/reconcile.ts';
import type { ReconcileDependencies } from '../../shared/task/reconcile.ts';

/** What the reconciler function needs. */
export interface ReconcilerDependencies extends ReconcileDependencies {
  readonly deadLetters: Pick<TaskQueue, 'setVisibility'>;
}

/** What a look leaves of its Lambda's time, to end the requests that are under way. */
const STOP_MARGIN_MS = 5000;

/**
 * Makes the handler of the reconciler function, which ends what nobody else will end and sends what was never sent. A batch
 * of dead letters is decided message by message; on a schedule's event it looks at all open tasks that are due. Anything else
 * is one line in the log.
 */
export function createReconciler(
  dependencies: ReconcilerDependencies,
): (event: unknown, context: Context) => Promise<SQSBatchResponse | undefined> {
  const { clock, logger, deadLetters } = dependencies;
  return async (event, context) => {
    if (isBatch(event)) {
      return settleBatch(event, logger, (delivery) =>
        handleDeadLetter({ ...dependencies, queue: deadLetters }, delivery),
      );
    }
    if (isSchedule(event)) {
      const endsAt = clock.now() + context.getRemainingTimeInMillis() - STOP_MARGIN_MS;
      // An invocation that fails is counted by its alarm.
      const done = await reconcile(dependencies, endsAt);
      if (done.looked > 0 || !done.complete) logger.info('open tasks were looked at', { ...done });
      return undefined;
    }
    logger.error('the reconciler was invoked with an event that it does not know');
    return undefined;
  };
}

function isSchedule(event: unknown): boolean {
  return memberOf(event, 'detail-type') === 'Scheduled Event';
}
