import { reasonOf } from './errors.ts';
import { handleDelivery } from './handle-delivery.ts';
import type { Delivery, TaskQueue } from './queue.ts';
import type { WorkDependencies } from './work.ts';

/** The pause after the queue could not be read. */
const PAUSE_MS = 5000;
/** Messages taken at once: SQS gives no more. */
const BATCH = 10;

/** What a worker in this process needs. */
export interface WorkerDependencies extends WorkDependencies {
  readonly queue: TaskQueue;
}

/**
 * Takes messages and works on their tasks, as many at once as come, until `signal` aborts; attempts that have begun then go
 * on to their end. A queue that fails is asked again after a pause.
 */
export async function workInProcess(dependencies: WorkerDependencies, signal: AbortSignal): Promise<void> {
  const { queue, clock, logger } = dependencies;
  while (!signal.aborted) {
    try {
      const deliveries = await queue.receive({ max: BATCH, waitSeconds: queue.maxWaitSeconds, signal });
      for (const delivery of deliveries) void handle(dependencies, delivery);
    } catch (error) {
      logger.error('the queue cannot be read; it is asked again', { error: reasonOf(error) });
      await clock.sleep(PAUSE_MS, signal);
    }
  }
}

async function handle(dependencies: WorkerDependencies, delivery: Delivery): Promise<void> {
  const { queue, logger } = dependencies;
  if ((await handleDelivery(dependencies, delivery, Number.POSITIVE_INFINITY)) === 'keep') return;
  await queue.delete(delivery.receipt).catch((error: unknown) => {
    logger.warn('a message could not be deleted; it comes again, and finds its task ended', {
      error: reasonOf(error),
    });
  });
}
