import { SECRET_BYTES } from './completion-token.ts';
import { claimIdOf } from './identity.ts';
import { LEASE_GRACE_MS, LEASE_SPAN_MS, MIN_ATTEMPT_MS, STOP_MARGIN_MS } from './limits.ts';
import { claim } from './operations.ts';
import type { Change } from './operations.ts';
import { decideRefusedClaim } from './refused-claim.ts';
import { runAttempt } from './run-attempt.ts';
import type { WriteResult } from './storage.ts';
import { hasFinalStatus } from './task.ts';
import type { TaskKey } from './task.ts';
import { keepUntil, RECONSIDER_MS } from './work.ts';
import type { Disposition, Work, WorkDependencies } from './work.ts';

/**
 * Does what a delivered message asks for: claims the task and executes one attempt, or decides from the row why not.
 * It says whether the message may be deleted; it never says so while the task is open and nobody else will end it.
 * @throws UnavailableError when the storage does not do its work; the message must then be kept.
 */
export async function workOnTask(dependencies: WorkDependencies, work: Work): Promise<Disposition> {
  const { clock, random } = dependencies;
  const now = clock.now();
  const timeLeft = work.workerEndsAt - STOP_MARGIN_MS - now;
  if (timeLeft < MIN_ATTEMPT_MS) {
    dependencies.logger.warn('too little time is left for an attempt; the message comes again', {
      timeLeftMs: timeLeft,
    });
    return keepUntil(now + RECONSIDER_MS, now);
  }
  const secret = random.hex(SECRET_BYTES);
  const claimId = claimIdOf(secret);
  const leaseUntil = now + Math.min(timeLeft, LEASE_SPAN_MS) + LEASE_GRACE_MS;
  const { applied, row } = await claimTask(dependencies, work.key, claim(now, claimId, leaseUntil));
  // An open row with our own claim tells that the claim was made, and its answer lost.
  if (row !== undefined && (applied || (row.claimId === claimId && !hasFinalStatus(row) && !row.parked))) {
    return runAttempt(dependencies, { work, row, claimId, secret, leaseUntil });
  }
  return decideRefusedClaim(dependencies, row, work.key);
}

/** Makes a claim. When its answer is lost, one read tells whether it was made: else it would cost the task an attempt that nobody executes. */
async function claimTask(
  { storage, clock }: WorkDependencies,
  key: TaskKey,
  change: Change,
): Promise<WriteResult> {
  try {
    return await storage.update(key, change);
  } catch (error) {
    const row = await storage.get(key, { now: clock.now() }).catch(() => undefined);
    if (row === undefined || row.claimId !== change.set.claimId) throw error;
    return { applied: false, row };
  }
}
