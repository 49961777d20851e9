import { contextTaskId } from './logger.ts';
import { parseBody } from './queue.ts';
import type { Delivery } from './queue.ts';
import { workOnTask } from './work-on-task.ts';
import type { Disposition, WorkDependencies } from './work.ts';

/** SQS hides a message for at most 12 h. */
const MAX_VISIBILITY_SECONDS = 43_200;
/** When storage or queue fail, the message comes back after this long, doubled for each delivery, so that an outage of minutes uses up few of them. */
const OUTAGE_BASE_SECONDS = 15;
const OUTAGE_CAP_SECONDS = 900;

/**
 * Works on the task of one delivery and says whether its message may be deleted. A message that is kept has got the time
 * of its next delivery. It never rejects: what goes wrong is logged, and the message kept. One that is not ours is kept
 * as well, until the queue moves it to the dead letters, where somebody can look at it.
 */
export async function handleDelivery(
  dependencies: WorkDependencies,
  { body, receipt, receiveCount }: Delivery,
  workerEndsAt: number,
): Promise<Disposition['kind']> {
  const { queue, logger } = dependencies;
  const key = parseBody(body);
  if (key === undefined) {
    logger.error('a message is not one of ours; it is left to the dead letters', {
      bytes: body.length,
      receiveCount,
    });
    return 'keep';
  }
  try {
    const disposition = await workOnTask(dependencies, { key, receipt, workerEndsAt });
    // Rounded up, so that a message never comes before its time.
    if (disposition.kind === 'keep') await hide(Math.ceil(disposition.visibleInMs / 1000));
    else dependencies.onEnded?.(key);
    return disposition.kind;
  } catch (error) {
    logger.error('work on a task was interrupted; its message comes again', {
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

/** The names of an error and its cause: messages of the SDK may quote a request. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  return error.cause instanceof Error ? `${error.name}: ${error.cause.name}` : error.name;
}
