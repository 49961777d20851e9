import { reasonOf } from './errors.ts';
import { contextTaskId } from './logger.ts';
import type { Logger } from './logger.ts';
import type { Delivery, TaskQueue } from './queue.ts';
import type { TaskKey } from './task.ts';
import type { Disposition } from './work.ts';

/** SQS hides a message for at most 12 h since its delivery, of which the worker may have used 15 min. */
const MAX_VISIBILITY_SECONDS = 43_200 - 900;
/** When storage or queue fail, the message comes back after this long, doubled for each delivery, so that an outage of minutes uses up few of them. */
const OUTAGE_BASE_SECONDS = 15;
const OUTAGE_CAP_SECONDS = 900;

/** What settling a delivery needs. */
export interface SettleDependencies {
  readonly queue: Pick<TaskQueue, 'setVisibility'>;
  readonly logger: Logger;
}

/**
 * Carries out what `decide` says of a delivery, and says whether its message may be deleted. A message that is kept has got
 * the time of its next delivery. It never rejects: what goes wrong is logged, and the message kept.
 */
export async function settleDelivery(
  { queue, logger }: SettleDependencies,
  { receipt, receiveCount }: Delivery,
  key: TaskKey,
  decide: () => Promise<Disposition>,
): Promise<Disposition['kind']> {
  try {
    const disposition = await decide();
    // Rounded up, so that a message never comes before its time.
    if (disposition.kind === 'keep') await hide(Math.ceil(disposition.visibleInMs / 1000));
    return disposition.kind;
  } catch (error) {
    logger.error('work on a message was interrupted; it comes again', {
      [contextTaskId]: key.id,
      error: reasonOf(error),
    });
    await hide(Math.min(OUTAGE_CAP_SECONDS, OUTAGE_BASE_SECONDS * 2 ** (receiveCount - 1))).catch(() => {
      // Then the queue's own visibility timeout brings it back.
    });
    return 'keep';
  }

  async function hide(seconds: number): Promise<void> {
    await queue.setVisibility(receipt, Math.min(MAX_VISIBILITY_SECONDS, seconds));
  }
}
