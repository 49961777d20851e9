import type { OperationText } from './operation-text.ts';

const byToken = {
  tag: 'completion',
  isOpenToAll: true,
  problems: ['token-invalid', 'token-stale', 'task-already-final', 'unavailable'],
} as const;

const TOKEN = `Whoever has the Task-Token needs no other right. A token counts until the next attempt of its task begins.`;

/** Completing a task from outside, by the token that its action handed out. */
export const completionOperations = {
  succeedTask: {
    ...byToken,
    summary: 'Complete a task with an output',
    description: `Ends the task as succeeded. ${TOKEN}

Surprising: a repeat with the same output is no error, one with another output is \`task-already-final\`. No body at all means no output. It may come while the action is still running; what that returns later does not count.`,
    successes: { 200: { description: 'The task has succeeded.', body: 'SucceededTask' } },
    problems: [...byToken.problems, 'output-rejected'],
  },
  failTask: {
    ...byToken,
    summary: 'Complete a task with an error',
    description: `Ends the task as failed, for good: no further attempt is made. ${TOKEN}

Surprising: a repeat with the same error is no error, one with another is \`task-already-final\`.`,
    successes: { 200: { description: 'The task has failed.', body: 'FailedTask' } },
  },
  heartbeatTask: {
    ...byToken,
    summary: 'Note the progress of a task',
    description: `Notes how far the work outside is; the newest note is what \`progress\` shows. ${TOKEN}

Surprising: it does not move the deadline.`,
    successes: {
      200: { description: 'The task, with its progress.', body: 'OpenTask', always: ['Retry-After'] },
    },
  },
} as const satisfies Readonly<Record<string, OperationText>>;
