import { TaskTimeRejectedError } from './errors.ts';
import {
  DEFAULT_DEADLINE_MS,
  FIRST_LOOK_MS,
  MAX_DEADLINE_MS,
  MAX_QUEUE_DELAY_MS,
  MAX_START_AHEAD_MS,
} from './limits.ts';
import type { TaskRow } from './task-row.ts';
import { statusStarted, statusStopped } from './task.ts';

/** When a task shall start and by when it has to have ended, in whole milliseconds since 1970, as its creator asks. */
export interface RequestedTimes {
  /** At most 366 days ahead; a time that has come means at once. @default at once */
  readonly startAt?: number | undefined;
  /** After `startAt` and the creation, by at most 13 days. @default 24 hours after them */
  readonly deadlineAt?: number | undefined;
}

/** The part of a new row that tells its times. */
export type NewTimes = Pick<TaskRow, 'activeStatus' | 'createdAt' | 'startAt' | 'deadlineAt' | 'lookAt'>;

/**
 * Refuses what is no time at all, whenever it comes.
 * @throws TaskTimeRejectedError when a time is no whole number of milliseconds since 1970.
 */
export function checkTimes({ startAt, deadlineAt }: RequestedTimes): void {
  for (const [member, time] of [
    ['startAt', startAt],
    ['deadlineAt', deadlineAt],
  ] as const) {
    if (time !== undefined && !(Number.isSafeInteger(time) && time >= 0)) {
      const rule = 'which is no whole number of milliseconds since 1970; use one, as Date.now() gives it';
      throw new TaskTimeRejectedError(member, time, rule);
    }
  }
}

/**
 * The times of a task that is created at `now`. The clock first looks when its message should long have been delivered; one that starts
 * later than a queue can delay it is not sent before that look.
 * @throws TaskTimeRejectedError when a time is outside its range.
 */
export function newTimes(now: number, { startAt, deadlineAt }: RequestedTimes): NewTimes {
  if (startAt !== undefined && startAt > now + MAX_START_AHEAD_MS) {
    throw new TaskTimeRejectedError('startAt', startAt, 'more than 366 days ahead; use an earlier time');
  }
  const begin = Math.max(now, startAt ?? now);
  const end = deadlineAt ?? begin + DEFAULT_DEADLINE_MS;
  if (end <= begin) {
    const rule = 'not after the time when the task starts; use a later one';
    throw new TaskTimeRejectedError('deadlineAt', end, rule);
  }
  if (end > begin + MAX_DEADLINE_MS) {
    const rule = 'more than 13 days after the time when the task starts; use an earlier one';
    throw new TaskTimeRejectedError('deadlineAt', end, rule);
  }
  return {
    activeStatus: begin > now ? statusStopped : statusStarted,
    createdAt: now,
    ...(startAt !== undefined && { startAt }),
    deadlineAt: end,
    lookAt: begin - now > MAX_QUEUE_DELAY_MS ? begin - MAX_QUEUE_DELAY_MS : begin + FIRST_LOOK_MS,
  };
}

/** The delay with which the id of a task is sent at `now`; undefined when its start is too far for the queue, and the clock will send it. */
export function sendDelaySeconds(startAt: number | undefined, now: number): number | undefined {
  const aheadMs = Math.max(0, (startAt ?? now) - now);
  return aheadMs > MAX_QUEUE_DELAY_MS ? undefined : Math.ceil(aheadMs / 1000);
}
