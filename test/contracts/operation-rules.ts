import * as operations from '../../shared/task/operations.ts';
import type { Change, EndTimes, Outcome } from '../../shared/task/operations.ts';
import type { TaskError } from '../../shared/task/task-error.ts';
import type { RowField, TaskRow } from '../../shared/task/task-row.ts';
import type { TaskProgress } from '../../shared/task/task.ts';

/** One operation: the change that a storage is handed, and, in the plain words of the protocol's table, what must come of it. */
export interface OperationRule {
  readonly change: Change;
  /** The row that `row` must become, the version aside; undefined when the operation must be refused. */
  readonly after: (row: TaskRow) => TaskRow | undefined;
}

/** Whether the row holds a task that has ended. */
export const hasEnded = (row: TaskRow): boolean => row.finalStatus !== undefined;

/** Whether there is no row, or one that has expired. */
export function isGone(row: TaskRow | undefined, now: number): boolean {
  return row === undefined || (hasEnded(row) && (row.expiresAt ?? 0) <= now);
}

/** Whether `next` may come in the place of the row: nothing does in that of a row from the same create. */
export function givesWay(row: TaskRow | undefined, next: TaskRow, now: number): boolean {
  return isGone(row, now) && row?.nonce !== next.nonce;
}

const isHeld = (row: TaskRow, now: number): boolean => row.leaseUntil !== undefined && now < row.leaseUntil;
const isAhead = (time: number | undefined, now: number): boolean => time !== undefined && now < time;

/** The rules, each stated anew: nothing here evaluates the conditions that it tests. */
export const operationRules = {
  claim: (now: number, claimId: string, leaseUntil: number) =>
    rule(
      operations.claim(now, claimId, leaseUntil),
      (row) =>
        !row.parked &&
        !isHeld(row, now) &&
        !isAhead(row.startAt, now) &&
        !isAhead(row.retryAt, now) &&
        !row.cancelRequested &&
        row.attempt < row.maxAttempts &&
        now < row.deadlineAt,
      ({ retryAt: _retry, progress: _progress, ...row }) => ({
        ...row,
        attempt: row.attempt + 1,
        activeStatus: 'started',
        claimId,
        leaseUntil,
        attemptStartedAt: now,
      }),
    ),
  heartbeat: (claimId: string, { from, until }: operations.Renewal, progress: TaskProgress | undefined) =>
    rule(
      operations.heartbeat(claimId, { from, until }, progress),
      (row) =>
        !row.parked &&
        row.claimId === claimId &&
        (row.leaseUntil === until || from.some((end) => end === row.leaseUntil)),
      (row) => ({ ...row, leaseUntil: until, ...(progress && { progress }) }),
    ),
  release: (claimId: string, error: TaskError, retryAt: number) =>
    rule(
      operations.release(claimId, error, retryAt),
      (row) => row.claimId === claimId && !row.cancelRequested,
      ({ leaseUntil: _lease, progress: _progress, ...row }) => ({ ...row, error, retryAt }),
    ),
  park: (claimId: string, deadlineAt: number) =>
    rule(
      operations.park(claimId, deadlineAt),
      (row) => row.claimId === claimId && !row.cancelRequested,
      ({ leaseUntil: _lease, ...row }) => ({ ...row, parked: true, lookAt: deadlineAt }),
    ),
  finish: (claimId: string, outcome: Outcome, times: EndTimes) =>
    rule(
      operations.finish(claimId, outcome, times),
      (row) => row.claimId === claimId,
      (row) => ended(row, outcome, times),
    ),
  complete: (claimId: string, outcome: Outcome, outcomeHash: string, times: EndTimes) =>
    rule(
      operations.complete(claimId, outcome, outcomeHash, times),
      (row) => row.claimId === claimId,
      (row) => ({ ...ended(row, outcome, times), outcomeHash }),
    ),
  noteProgress: (claimId: string, progress: TaskProgress) =>
    rule(
      operations.noteProgress(claimId, progress),
      (row) => row.claimId === claimId,
      (row) => ({ ...row, progress }),
    ),
  cancel: (times: EndTimes) =>
    rule(
      operations.cancel(times),
      (row) => row.parked === true || !isHeld(row, times.now),
      (row) => ended(row, { finalStatus: 'cancelled' }, times),
    ),
  requestCancel: (now: number) =>
    rule(
      operations.requestCancel(now),
      (row) => !row.parked && isHeld(row, now),
      (row) => ({ ...row, cancelRequested: true }),
    ),
  endUnheld: (attempt: number, outcome: Outcome, times: EndTimes) =>
    rule(
      operations.endUnheld(attempt, outcome, times),
      (row) => !row.parked && !isHeld(row, times.now) && row.attempt === attempt,
      (row) => ended(row, outcome, times),
    ),
  endLooked: (
    seen: { readonly lookAt: number; readonly attempt: number },
    outcome: Outcome,
    times: EndTimes,
  ) =>
    rule(
      operations.endLooked(seen, outcome, times),
      (row) => !isHeld(row, times.now) && row.lookAt === seen.lookAt && row.attempt === seen.attempt,
      (row) => ended(row, outcome, times),
    ),
  bump: (seenLookAt: number, lookAt: number, dispatch: boolean) =>
    rule(
      operations.bump(seenLookAt, lookAt, dispatch),
      (row) => row.lookAt === seenLookAt,
      (row) => ({ ...row, lookAt, dispatches: row.dispatches + (dispatch ? 1 : 0) }),
    ),
  mark: (createdAt: number, outcome: Outcome, times: EndTimes) =>
    rule(
      operations.mark(createdAt, outcome, times),
      (row) => row.createdAt === createdAt,
      (row) => ended(row, outcome, times),
    ),
};

/** No operation touches a task that has ended, so `onlyIf` need not say so. */
function rule(
  change: Change,
  onlyIf: (row: TaskRow) => boolean,
  becomes: (row: TaskRow) => TaskRow,
): OperationRule {
  return { change, after: (row) => (!hasEnded(row) && onlyIf(row) ? becomes(row) : undefined) };
}

const openMembers: readonly RowField[] = ['lookAt', 'leaseUntil', 'retryAt', 'parked', 'progress', 'error'];

/** The row at the end of its task: nothing is left that only an open task has, and TTL gets a whole second. */
export function ended(row: TaskRow, outcome: Outcome, { now, retentionMs }: EndTimes): TaskRow {
  const rest = { ...row };
  for (const member of openMembers) Reflect.deleteProperty(rest, member);
  const { finalStatus } = outcome;
  return {
    ...rest,
    activeStatus: 'stopped',
    finalStatus,
    stoppedAt: now,
    expiresAt: now + retentionMs + ((1000 - ((now + retentionMs) % 1000)) % 1000),
    ...(finalStatus === 'succeeded' && outcome.output && { output: outcome.output }),
    ...(finalStatus === 'failed' && { error: outcome.error }),
  };
}
