import type { Clock } from './clock.ts';
import { MAX_DISPATCHES } from './limits.ts';
import { contextTaskId } from './logger.ts';
import { endUnheld } from './operations.ts';
import { dueAt, overdueOutcome, undeliverable } from './overdue.ts';
import { parseBody } from './queue.ts';
import type { Delivery } from './queue.ts';
import { settleDelivery } from './settle-delivery.ts';
import type { SettleDependencies } from './settle-delivery.ts';
import type { TaskStorage } from './storage.ts';
import { hasLiveLease } from './task-row.ts';
import { hasFinalStatus } from './task.ts';
import type { TaskKey } from './task.ts';
import { afterLostWrite, deleteMessage, keepUntil } from './work.ts';
import type { Disposition } from './work.ts';

/** What deciding about dead letters needs; `queue` is the one that holds them. */
export interface DeadLetterDependencies extends SettleDependencies {
  readonly storage: TaskStorage;
  readonly clock: Clock;
  readonly retentionMs: number;
}

/**
 * Decides about a message that the queue gave up, and says whether it may be deleted. How often it was received says
 * nothing: throttles raise the count without anything having been executed. Only the row tells whether its task must end; else
 * the message is dropped, and the clock sends the task again. It never sends itself: Lambda stops a chain of messages.
 */
export async function handleDeadLetter(
  dependencies: DeadLetterDependencies,
  delivery: Delivery,
): Promise<Disposition['kind']> {
  const key = parseBody(delivery.body);
  if (key !== undefined) return settleDelivery(dependencies, delivery, key, () => decide(dependencies, key));
  dependencies.logger.error('a dead letter is not one of ours; it is dropped', {
    bytes: delivery.body.length,
  });
  return 'delete';
}

async function decide(
  { storage, clock, logger, retentionMs }: DeadLetterDependencies,
  key: TaskKey,
): Promise<Disposition> {
  const now = clock.now();
  const row = await storage.get(key, { now });
  if (row === undefined || hasFinalStatus(row) || row.parked) return deleteMessage;
  if (hasLiveLease(row, now)) return afterLostWrite(row, now);
  if (dueAt(row) > now) return keepUntil(dueAt(row), now);
  // One that workers begin is bounded by its attempts: with long pauses between them it is sent that often, and its messages are received too often.
  const isStuck = row.attempt === 0 && row.dispatches >= MAX_DISPATCHES;
  const outcome = overdueOutcome(row, now) ?? (isStuck ? undeliverable(row) : undefined);
  const members = {
    [contextTaskId]: row.id,
    action: row.action,
    attempt: row.attempt,
    dispatches: row.dispatches,
  };
  if (outcome === undefined) {
    logger.warn('a dead letter is dropped; the clock sends its task again', members);
    return deleteMessage;
  }
  const result = await storage.update(row, endUnheld(row.attempt, outcome, { now, retentionMs }));
  if (!result.applied) return afterLostWrite(result.row, now);
  logger.warn(`task ended as a dead letter: ${outcome.finalStatus}`, members);
  return deleteMessage;
}
