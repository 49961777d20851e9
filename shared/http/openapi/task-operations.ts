import {
  DEFAULT_DEADLINE_MS,
  DAY_MS,
  DEFAULT_RETENTION_MS,
  MAX_BATCH_TASKS,
  MAX_DEADLINE_MS,
  MAX_START_AHEAD_MS,
} from '../../task/limits.ts';
import type { OperationText } from './operation-text.ts';

const days = (ms: number): number => ms / DAY_MS;

/** The answers of a call that makes a task, or finds the one that it has made before. */
function created(accepted: string, ended: string): OperationText['successes'] {
  const sometimes = ['Preference-Applied', 'Idempotency-Replayed'] as const;
  return {
    202: { description: accepted, body: 'OpenTask', always: ['Location', 'Retry-After'], sometimes },
    200: { description: ended, body: 'Task', always: ['Location'], sometimes },
  };
}

/** Creating tasks. */
export const creatingOperations = {
  createTask: {
    tag: 'tasks',
    summary: 'Create a task',
    description: `Accepts a request to execute an action, and answers at once; the task is stored by then, and will end. Watch it at its \`Location\`, or ask for a wait by \`Prefer\`.

\`startAt\` is at most ${days(MAX_START_AHEAD_MS)} days ahead; a time that has come means at once. \`deadlineAt\` is after the start by at most ${days(MAX_DEADLINE_MS)} days, and by ${days(DEFAULT_DEADLINE_MS)} where it is not said.

Surprising: a task that failed is a success of this call (200, with \`finalStatus\`: \`failed\`). Without an Idempotency-Key a request that is sent twice makes two tasks. The key is kept as long as its task, ${days(DEFAULT_RETENTION_MS)} days after its end by default. The order of members in the input does not matter to the comparison of two requests. Members that come twice and integers beyond 2^53 are refused, not lost.`,
    successes: created(
      'The task is accepted, and has not ended yet.',
      'The task has ended: within the wait, or before, where the key was used already.',
    ),
    problems: ['action-not-found', 'input-rejected', 'idempotency-key-reused', 'unavailable'],
  },
  createTasks: {
    tag: 'tasks',
    summary: 'Create many tasks',
    description: `Creates 1 to ${MAX_BATCH_TASKS} tasks, each as if it had been asked for alone, and says of each what became of it.

Surprising: the call succeeds even if no task was created; look at every \`status\`. Only what is wrong with the body as a whole is answered as a problem of the whole. Two members of one batch with one \`idempotencyKey\` and one request are one task.`,
    successes: {
      207: { description: 'What became of each task, in the order of the request.', body: 'BatchResult' },
    },
    problems: [],
  },
  retryTask: {
    tag: 'tasks',
    summary: 'Retry a task',
    description: `Creates a new task with the action and the input of one that failed or was cancelled; its \`retryOf\` names that one, which stays as it is.

Surprising: a task is retried once. A second call is answered with the same new task, as it is now; to go on, retry the new one.`,
    successes: created('The new task is accepted, and has not ended yet.', 'The new task has ended already.'),
    problems: ['task-not-found', 'task-not-retryable', 'input-rejected', 'unavailable'],
  },
} as const satisfies Readonly<Record<string, OperationText>>;

/** Seeing and cancelling tasks. */
export const watchingOperations = {
  fetchTask: {
    tag: 'tasks',
    summary: 'Fetch a task, or wait for its end',
    description: `The task as it is now; with a wait, as soon as it has ended, or as it is when the wait is over.

Surprising: a task that failed is still a 200. Of \`wait\` and \`Prefer\` one is enough. With \`If-None-Match\` a wait whose end has brought nothing new is a 304 too.`,
    successes: {
      200: {
        description: 'The task.',
        body: 'Task',
        always: ['ETag'],
        sometimes: ['Retry-After', 'Preference-Applied'],
      },
      304: {
        description: 'The task is as it was at the ETag of `If-None-Match`.',
        always: ['ETag'],
        sometimes: ['Retry-After', 'Preference-Applied'],
      },
    },
    problems: ['task-not-found', 'unavailable'],
  },
  listTasks: {
    tag: 'tasks',
    summary: 'List tasks',
    description: `The caller's tasks, without input and output. With \`finalStatus\`: those that ended so, newest first. Without a filter: open tasks first, then ended ones.

Surprising: a page may be short or empty, and still not the last: go on while there is a \`nextCursor\`. A list lags behind what a fetch shows, mostly by less than a second.`,
    successes: { 200: { description: 'A page of tasks.', body: 'TaskPage' } },
    problems: ['invalid-cursor', 'unavailable'],
  },
  cancelTask: {
    tag: 'tasks',
    summary: 'Cancel a task',
    description: `Ends a task that nobody works on at once. While an attempt is running, the attempt is told to stop, within a minute.

Surprising: an attempt that ends before it has heard wins, so a task of a 202 may still succeed or fail; fetch it to see. What the action has done by then stays done. Cancelling a cancelled task again is no error.`,
    successes: {
      200: { description: 'The task is cancelled.', body: 'CancelledTask' },
      202: {
        description: 'An attempt is running, and was asked to stop.',
        body: 'OpenTask',
        always: ['Retry-After'],
      },
    },
    problems: ['task-not-found', 'task-already-final', 'unavailable'],
  },
} as const satisfies Readonly<Record<string, OperationText>>;
