import { describe, expect, test } from 'vitest';
import { checkTimes, newTimes, sendDelaySeconds } from '../../../shared/task/task-times.ts';

const NOW = Date.UTC(2026, 0, 1);
const MINUTE = 60_000;
const DAY = 86_400_000;
const started = { activeStatus: 'started', createdAt: NOW };
const delayed = { activeStatus: 'stopped', createdAt: NOW };

describe('the times of a new task', () => {
  test.each([
    ['at once', {}, { ...started, deadlineAt: NOW + DAY, lookAt: NOW + 2 * MINUTE }],
    [
      'at once, when its start has come',
      { startAt: NOW },
      { ...started, startAt: NOW, deadlineAt: NOW + DAY, lookAt: NOW + 2 * MINUTE },
    ],
    [
      'at once, when its start has passed',
      { startAt: 0 },
      { ...started, startAt: 0, deadlineAt: NOW + DAY, lookAt: NOW + 2 * MINUTE },
    ],
    [
      'in a millisecond',
      { startAt: NOW + 1 },
      { ...delayed, startAt: NOW + 1, deadlineAt: NOW + 1 + DAY, lookAt: NOW + 1 + 2 * MINUTE },
    ],
    [
      'as late as a queue can delay it: looked at after its start',
      { startAt: NOW + 15 * MINUTE },
      {
        ...delayed,
        startAt: NOW + 15 * MINUTE,
        deadlineAt: NOW + 15 * MINUTE + DAY,
        lookAt: NOW + 17 * MINUTE,
      },
    ],
    [
      'later than that: looked at when it can be sent',
      { startAt: NOW + 15 * MINUTE + 1 },
      {
        ...delayed,
        startAt: NOW + 15 * MINUTE + 1,
        deadlineAt: NOW + 15 * MINUTE + 1 + DAY,
        lookAt: NOW + 1,
      },
    ],
    [
      'in a year, with the shortest time',
      { startAt: NOW + 366 * DAY, deadlineAt: NOW + 366 * DAY + 1 },
      {
        ...delayed,
        startAt: NOW + 366 * DAY,
        deadlineAt: NOW + 366 * DAY + 1,
        lookAt: NOW + 366 * DAY - 15 * MINUTE,
      },
    ],
    [
      'at once, with the longest time',
      { deadlineAt: NOW + 13 * DAY },
      { ...started, deadlineAt: NOW + 13 * DAY, lookAt: NOW + 2 * MINUTE },
    ],
  ])('that starts %s', (_name, requested, times) => {
    expect(newTimes(NOW, requested)).toEqual(times);
  });

  test.each([
    [
      { startAt: NOW + 366 * DAY + 1 },
      `The task's startAt is ${NOW + 366 * DAY + 1}, more than 366 days ahead; use an earlier time.`,
    ],
    [
      { deadlineAt: NOW },
      `The task's deadlineAt is ${NOW}, not after the time when the task starts; use a later one.`,
    ],
    [{ startAt: NOW + DAY, deadlineAt: NOW + DAY }, 'not after the time when the task starts'],
    [{ startAt: NOW - DAY, deadlineAt: NOW }, 'not after the time when the task starts'],
    [{ deadlineAt: NOW + 13 * DAY + 1 }, 'more than 13 days after the time when the task starts'],
    [{ startAt: NOW - DAY, deadlineAt: NOW + 13 * DAY + 1 }, 'more than 13 days after'],
    [{ startAt: NOW + DAY, deadlineAt: NOW + 14 * DAY + 1 }, 'more than 13 days after'],
  ])('are refused outside their range: %j', (requested, message) => {
    expect(() => newTimes(NOW, requested)).toThrow(message);
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, NOW + 0.5, -1, 2 ** 60])(
    'are refused when they are no times: %d',
    (time) => {
      for (const member of ['startAt', 'deadlineAt']) {
        expect(() => checkTimes({ [member]: time })).toThrow(
          `The task's ${member} is ${time}, which is no whole number of milliseconds since 1970; use one, as Date.now() gives it.`,
        );
      }
    },
  );
});

test.each([
  [undefined, 0],
  [NOW - 5, 0],
  [NOW, 0],
  [NOW + 1, 1],
  [NOW + 1000, 1],
  [NOW + 1001, 2],
  [NOW + 15 * MINUTE, 900],
  [NOW + 15 * MINUTE + 1, undefined],
])('a task that starts at %d is sent with a delay of %d s, never before its time', (startAt, seconds) => {
  expect(sendDelaySeconds(startAt, NOW)).toBe(seconds);
});
