import type { RowField, TaskRow } from './task-row.ts';

/**
 * What must hold of a task row for a write to happen. A small algebra instead of functions, so that one statement of
 * a rule serves every storage: memory evaluates it, DynamoDB's is compiled from it. As in DynamoDB, a comparison with
 * a member that is absent does not hold.
 */
export type Condition =
  | { readonly is: 'absent' | 'present'; readonly field: RowField }
  | { readonly is: 'equal'; readonly field: RowField; readonly value: string | number }
  | { readonly is: 'atMost' | 'above'; readonly field: RowField; readonly value: number }
  | { readonly is: 'below'; readonly field: RowField; readonly other: RowField }
  | { readonly is: 'any'; readonly of: readonly Condition[] };

/** Whether `condition` holds of `row`. */
export function holds(condition: Condition, row: TaskRow): boolean {
  switch (condition.is) {
    case 'absent':
      return row[condition.field] === undefined;
    case 'present':
      return row[condition.field] !== undefined;
    case 'equal':
      return row[condition.field] === condition.value;
    case 'atMost':
      return compare(row[condition.field], condition.value, (a, b) => a <= b);
    case 'above':
      return compare(row[condition.field], condition.value, (a, b) => a > b);
    case 'below':
      return compare(row[condition.field], row[condition.other], (a, b) => a < b);
    case 'any':
      return condition.of.some((one) => holds(one, row));
  }
}

function compare(a: unknown, b: unknown, test: (a: number, b: number) => boolean): boolean {
  return typeof a === 'number' && typeof b === 'number' && test(a, b);
}

/** The task has no final status. */
export const notFinal: Condition = { is: 'absent', field: 'finalStatus' };

/** The task is not waiting for completion from outside. */
export const notParked: Condition = { is: 'absent', field: 'parked' };

/** No cancel was requested. */
export const notCancelled: Condition = { is: 'absent', field: 'cancelRequested' };

/** Nobody holds the task at `now`. */
export function noLiveLease(now: number): Condition {
  return {
    is: 'any',
    of: [
      { is: 'absent', field: 'leaseUntil' },
      { is: 'atMost', field: 'leaseUntil', value: now },
    ],
  };
}

/** There is a lease, and it ends at one of these times. */
export function leaseEndsAt(times: readonly number[]): Condition {
  return { is: 'any', of: times.map((value) => ({ is: 'equal', field: 'leaseUntil', value })) };
}

/** Somebody holds the task at `now`. */
export function liveLease(now: number): Condition {
  return { is: 'above', field: 'leaseUntil', value: now };
}

/** The time in `field` has come, or none is set. */
export function hasPassed(field: 'startAt' | 'retryAt', now: number): Condition {
  return {
    is: 'any',
    of: [
      { is: 'absent', field },
      { is: 'atMost', field, value: now },
    ],
  };
}

/** The task may begin one more attempt. */
export const attemptsLeft: Condition = { is: 'below', field: 'attempt', other: 'maxAttempts' };

/** The task's deadline is still ahead. */
export function beforeDeadline(now: number): Condition {
  return { is: 'above', field: 'deadlineAt', value: now };
}

/** The newest claim is the one with this claimId: the fence of every write of an attempt. */
export function claimedBy(claimId: string): Condition {
  return { is: 'equal', field: 'claimId', value: claimId };
}
