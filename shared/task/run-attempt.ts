import type { Action, ActionContext } from './action.ts';
import { startAttemptSignal } from './attempt-signal.ts';
import type { AttemptSignal } from './attempt-signal.ts';
import { backoffMs } from './backoff.ts';
import { executeAction } from './execute-action.ts';
import { holdLease } from './lease.ts';
import type { Claimed, HeldLease } from './lease.ts';
import { DEFAULT_ACTION_TIMEOUT_MS, MAX_PROGRESS_MESSAGE_BYTES } from './limits.ts';
import { contextTaskId, withMembers } from './logger.ts';
import type { Logger } from './logger.ts';
import { finish, release } from './operations.ts';
import type { Outcome } from './operations.ts';
import { storeOutput } from './output.ts';
import type { WriteResult } from './storage.ts';
import { AttemptError, taskErrorOf } from './task-error.ts';
import { statusCancelled, statusFailed, statusSucceeded } from './task.ts';
import { cutToBytes } from './utf8.ts';
import { afterLostWrite, deleteMessage, keepUntil } from './work.ts';
import type { Disposition, WorkDependencies } from './work.ts';

/** The first pause before a write that failed is tried again; it doubles while the lease lasts. */
const REWRITE_PAUSE_MS = 200;

/** Executes the attempt that a claim has begun, writes how it ended, and says what becomes of its message. */
export async function runAttempt(dependencies: WorkDependencies, claimed: Claimed): Promise<Disposition> {
  const { clock, random } = dependencies;
  const { row, work } = claimed;
  const members = { [contextTaskId]: row.id, action: row.action, attempt: row.attempt };
  const logger = withMembers(dependencies.logger, members);
  const action = dependencies.findAction(row);
  const timeoutMs = action?.timeoutMs ?? DEFAULT_ACTION_TIMEOUT_MS;
  const attempt = startAttemptSignal(clock, {
    timeoutMs,
    workerEndsAt: work.workerEndsAt,
    deadlineAt: row.deadlineAt,
  });
  const lease = holdLease({ ...dependencies, logger }, claimed, attempt);
  const startedAt = clock.now();
  const result = await execute(dependencies, claimed, action, contextOf(claimed, attempt, lease, logger));
  attempt.release();
  const leaseUntil = await lease.stop();
  const tookMs = clock.now() - startedAt;
  const writesUntil = Math.min(leaseUntil, work.workerEndsAt);

  if ('json' in result) {
    const written = await persist(dependencies, writesUntil, () =>
      succeed(dependencies, claimed, result.json),
    );
    if (written.applied) logger.info('task succeeded', { tookMs });
    return written.applied ? deleteMessage : afterLostWrite(written.row, clock.now());
  }
  const error = taskErrorOf(result.thrown, row.attempt);
  const retryAt = clock.now() + backoffMs(row.attempt, random.fraction());
  if (
    error.retryable &&
    !lease.isCancelRequested() &&
    row.attempt < row.maxAttempts &&
    retryAt < row.deadlineAt
  ) {
    const change = release(claimed.claimId, error, retryAt);
    const written = await persist(dependencies, writesUntil, () => dependencies.storage.update(row, change));
    if (written.applied) logger.warn('attempt failed; another one follows', { code: error.code, tookMs });
    return written.applied ? keepUntil(retryAt, clock.now()) : afterLostWrite(written.row, clock.now());
  }
  const outcome: Outcome = lease.isCancelRequested()
    ? { finalStatus: statusCancelled }
    : { finalStatus: statusFailed, error };
  const written = await persist(dependencies, writesUntil, () => end(dependencies, claimed, outcome));
  if (written.applied) logger.warn(`task ${outcome.finalStatus}`, { code: error.code, tookMs });
  return written.applied ? deleteMessage : afterLostWrite(written.row, clock.now());
}

/** How an attempt went: the output's JSON text ('' for none), or what was thrown. */
type Result = { readonly json: string } | { readonly thrown: unknown };

async function execute(
  { storage }: WorkDependencies,
  { row }: Claimed,
  action: Action | undefined,
  context: ActionContext,
): Promise<Result> {
  try {
    if (action !== undefined) return { json: await executeAction(storage, row, action, context) };
    // Retryable: during a deployment, an older worker may get a newer action's task.
    const message = `This worker has no action called ${row.action}.`;
    return { thrown: new AttemptError('action-not-found', message, { retryable: true }) };
  } catch (thrown) {
    return { thrown };
  }
}

function contextOf(
  { row }: Claimed,
  attempt: AttemptSignal,
  lease: HeldLease,
  logger: Logger,
): ActionContext {
  return {
    taskId: row.id,
    attempt: row.attempt,
    // An id may return when its key is used again after expiry; its nonce does not.
    idempotencyKey: `${row.id}-${row.nonce}`,
    signal: attempt.signal,
    deadline: attempt.endsAt,
    progress(percent, message) {
      const cut = message === undefined ? {} : { message: cutToBytes(message, MAX_PROGRESS_MESSAGE_BYTES) };
      // Two decimals: finer numbers say nothing, and DynamoDB refuses those near zero.
      const rounded = Math.round(Math.min(100, Math.max(0, percent)) * 100) / 100;
      if (Number.isFinite(percent)) lease.noteProgress({ percent: rounded, ...cut });
    },
    log: logger,
  };
}

async function succeed(dependencies: WorkDependencies, claimed: Claimed, json: string): Promise<WriteResult> {
  const output = await storeOutput(dependencies, claimed.row, json);
  return end(dependencies, claimed, { finalStatus: statusSucceeded, output });
}

async function end(
  { storage, clock, retentionMs }: WorkDependencies,
  { row, claimId }: Claimed,
  outcome: Outcome,
): Promise<WriteResult> {
  return storage.update(row, finish(claimId, outcome, { now: clock.now(), retentionMs }));
}

/** Tries a write again while the lease lasts: the result of work that was done is worth more than one request. */
async function persist(
  { clock }: WorkDependencies,
  until: number,
  write: () => Promise<WriteResult>,
): Promise<WriteResult> {
  for (let pause = REWRITE_PAUSE_MS; ; pause *= 2) {
    try {
      return await write();
    } catch (error) {
      if (clock.now() + pause >= until) throw error;
      await clock.sleep(pause);
    }
  }
}
