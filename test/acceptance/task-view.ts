import * as v from 'valibot';
import type { Answer } from './http-client.ts';

const time = v.pipe(v.string(), v.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/));

const taskView = v.strictObject({
  id: v.pipe(v.string(), v.nonEmpty()),
  action: v.string(),
  activeStatus: v.picklist(['started', 'stopped']),
  finalStatus: v.nullable(v.picklist(['succeeded', 'failed', 'cancelled'])),
  attempt: v.pipe(v.number(), v.integer(), v.minValue(0)),
  createdAt: time,
  startAt: v.optional(time),
  attemptStartedAt: v.optional(time),
  stoppedAt: v.optional(time),
  deadlineAt: time,
  expiresAt: v.optional(time),
  progress: v.optional(v.unknown()),
  cancelRequested: v.optional(v.boolean()),
  retryOf: v.optional(v.string()),
  input: v.unknown(),
  output: v.optional(v.unknown()),
  error: v.optional(
    v.strictObject({
      name: v.string(),
      message: v.string(),
      code: v.string(),
      retryable: v.boolean(),
      attempt: v.pipe(v.number(), v.integer(), v.minValue(0)),
    }),
  ),
});

/** A task as the API shows it. */
export type TaskView = v.InferOutput<typeof taskView>;

/**
 * The task in an answer.
 * @throws Error when the body is not a task with exactly the members that the API promises, or not sent as `application/json`.
 */
export function taskOf(answer: Answer): TaskView {
  const type = answer.headers.get('content-type');
  if (!/^application\/json\b/.test(type ?? '')) {
    throw new Error(`A task comes as application/json; this answer of status ${answer.status} is ${type}.`);
  }
  const result = v.safeParse(taskView, answer.json);
  if (result.success) return result.output;
  throw new Error(
    `This body is not a task: ${v.summarize(result.issues)}\n${JSON.stringify(answer.json).slice(0, 1000)}`,
  );
}
