import type { Action, ActionContext } from './action.ts';
import { attemptContext } from './attempt-context.ts';
import { startAttemptSignal } from './attempt-signal.ts';
import { endAttempt } from './end-attempt.ts';
import { executeAction } from './execute-action.ts';
import type { Executed } from './execute-action.ts';
import { holdLease } from './lease.ts';
import type { Claimed } from './lease.ts';
import { DEFAULT_ACTION_TIMEOUT_MS } from './limits.ts';
import { contextTaskId, withMembers } from './logger.ts';
import { AttemptError } from './task-error.ts';
import type { Disposition, WorkDependencies } from './work.ts';

/** Executes the attempt that a claim has begun, writes how it ended, and says what becomes of its message. */
export async function runAttempt(dependencies: WorkDependencies, claimed: Claimed): Promise<Disposition> {
  const { clock } = dependencies;
  const { row, work } = claimed;
  const members = { [contextTaskId]: row.id, action: row.action, attempt: row.attempt };
  const logger = withMembers(dependencies.logger, members);
  const action = dependencies.findAction(row);
  const attempt = startAttemptSignal(clock, {
    timeoutMs: action?.timeoutMs ?? DEFAULT_ACTION_TIMEOUT_MS,
    workerEndsAt: work.workerEndsAt,
    deadlineAt: row.deadlineAt,
  });
  const lease = holdLease({ ...dependencies, logger }, claimed, attempt);
  const startedAt = clock.now();
  const executed = await execute(
    dependencies,
    claimed,
    action,
    attemptContext(claimed, attempt, lease, logger),
  );
  attempt.release();
  // Renewed no more before anything is written: a renewal on its way would take a lease that the end gives up.
  const leaseUntil = await lease.stop();
  return endAttempt(dependencies, logger, {
    claimed,
    result: 'thrown' in executed ? { ...executed, cancelled: lease.isCancelRequested() } : executed,
    writesUntil: Math.min(leaseUntil, work.workerEndsAt),
    tookMs: clock.now() - startedAt,
  });
}

async function execute(
  { storage }: WorkDependencies,
  { row }: Claimed,
  action: Action | undefined,
  context: ActionContext,
): Promise<Executed | { readonly thrown: unknown }> {
  try {
    if (action !== undefined) return await executeAction(storage, row, action, context);
    // Retryable: during a deployment, an older worker may get a newer action's task.
    const message = `This worker has no action called ${row.action}.`;
    return { thrown: new AttemptError('action-not-found', message, { retryable: true }) };
  } catch (thrown) {
    return { thrown };
  }
}
