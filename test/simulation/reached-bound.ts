import { MAX_DISPATCHES } from '../../shared/task/limits.ts';
import type { TaskRow } from '../../shared/task/task-row.ts';

/** Whether a bound is reached that ends a task without a result; undefined when the code is that of a result. */
export function reachedBound(before: TaskRow, code: string | undefined, now: number): boolean | undefined {
  switch (code) {
    case 'attempts-exhausted':
      return before.attempt >= before.maxAttempts;
    case 'deadline-exceeded':
      return before.deadlineAt <= now;
    case 'undeliverable':
      return before.attempt === 0 && before.dispatches >= MAX_DISPATCHES;
    default:
      return undefined;
  }
}
