import type { TaskError } from './task-error.ts';
import { hasFinalStatus } from './task.ts';
import type { ActiveStatus, FinalStatus, TaskKey, TaskProgress } from './task.ts';

/** An input or output, as JSON text in the task row itself, or in a payload row of the task that `ref` names. */
export type Payload = { readonly json: string } | { readonly ref: string };

/**
 * The task row: all that is known of a task, and the only truth about it. It is written by the operations of
 * `operations.ts` alone; readers get a `Task`. Times are milliseconds since 1970.
 */
export interface TaskRow extends TaskKey {
  readonly action: string;
  readonly activeStatus: ActiveStatus;
  readonly finalStatus?: FinalStatus;
  /** Raised by every write. */
  readonly version: number;
  /** Random, of the create that wrote the row: it tells a creator its own row, and two rows of one id apart. */
  readonly nonce: string;
  /** Hash of the request: it tells a repeated create from a different one with the same key. */
  readonly fingerprint: string;
  readonly createdAt: number;
  readonly deadlineAt: number;
  readonly startAt?: number;
  /** No claim before. Set by a release. */
  readonly retryAt?: number;
  /** When the clock must look at the task; absent once it has ended. */
  readonly lookAt?: number;
  /** How often the clock sent the id again. */
  readonly dispatches: number;
  /** Claims so far. */
  readonly attempt: number;
  readonly maxAttempts: number;
  /** Hash of the newest claim's secret: the fence. It stays after the claim has ended, for its completion token. */
  readonly claimId?: string;
  /** The newest claim holds the task until then; absent when nobody does. */
  readonly leaseUntil?: number;
  readonly attemptStartedAt?: number;
  /** Waiting for completion from outside. */
  readonly parked?: true;
  readonly cancelRequested?: true;
  readonly progress?: TaskProgress;
  readonly input: Payload;
  /** Absent also for an action that returned nothing. */
  readonly output?: Payload;
  readonly error?: TaskError;
  /** Hash of the outcome that came with a completion token: a repeat of it is no conflict. */
  readonly outcomeHash?: string;
  readonly stoppedAt?: number;
  /** From then on the row is as if absent. A whole number of seconds, as DynamoDB's TTL wants it. */
  readonly expiresAt?: number;
  readonly retryOf?: string;
  /** W3C Trace Context of the request that created the task. */
  readonly traceparent?: string;
}

/** A member of the task row. */
export type RowField = keyof TaskRow;

/** Whether a row is past its retention: then it is absent, whatever has or has not deleted it. */
export function isExpired(row: TaskRow, now: number): boolean {
  return hasFinalStatus(row) && row.expiresAt !== undefined && row.expiresAt <= now;
}

/** Whether some claim holds the task at `now`. */
export function hasLiveLease(row: TaskRow, now: number): boolean {
  return row.leaseUntil !== undefined && row.leaseUntil > now;
}
