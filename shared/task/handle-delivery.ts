import { parseBody } from './queue.ts';
import type { Delivery } from './queue.ts';
import { settleDelivery } from './settle-delivery.ts';
import { workOnTask } from './work-on-task.ts';
import type { Disposition, WorkDependencies } from './work.ts';

/**
 * Works on the task of one delivery and says whether its message may be deleted. It never rejects: what goes wrong is logged,
 * and the message kept. One that is not ours is kept as well, until the queue moves it to the dead letters.
 */
export async function handleDelivery(
  dependencies: WorkDependencies,
  delivery: Delivery,
  workerEndsAt: number,
): Promise<Disposition['kind']> {
  const { body, receipt, receiveCount } = delivery;
  const key = parseBody(body);
  if (key === undefined) {
    const members = { bytes: body.length, receiveCount };
    dependencies.logger.error('a message is not one of ours; it is left to the dead letters', members);
    return 'keep';
  }
  return settleDelivery(dependencies, delivery, key, async () => {
    const disposition = await workOnTask(dependencies, { key, receipt, workerEndsAt });
    if (disposition.kind === 'delete' && !disposition.isParked) dependencies.onEnded?.(key);
    return disposition;
  });
}
