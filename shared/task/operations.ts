import {
  attemptsLeft,
  beforeDeadline,
  claimedBy,
  hasPassed,
  leaseEndsAt,
  liveLease,
  noLiveLease,
  notCancelled,
  notFinal,
  notParked,
} from './condition.ts';
import type { Condition } from './condition.ts';
import type { TaskError } from './task-error.ts';
import type { Payload, RowField, TaskRow } from './task-row.ts';
import { statusCancelled, statusFailed, statusStarted, statusStopped, statusSucceeded } from './task.ts';
import type { TaskProgress } from './task.ts';

/**
 * One conditional write to an existing task row; `version` is raised by every one. The functions below are the table of
 * operations of the protocol: nothing else changes a row, except its creation and `persistState`.
 */
export interface Change {
  /** All must hold, and the row must exist. */
  readonly conditions: readonly Condition[];
  readonly set: Partial<TaskRow>;
  readonly remove: readonly RowField[];
  readonly increment?: 'attempt' | 'dispatches';
}

/** How a task ends. */
export type Outcome =
  | { readonly finalStatus: typeof statusSucceeded; readonly output: Payload | undefined }
  | { readonly finalStatus: typeof statusFailed; readonly error: TaskError }
  | { readonly finalStatus: typeof statusCancelled };

/** When a task ends, and how long it stays readable. */
export interface EndTimes {
  readonly now: number;
  readonly retentionMs: number;
}

/** Takes the task for an attempt. Attempts, deadline and cancel stand in the condition itself: tested afterwards, the count would grow without bound when workers die in between. */
export function claim(now: number, claimId: string, leaseUntil: number): Change {
  return {
    conditions: [
      notFinal,
      notParked,
      noLiveLease(now),
      hasPassed('startAt', now),
      hasPassed('retryAt', now),
      notCancelled,
      attemptsLeft,
      beforeDeadline(now),
    ],
    set: { activeStatus: statusStarted, claimId, leaseUntil, attemptStartedAt: now },
    remove: ['retryAt', 'progress'],
    increment: 'attempt',
  };
}

/** A renewal of a lease: the ends that the row may have, as far as its holder knows, and the one that it gets. */
export interface Renewal {
  readonly from: readonly number[];
  readonly until: number;
}

/**
 * Extends the lease and carries progress. It never revives a lease that was given up; nor does one that arrives after a newer one
 * set the lease back, which the holder relies on: the end that the newer one has written is not among those that it knows.
 */
export function heartbeat(
  claimId: string,
  { from, until }: Renewal,
  progress: TaskProgress | undefined,
): Change {
  return {
    // Its own end as well: sent again by the SDK, it meets what it has written.
    conditions: [notFinal, notParked, claimedBy(claimId), leaseEndsAt([...from, until])],
    set: { leaseUntil: until, ...(progress && { progress }) },
    remove: [],
  };
}

/** Gives the task back after a failed attempt, for another one from `retryAt` on; not once a cancel was requested, for then none follows. */
export function release(claimId: string, error: TaskError, retryAt: number): Change {
  return {
    conditions: [notFinal, claimedBy(claimId), notCancelled],
    set: { error, retryAt },
    remove: ['leaseUntil', 'progress'],
  };
}

/**
 * Leaves the task to whoever holds its completion token; the clock looks again at its deadline. Not once a cancel was requested: nobody
 * would look before that.
 */
export function park(claimId: string, deadlineAt: number): Change {
  return {
    conditions: [notFinal, claimedBy(claimId), notCancelled],
    set: { parked: true, lookAt: deadlineAt },
    remove: ['leaseUntil'],
  };
}

/** Ends the task with the result of the attempt that holds `claimId`. */
export function finish(claimId: string, outcome: Outcome, times: EndTimes): Change {
  return end([notFinal, claimedBy(claimId)], outcome, times);
}

/** Ends the task from outside, with the completion token of the claim `claimId`, while it runs or is parked. */
export function complete(claimId: string, outcome: Outcome, outcomeHash: string, times: EndTimes): Change {
  const change = finish(claimId, outcome, times);
  return { ...change, set: { ...change.set, outcomeHash } };
}

/** Notes progress from outside, with the completion token of the claim `claimId`. */
export function noteProgress(claimId: string, progress: TaskProgress): Change {
  return { conditions: [notFinal, claimedBy(claimId)], set: { progress }, remove: [] };
}

/** Cancels a task that nobody works on. */
export function cancel(times: EndTimes): Change {
  const unheld: Condition = { is: 'any', of: [noLiveLease(times.now), { is: 'present', field: 'parked' }] };
  return end([notFinal, unheld], { finalStatus: statusCancelled }, times);
}

/** Asks the attempt that works on the task to stop. */
export function requestCancel(now: number): Change {
  return { conditions: [notFinal, notParked, liveLease(now)], set: { cancelRequested: true }, remove: [] };
}

/**
 * Ends a task that nobody works on and nobody will: cancel requested, attempts or deadline used up. It rests on the
 * attempt that the decision saw.
 */
export function endUnheld(attempt: number, outcome: Outcome, times: EndTimes): Change {
  return end(
    [notFinal, notParked, noLiveLease(times.now), { is: 'equal', field: 'attempt', value: attempt }],
    outcome,
    times,
  );
}

/**
 * Ends a task that nobody works on, parked or not, as the clock decides. It rests on the look that the clock saw, and on the
 * attempt that its decision was about.
 */
export function endLooked(
  seen: { readonly lookAt: number; readonly attempt: number },
  outcome: Outcome,
  times: EndTimes,
): Change {
  const conditions: readonly Condition[] = [
    notFinal,
    noLiveLease(times.now),
    { is: 'equal', field: 'lookAt', value: seen.lookAt },
    { is: 'equal', field: 'attempt', value: seen.attempt },
  ];
  return end(conditions, outcome, times);
}

/** Moves the clock's next look, before it sends the id again (`dispatch`) or only looked. Two clocks move it once. */
export function bump(seenLookAt: number, lookAt: number, dispatch: boolean): Change {
  return {
    conditions: [notFinal, { is: 'equal', field: 'lookAt', value: seenLookAt }],
    set: { lookAt },
    remove: [],
    ...(dispatch && { increment: 'dispatches' }),
  };
}

/** Ends the task that was created at `createdAt`, whoever works on it: for `markAsSucceeded` and `markAsFailedWithError`. */
export function mark(createdAt: number, outcome: Outcome, times: EndTimes): Change {
  return end([notFinal, { is: 'equal', field: 'createdAt', value: createdAt }], outcome, times);
}

/** What only an open task has. */
const openFields: readonly RowField[] = ['lookAt', 'leaseUntil', 'retryAt', 'parked', 'progress'];

function end(conditions: readonly Condition[], outcome: Outcome, times: EndTimes): Change {
  const set = { ...endOf(outcome, times) };
  const stale: readonly RowField[] = outcome.finalStatus === statusFailed ? [] : ['error'];
  return { conditions, set, remove: [...openFields, ...stale] };
}

/** The members of the row that make it ended. */
export function endOf(outcome: Outcome, { now, retentionMs }: EndTimes): Partial<TaskRow> {
  return {
    activeStatus: statusStopped,
    finalStatus: outcome.finalStatus,
    stoppedAt: now,
    // DynamoDB's TTL counts in whole seconds.
    expiresAt: Math.ceil((now + retentionMs) / 1000) * 1000,
    ...(outcome.finalStatus === statusSucceeded &&
      outcome.output !== undefined && { output: outcome.output }),
    ...(outcome.finalStatus === statusFailed && { error: outcome.error }),
  };
}
