import * as v from 'valibot';
import { MAX_IDEMPOTENCY_KEY_LENGTH, MAX_PAGE_TASKS, MAX_WAIT_SECONDS } from '../task/limits.ts';
import {
  finalStatuses,
  statusCancelled,
  statusFailed,
  statusStarted,
  statusStopped,
  statusSucceeded,
} from '../task/task.ts';
import { readPreferredWait } from './prefer.ts';

const WAIT_RULE = `must be one whole number of seconds from 1 to ${MAX_WAIT_SECONDS}; a larger one counts as ${MAX_WAIT_SECONDS}`;

/** `?wait=N`: seconds, at most 20. */
export const wait = v.pipe(
  v.number(WAIT_RULE),
  v.integer(WAIT_RULE),
  v.minValue(1, WAIT_RULE),
  v.transform((seconds) => Math.min(seconds, MAX_WAIT_SECONDS)),
);

/** `Prefer: wait=N`: seconds, at most 20, or undefined; other preferences, and one that makes no sense, are ignored (RFC 7240, 2). */
export const prefer = v.pipe(v.string(), v.transform(readPreferredWait));

const KEY_RULE = `must be one key of 1 to ${MAX_IDEMPOTENCY_KEY_LENGTH} visible ASCII characters; one with a comma or a space is quoted`;
/**
 * A quoted string as structured fields have it (RFC 8941, 3.3.3); or a bare key, which does not begin like a quoted one, and has no
 * comma: that is how two headers become one.
 */
const KEY = /^(?:"(?:[ !#-[\]-~]|\\["\\])*"|[!#-+\--~][!-+\--~]*)$/;

/** The Idempotency-Key header (IETF draft): a quoted string; a bare one is taken as well, since most callers send that. */
export const idempotencyKey = v.pipe(
  v.string(KEY_RULE),
  v.regex(KEY, KEY_RULE),
  v.transform((header) =>
    header.startsWith('"') ? header.slice(1, -1).replace(/\\(["\\])/g, '$1') : header,
  ),
  v.minLength(1, KEY_RULE),
  v.maxLength(MAX_IDEMPOTENCY_KEY_LENGTH, KEY_RULE),
);

/** Version 00 of W3C Trace Context, the only one there is; anything else is no trace of ours to carry. */
const TRACEPARENT = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/** The traceparent header, or undefined where it is none. */
export const traceparent = v.pipe(
  v.string(),
  v.transform((header) => (TRACEPARENT.test(header) ? header : undefined)),
);

/** The If-None-Match header: compared, never refused. */
export const ifNoneMatch = v.string();

/** The Task-Token header: what it is worth, its task tells. */
export const taskToken = v.string();

const LIMIT_RULE = `must be one whole number from 1 to ${MAX_PAGE_TASKS}`;

/** `?limit=N`: the most tasks of a page. */
export const limit = v.pipe(
  v.number(LIMIT_RULE),
  v.integer(LIMIT_RULE),
  v.minValue(1, LIMIT_RULE),
  v.maxValue(MAX_PAGE_TASKS, LIMIT_RULE),
);

/** `?finalStatus=…` */
export const finalStatus = v.picklist(
  finalStatuses,
  `must be ${statusSucceeded}, ${statusFailed} or ${statusCancelled}`,
);

/** `?activeStatus=…` */
export const activeStatus = v.picklist(
  [statusStarted, statusStopped],
  `must be ${statusStarted} or ${statusStopped}`,
);

/** `?action=…`: a name that no action has finds nothing. */
export const action = v.pipe(v.string(), v.nonEmpty('must name an action'));

/** `?cursor=…`, the `nextCursor` of a page. */
export const cursor = v.string();
