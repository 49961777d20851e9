import { jsonOf, renderPath } from './json.ts';
import { MAX_ERROR_MESSAGE_BYTES } from './limits.ts';
import { PermanentError } from './permanent-error.ts';
import { cutToBytes } from './utf8.ts';

/** Why an attempt did not succeed, in a form that crosses processes. It never holds a stack. */
export interface TaskError {
  readonly name: string;
  /** At most 1 KiB of UTF-8. */
  readonly message: string;
  /** For programs: `action-failed`, the thrown error's own string code, or one of the service's own. */
  readonly code: string;
  /** Whether another attempt could succeed. */
  readonly retryable: boolean;
  /** The attempt that it ended, from 1; 0 when none was begun. */
  readonly attempt: number;
}

/** The codes that the service itself gives. */
export type ServiceErrorCode =
  | 'action-failed'
  | 'action-not-found'
  | 'attempts-exhausted'
  | 'cancelled'
  | 'deadline-exceeded'
  | 'input-rejected'
  | 'input-unreadable'
  | 'lease-lost'
  | 'output-rejected'
  | 'output-too-large'
  | 'timeout'
  | 'undeliverable'
  | 'worker-stopping';

/** A failure that the service finds, not the action: with the code that its task error gets. */
export class AttemptError extends Error {
  override readonly name: string = 'AttemptError';
  readonly code: ServiceErrorCode;
  readonly retryable: boolean;

  constructor(
    code: ServiceErrorCode,
    message: string,
    options: { readonly retryable: boolean; readonly cause?: unknown },
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryable = options.retryable;
  }
}

const MAX_NAME_LENGTH = 64;
const CODE = /^[A-Za-z0-9_.:-]{1,64}$/;

/**
 * The stored form of whatever an action threw: an error, a string, a cyclic object, anything. It never throws itself,
 * though the thrown value may have getters that do.
 */
export function taskErrorOf(thrown: unknown, attempt: number): TaskError {
  try {
    return describe(thrown, attempt);
  } catch {
    const message = 'The action threw an object that cannot be read.';
    return { name: 'Error', message, code: 'action-failed', retryable: true, attempt };
  }
}

function describe(thrown: unknown, attempt: number): TaskError {
  const name = read(thrown, 'name');
  const code = read(thrown, 'code');
  return {
    name:
      thrown instanceof Error && name !== undefined && name !== ''
        ? name.slice(0, MAX_NAME_LENGTH).toWellFormed()
        : 'Error',
    message: cutToBytes(messageOf(thrown), MAX_ERROR_MESSAGE_BYTES),
    code: code !== undefined && CODE.test(code) ? code : 'action-failed',
    retryable: isRetryable(thrown),
    attempt,
  };
}

function isRetryable(thrown: unknown): boolean {
  if (thrown instanceof AttemptError) return thrown.retryable;
  return !(thrown instanceof PermanentError);
}

function messageOf(thrown: unknown): string {
  if (typeof thrown === 'string') return thrown;
  const message = read(thrown, 'message');
  if (message !== undefined) return message;
  if (typeof thrown !== 'object' || thrown === null) return `The action threw ${String(thrown)}.`;
  const json = jsonOf(thrown);
  return 'text' in json
    ? json.text
    : `The action threw an object without a message: ${renderPath('it', json.issue.path)} ${json.issue.message}.`;
}

function read(thrown: unknown, member: 'name' | 'message' | 'code'): string | undefined {
  if (typeof thrown !== 'object' || thrown === null) return undefined;
  const value: unknown = Reflect.get(thrown, member);
  return typeof value === 'string' ? value : undefined;
}
