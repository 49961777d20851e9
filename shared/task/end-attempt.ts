import { backoffMs } from './backoff.ts';
import type { Claimed } from './lease.ts';
import type { Logger } from './logger.ts';
import { finish, park, release } from './operations.ts';
import type { Outcome } from './operations.ts';
import { storeOutput } from './output.ts';
import { PendingCompletion } from './pending-completion.ts';
import type { WriteResult } from './storage.ts';
import { taskErrorOf } from './task-error.ts';
import type { TaskRow } from './task-row.ts';
import { hasFinalStatus, statusCancelled, statusFailed, statusSucceeded } from './task.ts';
import { afterLostWrite, deleteMessage, deleteOfParked, keepUntil } from './work.ts';
import type { Disposition, WorkDependencies } from './work.ts';

/** How an attempt went: its output's JSON text ('' for none), waiting for completion from outside, or what was thrown. */
type AttemptResult =
  | { readonly json: string }
  | PendingCompletion
  | { readonly thrown: unknown; readonly cancelled: boolean };

/** An attempt whose action has settled, and the time until which its result may be written. */
export interface EndedAttempt {
  readonly claimed: Claimed;
  readonly result: AttemptResult;
  readonly writesUntil: number;
  readonly tookMs: number;
}

/** The first pause before a write that failed is tried again; it doubles while the lease lasts. */
const REWRITE_PAUSE_MS = 200;

/** Writes how an attempt ended, and says what becomes of its message. */
export async function endAttempt(
  dependencies: WorkDependencies,
  logger: Logger,
  ended: EndedAttempt,
): Promise<Disposition> {
  const { storage, clock, random } = dependencies;
  const { claimed, result, tookMs } = ended;
  const { row, claimId } = claimed;
  if ('json' in result) {
    const written = await persist(dependencies, ended, () => succeed(dependencies, claimed, result.json));
    if (written.applied) logger.info('task succeeded', { tookMs });
    return written.applied ? deleteMessage : afterLostWrite(written.row, clock.now());
  }
  if (result instanceof PendingCompletion) {
    const change = park(claimId, row.deadlineAt);
    const written = await persist(dependencies, ended, () => storage.update(row, change));
    if (written.applied) logger.info('task parked until it is completed from outside', { tookMs });
    return written.applied ? deleteOfParked : afterRefusal(dependencies, logger, ended, written.row);
  }
  const error = taskErrorOf(result.thrown, row.attempt);
  const retryAt = clock.now() + backoffMs(row.attempt, random.fraction());
  const follows = error.retryable && row.attempt < row.maxAttempts && retryAt < row.deadlineAt;
  if (follows && !result.cancelled) {
    const change = release(claimId, error, retryAt);
    const written = await persist(dependencies, ended, () => storage.update(row, change));
    if (written.applied) logger.warn('attempt failed; another one follows', { code: error.code, tookMs });
    return written.applied
      ? keepUntil(retryAt, clock.now())
      : afterRefusal(dependencies, logger, ended, written.row);
  }
  const outcome: Outcome = result.cancelled
    ? { finalStatus: statusCancelled }
    : { finalStatus: statusFailed, error };
  return endAs(dependencies, logger, ended, outcome);
}

/** A refused release or park: a cancel was requested of which no renewal has told, or the attempt has lost its task. */
async function afterRefusal(
  dependencies: WorkDependencies,
  logger: Logger,
  ended: EndedAttempt,
  row: TaskRow | undefined,
): Promise<Disposition> {
  const isMine = row?.claimId === ended.claimed.claimId;
  if (row === undefined || !isMine || hasFinalStatus(row) || !row.cancelRequested)
    return afterLostWrite(row, dependencies.clock.now());
  return endAs(dependencies, logger, ended, { finalStatus: statusCancelled });
}

async function endAs(
  dependencies: WorkDependencies,
  logger: Logger,
  ended: EndedAttempt,
  outcome: Outcome,
): Promise<Disposition> {
  const written = await persist(dependencies, ended, () => end(dependencies, ended.claimed, outcome));
  if (written.applied) {
    const code = outcome.finalStatus === statusFailed ? { code: outcome.error.code } : {};
    logger.warn(`task ${outcome.finalStatus}`, { ...code, tookMs: ended.tookMs });
  }
  return written.applied ? deleteMessage : afterLostWrite(written.row, dependencies.clock.now());
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
  { writesUntil }: EndedAttempt,
  write: () => Promise<WriteResult>,
): Promise<WriteResult> {
  for (let pause = REWRITE_PAUSE_MS; ; pause *= 2) {
    try {
      return await write();
    } catch (error) {
      if (clock.now() + pause >= writesUntil) throw error;
      await clock.sleep(pause);
    }
  }
}
