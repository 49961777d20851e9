import {
  DEFAULT_PAGE_TASKS,
  MAX_IDEMPOTENCY_KEY_LENGTH,
  MAX_PAGE_TASKS,
  MAX_WAIT_SECONDS,
} from '../../task/limits.ts';
import { statusFailed, statusStarted } from '../../task/task.ts';
import type { calls } from '../calls.ts';

type Calls = typeof calls;
type NameIn<Part extends 'query' | 'headers'> = {
  [Name in keyof Calls]: keyof Calls[Name][Part];
}[keyof Calls];

/** What people are told of a parameter beside its schema. */
export interface ParameterText {
  readonly description: string;
  readonly example: unknown;
  /** Whether the call makes no sense without it. */
  readonly required?: true;
}

/** The query parameters, by name. */
export const queryTexts: Readonly<Record<NameIn<'query'>, ParameterText>> = {
  wait: {
    description: `Seconds, at most ${MAX_WAIT_SECONDS} (more counts as that), for which to hold the answer until the task ends. Then it is answered as it is, within a second more.`,
    example: MAX_WAIT_SECONDS,
  },
  finalStatus: { description: 'Only tasks that ended so.', example: statusFailed },
  activeStatus: { description: 'Only tasks that are so.', example: statusStarted },
  action: {
    description: 'Only tasks of this action. A name that no action has finds nothing.',
    example: 'csv-profile',
  },
  limit: {
    description: `The most tasks of a page, from 1 to ${MAX_PAGE_TASKS}; ${DEFAULT_PAGE_TASKS} where it is not said.`,
    example: DEFAULT_PAGE_TASKS,
  },
  cursor: { description: 'The `nextCursor` of the page before.', example: 'eyJwYWdlIjoyfQ' },
};

/** The headers, by name in lower case. */
export const headerTexts: Readonly<Record<NameIn<'headers'>, ParameterText>> = {
  'idempotency-key': {
    description: `A text of your choice that makes the request safe to send again: 1 to ${MAX_IDEMPOTENCY_KEY_LENGTH} visible ASCII characters, in double quotes if there is a comma or a space in it. The same request with the same key is answered with the first task, as it is now.`,
    example: '"8e03978e-40d5-43e8-bc93-6894a57f9324"',
  },
  prefer: {
    description: `\`wait=N\` (RFC 7240): seconds, at most ${MAX_WAIT_SECONDS}, for which to hold the answer until the task ends. Other preferences are ignored.`,
    example: `wait=${MAX_WAIT_SECONDS}`,
  },
  traceparent: {
    description:
      'The trace that the task belongs to (W3C Trace Context); the worker logs it. What is none is ignored.',
    example: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
  },
  'if-none-match': {
    description:
      'The `ETag` of an earlier answer: while the task is still as it was then, the answer is a 304 without body.',
    example: '"k2nZ8c1rCkQh0X8mX4bJw1l0b8i0pXv6u3bq1m2t7yU"',
  },
  'task-token': {
    description:
      'The completion token of the newest attempt, as `context.completionToken` gave it to the action. It is all the right that this call needs.',
    example: `default/eba6a8e9fc4cc9f7be0876f484f158a8/${'5f'.repeat(32)}`,
    required: true,
  },
};
