import { contextTaskId } from './logger.ts';
import { endUnheld } from './operations.ts';
import { dueAt, overdueOutcome } from './overdue.ts';
import { hasLiveLease } from './task-row.ts';
import type { TaskRow } from './task-row.ts';
import { hasFinalStatus } from './task.ts';
import type { TaskKey } from './task.ts';
import { afterLostWrite, deleteMessage, deleteOfParked, keepUntil } from './work.ts';
import type { Disposition, WorkDependencies } from './work.ts';

/** Decides, from the row that refused a claim, what becomes of the message; ends the task when nobody else will. */
export async function decideRefusedClaim(
  { storage, clock, logger, retentionMs }: WorkDependencies,
  row: TaskRow | undefined,
  key: TaskKey,
): Promise<Disposition> {
  const now = clock.now();
  if (row === undefined) {
    logger.warn('a message names a task that does not exist; it is dropped', { [contextTaskId]: key.id });
    return deleteMessage;
  }
  if (hasFinalStatus(row)) return deleteMessage;
  if (row.parked) return deleteOfParked;
  if (hasLiveLease(row, now)) return afterLostWrite(row, now);
  if (dueAt(row) > now) return keepUntil(dueAt(row), now);
  const outcome = overdueOutcome(row, now);
  // The row has changed since, and may be claimed after all.
  if (outcome === undefined) return afterLostWrite(row, now);
  const result = await storage.update(row, endUnheld(row.attempt, outcome, { now, retentionMs }));
  if (!result.applied) return afterLostWrite(result.row, now);
  logger.warn(`task ended without another attempt: ${outcome.finalStatus}`, {
    [contextTaskId]: row.id,
    action: row.action,
    attempt: row.attempt,
  });
  return deleteMessage;
}
