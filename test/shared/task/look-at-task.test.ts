import { describe, expect, test } from 'vitest';
import { lookAtTask } from '../../../shared/task/look-at-task.ts';
import { newRow, NOW } from '../../contracts/rows.ts';

const MINUTE = 60_000;
const look = (members: Parameters<typeof newRow>[0], backlog = false) =>
  lookAtTask(newRow({ deadlineAt: NOW + 1440 * MINUTE, ...members }), NOW, backlog);

describe('the clock', () => {
  test('sends a task again that should have begun, in gaps that double up to 15 minutes', () => {
    const gaps = [0, 1, 2, 3, 9].map((dispatches) => look({ dispatches }));
    const send = { delaySeconds: 0 };
    expect(gaps).toEqual([2, 4, 8, 15, 15].map((minutes) => ({ lookAt: NOW + minutes * MINUTE, send })));
  });

  test('looks again at the deadline, or at the end of a lease beyond it, at the latest', () => {
    expect(look({ deadlineAt: NOW + 1000 })).toMatchObject({ lookAt: NOW + 6000 });
    expect(look({ deadlineAt: NOW + 1000, leaseUntil: NOW })).toMatchObject({ lookAt: NOW + 6000 });
  });

  test('sends nothing for a young task that was never begun while messages wait', () => {
    expect(look({}, true)).toEqual({ lookAt: NOW + 2 * MINUTE });
    expect(look({ attempt: 1 }, true)).toHaveProperty('send');
  });

  test('sends a task that is old enough though messages wait: its own may be lost', () => {
    expect(look({ createdAt: NOW - 15 * MINUTE + 1 }, true)).not.toHaveProperty('send');
    expect(look({ createdAt: NOW - 15 * MINUTE }, true)).toHaveProperty('send');
    expect(look({ createdAt: NOW - 60 * MINUTE, startAt: NOW - MINUTE }, true)).not.toHaveProperty('send');
  });

  test('sends the tasks of a long backlog ever less often, up to every 4 hours: they would make it longer', () => {
    const old = { createdAt: NOW - 1000 * MINUTE };
    const gaps = [0, 3, 6, 9].map((dispatches) => look({ ...old, dispatches }, true));
    const send = { delaySeconds: 0 };
    expect(gaps).toEqual([2, 16, 128, 240].map((minutes) => ({ lookAt: NOW + minutes * MINUTE, send })));
    expect(look({ ...old, dispatches: 9, attempt: 1 }, true)).toMatchObject({ lookAt: NOW + 15 * MINUTE });
  });

  test('sends a delayed task though messages wait: it was never sent', () => {
    expect(look({ startAt: NOW + 10 * MINUTE }, true)).toMatchObject({ send: { delaySeconds: 600 } });
  });

  test('leaves a task alone whose lease is live, whatever else is true of it, until it ends', () => {
    const members = { leaseUntil: NOW + 1, cancelRequested: true as const, deadlineAt: NOW - 1 };
    expect(look(members)).toEqual({ lookAt: NOW + 5001 });
  });

  test('cancels what was to be cancelled, and fails what is past its deadline, parked or not', () => {
    expect(look({ cancelRequested: true, leaseUntil: NOW })).toEqual({
      outcome: { finalStatus: 'cancelled' },
    });
    for (const members of [{}, { parked: true as const }]) {
      expect(look({ ...members, deadlineAt: NOW })).toMatchObject({
        outcome: { finalStatus: 'failed', error: { code: 'deadline-exceeded', retryable: false } },
      });
    }
  });

  test('looks at a parked task at its deadline', () => {
    expect(look({ parked: true })).toEqual({ lookAt: NOW + 1440 * MINUTE });
  });

  test('sends a delayed task with its delay when SQS can take it, and looks again before that', () => {
    expect(look({ startAt: NOW + 60 * MINUTE })).toEqual({ lookAt: NOW + 45 * MINUTE });
    expect(look({ startAt: NOW + 15 * MINUTE })).toEqual({
      lookAt: NOW + 17 * MINUTE,
      send: { delaySeconds: 900 },
    });
    expect(look({ startAt: NOW - 1 })).toMatchObject({ send: { delaySeconds: 0 } });
  });
});
