import { MAX_PROGRESS_MESSAGE_BYTES } from './limits.ts';
import type { TaskProgress } from './task.ts';
import { cutToBytes } from './utf8.ts';

/** Progress as it is stored: from 0 to 100, its message cut to size; undefined when the percentage is no number. */
export function storedProgress({ percent, message }: TaskProgress): TaskProgress | undefined {
  if (!Number.isFinite(percent)) return undefined;
  // Two decimals: finer numbers say nothing, and DynamoDB refuses those near zero.
  const rounded = Math.round(Math.min(100, Math.max(0, percent)) * 100) / 100;
  return {
    percent: rounded,
    ...(message !== undefined && { message: cutToBytes(message, MAX_PROGRESS_MESSAGE_BYTES) }),
  };
}
