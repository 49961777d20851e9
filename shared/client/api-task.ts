import type { ActiveStatus, FinalStatus, TaskProgress } from '../task/task.ts';
import type { TaskError } from '../task/task-error.ts';

/** What a value is after it went through JSON: a date is a text, and whatever has a `toJSON` is what that gives. */
export type JsonOf<Value> = unknown extends Value
  ? unknown
  : Value extends string | number | boolean | null
    ? Value
    : Value extends { toJSON(): infer Json }
      ? JsonOf<Json>
      : Value extends object
        ? { [Member in keyof Value]: JsonOf<Value[Member]> }
        : undefined;

/** What every task has at the API. Times are texts in RFC 3339, UTC: `2026-11-24T12:00:00.000Z`. */
interface ApiTaskBase {
  readonly id: string;
  readonly action: string;
  /** The number of attempts that were begun. */
  readonly attempt: number;
  readonly createdAt: string;
  /** A delayed task starts no earlier. */
  readonly startAt?: string;
  readonly attemptStartedAt?: string;
  /** By then the task has ended, whatever happens. */
  readonly deadlineAt: string;
  readonly progress?: TaskProgress;
  /** Somebody asked to cancel while an attempt was running. */
  readonly cancelRequested?: true;
  /** The id of the task that this one repeats. */
  readonly retryOf?: string;
}

interface OpenState {
  readonly activeStatus: ActiveStatus;
  readonly finalStatus: null;
  /** Why the newest attempt did not succeed. */
  readonly error?: TaskError;
}

interface EndedState<Status extends FinalStatus> {
  readonly activeStatus: 'stopped';
  readonly finalStatus: Status;
  readonly stoppedAt: string;
  /** From then on the task is as if it had never been. */
  readonly expiresAt: string;
}

type FailedState = EndedState<'failed'> & { readonly error: TaskError };

/** A task in a list: without its input and output. */
export type ListedTask = ApiTaskBase &
  (OpenState | EndedState<'succeeded'> | FailedState | EndedState<'cancelled'>);

/** A task that ended with an error, as the API shows it. */
export type FailedApiTask<Input = unknown> = ApiTaskBase & { readonly input?: Input } & FailedState;

/** A task that was cancelled, as the API shows it. */
export type CancelledApiTask<Input = unknown> = ApiTaskBase & {
  readonly input?: Input;
} & EndedState<'cancelled'>;

/** A task as the API shows it; `finalStatus` tells which members it has. The output of an action that returned nothing is undefined. */
export type ApiTask<Input = unknown, Output = unknown> =
  | (ApiTaskBase & { readonly input?: Input } & OpenState)
  | (ApiTaskBase & { readonly input?: Input } & EndedState<'succeeded'> & { readonly output: Output })
  | FailedApiTask<Input>
  | CancelledApiTask<Input>;
