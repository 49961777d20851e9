import { describe, expect, test } from 'vitest';
import {
  hasCancelledStatus,
  hasFailedStatus,
  hasFinalStatus,
  hasSucceededStatus,
  statusCancelled,
  statusFailed,
  statusStarted,
  statusStopped,
  statusSucceeded,
} from '../../../shared/task/task.ts';

const error = { name: 'Error', message: 'no', code: 'action-failed', retryable: true, attempt: 1 };

describe.each([
  ['without an error', {}],
  ['with an error', { error }],
])('a pair of statuses %s', (_name, more) => {
  test.each([
    [statusStarted, null, { final: false, failed: false, succeeded: false }],
    [statusStarted, statusFailed, { final: false, failed: false, succeeded: false }],
    [statusStarted, statusSucceeded, { final: false, failed: false, succeeded: false }],
    [statusStopped, null, { final: false, failed: false, succeeded: false }],
    [statusStopped, statusFailed, { final: true, failed: true, succeeded: false }],
    [statusStopped, statusSucceeded, { final: true, failed: false, succeeded: true }],
  ] as const)(
    '%s and %s counts as final only when the task is also stopped',
    (activeStatus, finalStatus, expected) => {
      const task = { activeStatus, finalStatus, ...more };
      expect({
        final: hasFinalStatus(task),
        failed: hasFailedStatus(task),
        succeeded: hasSucceededStatus(task),
      }).toEqual(expected);
      expect(hasCancelledStatus(task)).toBe(false);
    },
  );

  test('cancelled is a final status of its own', () => {
    const task = { activeStatus: statusStopped, finalStatus: statusCancelled, ...more } as const;
    expect([hasFinalStatus(task), hasCancelledStatus(task)]).toEqual([true, true]);
    expect([hasFailedStatus(task), hasSucceededStatus(task)]).toEqual([false, false]);
    expect(hasCancelledStatus({ ...task, activeStatus: statusStarted })).toBe(false);
  });

  test('a final status that is absent altogether is none', () => {
    expect(hasFinalStatus({ activeStatus: statusStopped, ...more })).toBe(false);
  });
});
