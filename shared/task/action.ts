import type { StandardSchemaV1 } from '@standard-schema/spec';
import {
  DEFAULT_ACTION_TIMEOUT_MS,
  DEFAULT_MAX_ATTEMPTS,
  MAX_ACTION_NAME_LENGTH,
  MAX_ACTION_TIMEOUT_MS,
  MAX_ATTEMPTS,
} from './limits.ts';
import type { Logger } from './logger.ts';
import type { PendingCompletion } from './pending-completion.ts';

/** What an action's `run` is told about the attempt it is part of. */
export interface ActionContext {
  readonly taskId: string;
  /** The number of this attempt, from 1. */
  readonly attempt: number;
  /** The same for every attempt of the task: pass it to the outside world, so that an effect happens once. */
  readonly idempotencyKey: string;
  /**
   * The right to complete the task from outside while this attempt is its newest: hand it to whoever shall do so, and to nobody
   * else. It needs no other credential.
   */
  readonly completionToken: string;
  /** Aborts on timeout, on a cancel, on a lost lease, at the task's deadline, and before the worker's own time is up. Its reason says which. */
  readonly signal: AbortSignal;
  /** When `signal` aborts for lack of time, in milliseconds since 1970. */
  readonly deadline: number;
  /** Notes how far the work is, in percent from 0 to 100; stored with the next renewal of the lease, the newest only. */
  readonly progress: (percent: number, message?: string) => void;
  /**
   * Return its value from `run` to park the task: it stays started, and costs nothing, until somebody completes it with
   * `completionToken`, or its deadline fails it. A completion that comes before `run` has returned counts.
   */
  readonly waitForCompletion: () => PendingCompletion;
  /** Logs with the task's id in every line. Never log inputs, outputs or credentials. */
  readonly log: Logger;
}

/** Named work. Make one with {@link defineAction}. */
export interface Action<
  Name extends string = string,
  Schema extends StandardSchemaV1 = StandardSchemaV1,
  Output = unknown,
> {
  readonly name: Name;
  readonly input: Schema;
  readonly output?: StandardSchemaV1;
  readonly timeoutMs: number;
  readonly retry: { readonly maxAttempts: number };
  run(input: StandardSchemaV1.InferOutput<Schema>, context: ActionContext): Output | Promise<Output>;
}

/** The input that a caller of `A` sends, before the schema's own transformations. */
export type ActionInput<A extends Action> = StandardSchemaV1.InferInput<A['input']>;

/** The output that the action `A` returns; unknown where it only ever waits for completion from outside. */
export type ActionOutput<A extends Action> = OutputBeside<Awaited<ReturnType<A['run']>>>;

type OutputBeside<Returned> =
  IsNever<Exclude<Returned, PendingCompletion>> extends true ? unknown : Exclude<Returned, PendingCompletion>;

type IsNever<Type> = [Type] extends [never] ? true : false;

/** What {@link defineAction} takes. */
export interface ActionDefinition<Name extends string, Schema extends StandardSchemaV1, Output> {
  /** Lower-case words joined by hyphens, at most 64 characters; stored with every task, so never rename one that has open tasks. */
  readonly name: Name;
  /**
   * Any Standard Schema. Checked when a task is created, and again by the worker, whose `run` gets the schema's output. Its
   * messages are shown to callers: valibot's and arktype's lose the value that they quote, write others without it. The API's description
   * has it as JSON Schema, with its `examples`: of valibot, and of libraries with Standard JSON Schema.
   */
  readonly input: Schema;
  /** Any Standard Schema. Checked, not applied: an output that it refuses fails the task for good. */
  readonly output?: StandardSchemaV1;
  /** One attempt's time in milliseconds. A `run` that blocks its thread cannot be interrupted, and its result counts. @default 60,000 */
  readonly timeoutMs?: number;
  /** `maxAttempts` counts the first attempt too. @default 3 attempts */
  readonly retry?: { readonly maxAttempts?: number };
  /**
   * Does the work and returns its output, which must be JSON of at most 256 KiB, or nothing. Throwing asks for another
   * attempt; throwing a `PermanentError` ends the task. It may run more than once for one task.
   */
  run(input: StandardSchemaV1.InferOutput<Schema>, context: ActionContext): Output | Promise<Output>;
}

const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/**
 * Defines an action, with defaults filled in.
 * @throws RangeError when the name, the timeout or the number of attempts is outside its range.
 */
export function defineAction<const Name extends string, Schema extends StandardSchemaV1, Output>(
  definition: ActionDefinition<Name, Schema, Output>,
): Action<Name, Schema, Output> {
  const { name, timeoutMs = DEFAULT_ACTION_TIMEOUT_MS } = definition;
  const maxAttempts = definition.retry?.maxAttempts ?? DEFAULT_MAX_ATTEMPTS;
  if (!NAME.test(name) || name.length > MAX_ACTION_NAME_LENGTH) {
    throw new RangeError(
      `Action name ${JSON.stringify(name)}: use lower-case words joined by hyphens, at most ${MAX_ACTION_NAME_LENGTH} characters.`,
    );
  }
  if (!Number.isInteger(timeoutMs) || timeoutMs < 1 || timeoutMs > MAX_ACTION_TIMEOUT_MS) {
    throw new RangeError(
      `Action ${name}: timeoutMs is ${timeoutMs}; use a whole number of milliseconds from 1 to ${MAX_ACTION_TIMEOUT_MS}.`,
    );
  }
  if (!Number.isInteger(maxAttempts) || maxAttempts < 1 || maxAttempts > MAX_ATTEMPTS) {
    throw new RangeError(
      `Action ${name}: retry.maxAttempts is ${maxAttempts}; use a whole number from 1 to ${MAX_ATTEMPTS}.`,
    );
  }
  return { ...definition, timeoutMs, retry: { maxAttempts } };
}
