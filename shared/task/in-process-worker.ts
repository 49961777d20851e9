import { contextTaskId } from './logger.ts';
import { parseBody } from './queue.ts';
import type { Delivery, TaskQueue } from './queue.ts';
import { workOnTask } from './work-on-task.ts';
import type { WorkDependencies } from './work.ts';

/** How soon a message comes back after the storage or the queue failed. */
const RETRY_SECONDS = 5;
/** Messages taken at once: SQS gives no more. */
const BATCH = 10;
/** SQS hides a message for at most 12 h. */
const MAX_VISIBILITY_SECONDS = 43_200;

/** What a worker in this process needs. */
export interface WorkerDependencies extends WorkDependencies {
  readonly queue: TaskQueue;
  /** Called when the message of a task was deleted. */
  onDeleted?(id: string): void;
}

/**
 * Takes messages and works on their tasks, as many at once as come, until `signal` aborts; attempts that have begun then go
 * on to their end. A queue or storage that fails is asked again after a pause.
 */
export async function workInProcess(dependencies: WorkerDependencies, signal: AbortSignal): Promise<void> {
  const { queue, clock, logger } = dependencies;
  while (!signal.aborted) {
    try {
      const deliveries = await queue.receive({ max: BATCH, waitSeconds: queue.maxWaitSeconds, signal });
      for (const delivery of deliveries) void handle(dependencies, delivery);
    } catch (error) {
      logger.error('the queue cannot be read; it is asked again', { error: String(error) });
      await clock.sleep(RETRY_SECONDS * 1000, signal);
    }
  }
}

async function handle(dependencies: WorkerDependencies, { body, receipt }: Delivery): Promise<void> {
  const { queue, logger } = dependencies;
  const key = parseBody(body);
  try {
    if (key === undefined) {
      logger.error('a message is not one of ours; it is dropped', { bytes: body.length });
      return await queue.delete(receipt);
    }
    const disposition = await workOnTask(dependencies, {
      key,
      receipt,
      workerEndsAt: Number.POSITIVE_INFINITY,
    });
    if (disposition.kind === 'keep') {
      return await queue.setVisibility(receipt, visibilitySeconds(disposition.visibleInMs));
    }
    await queue.delete(receipt);
    dependencies.onDeleted?.(key.id);
  } catch (error) {
    logger.error('work on a task was interrupted; its message comes again', {
      ...(key && { [contextTaskId]: key.id }),
      error: String(error),
    });
    await queue.setVisibility(receipt, RETRY_SECONDS).catch(() => undefined);
  }
}

/** Whole seconds, as a queue takes them; rounded up, so that a message never comes before its time. */
export function visibilitySeconds(visibleInMs: number): number {
  return Math.min(MAX_VISIBILITY_SECONDS, Math.ceil(visibleInMs / 1000));
}
