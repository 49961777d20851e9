import type { FinalStatus } from './task.ts';

/** No task of the tenant has this id: it never was, or it has expired. */
export class TaskNotFoundError extends Error {
  override readonly name = 'TaskNotFoundError';
  readonly id: string;

  constructor(id: string) {
    super(
      `No task has the id ${JSON.stringify(id.slice(0, 64))}; it was never created here, or it has expired.`,
    );
    this.id = id;
  }
}

/** Whether `error` says that a task does not exist. */
export function isTaskNotFound(error: unknown): error is TaskNotFoundError {
  return error instanceof TaskNotFoundError;
}

/** The task has ended, and not in the way that was asked for. It is as it was. */
export class TaskAlreadyFinalError extends Error {
  override readonly name = 'TaskAlreadyFinalError';
  readonly finalStatus: FinalStatus | undefined;

  constructor({ id, finalStatus }: { readonly id: string; readonly finalStatus?: FinalStatus | undefined }) {
    super(
      `The task ${id} has ended${finalStatus === undefined ? '' : ` as ${finalStatus}`} already, and a final status never changes.`,
    );
    this.finalStatus = finalStatus;
  }
}

/** The task cannot be retried: it has not ended, it has succeeded, or its action is gone. It is as it was, and no task was made. */
export class TaskNotRetryableError extends Error {
  override readonly name = 'TaskNotRetryableError';

  constructor(id: string, reason: string) {
    super(`The task ${id} cannot be retried: ${reason}.`);
  }
}

/** A text that was given as a completion token is none, or its task does not exist any more. Nothing was changed. */
export class CompletionTokenInvalidError extends Error {
  override readonly name = 'CompletionTokenInvalidError';

  constructor() {
    super(
      'The completion token is not valid: it was cut or changed, or its task has expired; use context.completionToken as it is.',
    );
  }
}

/** The completion token is not of the task's newest attempt. Nothing was changed. */
export class CompletionTokenStaleError extends Error {
  override readonly name = 'CompletionTokenStaleError';

  constructor(id: string) {
    super(
      `The completion token is not of the newest attempt of the task ${id}: another attempt has begun since, and has a token of its own.`,
    );
  }
}

/** A task's `startAt` or `deadlineAt` is no time, or outside its range. Nothing was stored. */
export class TaskTimeRejectedError extends Error {
  override readonly name = 'TaskTimeRejectedError';
  readonly member: 'startAt' | 'deadlineAt';
  /** What it is instead, and the cure. */
  readonly rule: string;

  constructor(member: 'startAt' | 'deadlineAt', time: number, rule: string) {
    super(`The task's ${member} is ${time}, ${rule}.`);
    this.member = member;
    this.rule = rule;
  }
}

/** One thing that is wrong with an input. */
export interface InputIssue {
  /** Where, from the input's root: member names and indexes. */
  readonly path: readonly (string | number)[];
  /** The rule that it breaks. */
  readonly message: string;
}

/** The action's schema refuses the input, or it is not JSON. Nothing was stored. */
export class InputRejectedError extends Error {
  override readonly name = 'InputRejectedError';
  readonly issues: readonly InputIssue[];

  constructor(action: string, issues: readonly InputIssue[]) {
    super(`The input is not one that the action ${action} takes: ${issues.map(sentenceOf).join('; ')}`);
    this.issues = issues;
  }
}

function sentenceOf({ path, message }: InputIssue): string {
  return path.length === 0 ? message : `${path.join('.')}: ${message}`;
}

/** The input is larger than a task may carry. Nothing was stored. */
export class InputTooLargeError extends Error {
  override readonly name = 'InputTooLargeError';

  constructor(bytes: number, limit: number) {
    super(
      `The input is ${bytes} bytes of JSON, and at most ${limit} are taken; store it elsewhere and pass its address.`,
    );
  }
}

/** No registered action has this name. Nothing was stored. */
export class ActionNotFoundError extends Error {
  override readonly name = 'ActionNotFoundError';

  constructor(action: string) {
    super(
      `No action is called ${JSON.stringify(action.slice(0, 64))}; add it to the registry of actions and deploy.`,
    );
  }
}

/** The idempotency key was used before, with another request. Nothing was stored, and the first task is as it was. */
export class IdempotencyKeyReusedError extends Error {
  override readonly name = 'IdempotencyKeyReusedError';

  constructor() {
    super('The idempotency key was used before with another request; use a new key for a new request.');
  }
}

/** A text that was given as the cursor of a list is none, or belongs to a list of another tenant or with other filters. Nothing was read. */
export class CursorInvalidError extends Error {
  override readonly name = 'CursorInvalidError';

  constructor() {
    super(
      'The cursor is not one of this list: it was cut or changed, or comes from a list with other filters; begin again without a cursor.',
    );
  }
}

/** A stored row is not one that this version reads: it was written by another version, or by something else. It is left as it is. */
export class UnreadableRowError extends Error {
  override readonly name = 'UnreadableRowError';

  constructor(field: string) {
    super(
      `A task row has no valid ${field}: it was written by something else, or by another version; deploy that version again, or mend the row.`,
    );
  }
}

/**
 * The storage or the queue did not do its work: throttled, unreachable, or refused. `cause` has its own error.
 * A create that failed tells in `taskCreated` whether the task is stored all the same; undefined where that cannot be known.
 */
export class UnavailableError extends Error {
  override readonly name = 'UnavailableError';
  readonly port: 'storage' | 'queue';
  readonly taskCreated: boolean | undefined;
  readonly taskId: string | undefined;

  constructor(
    port: 'storage' | 'queue',
    options: {
      readonly cause: unknown;
      readonly taskCreated?: boolean | undefined;
      readonly taskId?: string;
    },
  ) {
    super(`The ${port} is not available; try again later.`, { cause: options.cause });
    this.port = port;
    this.taskCreated = options.taskCreated;
    this.taskId = options.taskId;
  }
}

/**
 * Why something failed, for a line of the log: the names of an error and of its causes, since messages of the SDK may quote a
 * request. What is wrong with a row is told in full: it names no value.
 */
export function reasonOf(error: unknown): string {
  if (error instanceof UnreadableRowError) return `${error.name}: ${error.message}`;
  if (!(error instanceof Error)) return typeof error;
  return error.cause instanceof Error ? `${error.name}: ${reasonOf(error.cause)}` : error.name;
}
