import {
  CLOCK_SKEW_MS,
  FIRST_LOOK_MS,
  MAX_BACKLOG_LOOK_GAP_MS,
  MAX_LOOK_GAP_MS,
  MAX_QUEUE_DELAY_MS,
} from './limits.ts';
import type { Outcome } from './operations.ts';
import { missedDeadline } from './overdue.ts';
import { hasLiveLease } from './task-row.ts';
import type { TaskRow } from './task-row.ts';
import { statusCancelled } from './task.ts';

/** What the clock does with an open task: ends it, or looks again at `lookAt`, having sent it where `send` is there. */
export type Look =
  | { readonly outcome: Outcome }
  | { readonly lookAt: number; readonly send?: { readonly delaySeconds: number } };

/**
 * Decides, at `now`, about an open task whose time for a look has come. With a `backlog` in the queue, the message of a task
 * that was never begun is probably in it, for a while: a queue that is never empty proves nothing about a message that was lost.
 */
export function lookAtTask(row: TaskRow, now: number, backlog: boolean): Look {
  if (hasLiveLease(row, now)) return { lookAt: (row.leaseUntil ?? now) + CLOCK_SKEW_MS };
  if (row.cancelRequested) return { outcome: { finalStatus: statusCancelled } };
  if (row.deadlineAt <= now) return { outcome: missedDeadline(row) };
  if (row.parked) return { lookAt: row.deadlineAt };
  const untilStart = (row.startAt ?? now) - now;
  if (untilStart > MAX_QUEUE_DELAY_MS) return { lookAt: now + untilStart - MAX_QUEUE_DELAY_MS };
  const isWaiting = backlog && row.attempt === 0;
  // Sent again and again, the tasks of a long backlog would only make it longer.
  const longest = isWaiting ? MAX_BACKLOG_LOOK_GAP_MS : MAX_LOOK_GAP_MS;
  const gap = Math.min(FIRST_LOOK_MS * 2 ** row.dispatches, longest);
  const delaySeconds = Math.ceil(Math.max(0, untilStart) / 1000);
  const lookAt = Math.min(
    now + Math.max(0, untilStart) + gap,
    Math.max(row.deadlineAt, row.leaseUntil ?? 0) + CLOCK_SKEW_MS,
  );
  // A message may be lost though others wait: the excuse ends with the longest gap, or a busy queue would hide the loss for ever.
  const isYoung = now - (row.startAt ?? row.createdAt) < MAX_LOOK_GAP_MS;
  const isExcused = isWaiting && untilStart <= 0 && isYoung;
  return isExcused ? { lookAt } : { lookAt, send: { delaySeconds } };
}
