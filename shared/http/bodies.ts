import * as v from 'valibot';
import { MAX_BATCH_TASKS, MAX_IDEMPOTENCY_KEY_LENGTH } from '../task/limits.ts';
import { requestObject } from './request-object.ts';
import { time } from './time.ts';

const taskMembers = {
  action: v.pipe(v.string('must be a string'), v.nonEmpty('must name an action')),
  input: v.optional(v.unknown()),
  startAt: v.optional(time),
  deadlineAt: v.optional(time),
};

const KEY_RULE = `must be a key of 1 to ${MAX_IDEMPOTENCY_KEY_LENGTH} printable ASCII characters`;

/** The body of a request to create a task. */
export const createBody = requestObject(taskMembers);

/** One task of a batch. */
export const batchTask = requestObject({
  ...taskMembers,
  idempotencyKey: v.optional(
    v.pipe(
      v.string(KEY_RULE),
      v.regex(/^[ -~]+$/, KEY_RULE),
      v.maxLength(MAX_IDEMPOTENCY_KEY_LENGTH, KEY_RULE),
    ),
  ),
});

const BATCH_RULE = `must be a list of 1 to ${MAX_BATCH_TASKS} tasks`;

/** The body of a request to create a batch: what is wrong with one task concerns no other, so each is read by itself. */
export const batchBody = requestObject({
  tasks: v.pipe(
    v.array(v.unknown(), BATCH_RULE),
    v.minLength(1, BATCH_RULE),
    v.maxLength(MAX_BATCH_TASKS, BATCH_RULE),
  ),
});

/** The body of a call that needs none. */
export const emptyBody = requestObject({});

/** The body of a completion with success. */
export const succeedBody = requestObject({ output: v.optional(v.unknown()) });

const NAME_RULE = 'must be a name of 1 to 64 characters';
const CODE_RULE = 'must be a code of 1 to 64 letters, digits and _ . : -';

/** The body of a completion with failure. */
export const failBody = requestObject({
  error: requestObject({
    message: v.string('must be a string'),
    name: v.optional(v.pipe(v.string(NAME_RULE), v.minLength(1, NAME_RULE), v.maxLength(64, NAME_RULE))),
    code: v.optional(v.pipe(v.string(CODE_RULE), v.regex(/^[A-Za-z0-9_.:-]{1,64}$/, CODE_RULE))),
  }),
});

const PERCENT_RULE = 'must be a number from 0 to 100';

/** The body of a heartbeat. */
export const heartbeatBody = requestObject({
  progress: requestObject({
    percent: v.pipe(v.number(PERCENT_RULE), v.minValue(0, PERCENT_RULE), v.maxValue(100, PERCENT_RULE)),
    message: v.optional(v.string('must be a string')),
  }),
});
